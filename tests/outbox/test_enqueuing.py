"""A broadcast's messages: one for each row there was when it began, whatever dies on the way, and however often."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from campaign.outbox.enqueuing import enqueue_chunk
from campaign.people.models import Person
from tests.outbox.enqueuer import EVERYBODY, NAME, news, run

MANY = int(os.environ.get("CAMPAIGN_TEST_ENQUEUED", "20000"))
PATIENCE_SECONDS = 60


def people(session, count):
    session.execute(
        text(
            "INSERT INTO people (email, email_display, language) SELECT e, e, 'en' "
            "FROM generate_series(1, :count) n, LATERAL (SELECT n || '.' || gen_random_uuid() || '@example.org') m(e)"
        ),
        {"count": count},
    )
    session.commit()


def written_to(session):
    """Return how many messages there are, and how many people they are to."""
    return tuple(session.execute(text("SELECT count(*), count(DISTINCT person_id) FROM outbox_messages")).one())


def test_each_row_is_asked_for_once_in_chunks(engine):
    with Session(engine) as session:
        people(session, 25)
        assert (run(sessionmaker(engine), 10).appended, written_to(session)) == (25, (25, 25))
        assert (run(sessionmaker(engine), 10).appended, written_to(session)) == (25, (25, 25)), "done is done"


@pytest.mark.parametrize("count", [0, 1, 10, 20])
def test_ends_where_the_rows_do(engine, count):
    with Session(engine) as session:
        people(session, count)
        progress = run(sessionmaker(engine), 10)
        assert (progress.appended, progress.is_done, written_to(session)) == (count, True, (count, count))


def test_who_comes_after_it_began_gets_nothing(engine):
    with Session(engine) as session:
        people(session, 15)
        enqueue_chunk(session, NAME, EVERYBODY, Person.id, news, most=10)
        people(session, 5)
        assert run(sessionmaker(engine), 10).appended == 15
        assert written_to(session) == (15, 15)


def test_a_row_may_get_no_message_and_the_query_may_be_narrowed(session):
    people(session, 10)
    odd = select(Person.id, Person.email).where(Person.id % 2 == 1)
    progress = enqueue_chunk(session, NAME, odd, Person.id, lambda row: news(row) if row.id > 1 else None)
    assert (progress.appended, progress.is_done) == (4, True)
    assert written_to(session) == (4, 4)


def test_what_fails_leaves_nothing_and_is_gone_on_with(engine):
    with Session(engine) as session:
        people(session, 30)

    def fails_late(row):
        if row.id == 17:
            raise RuntimeError("no such text")
        return news(row)

    with Session(engine) as session:
        enqueue_chunk(session, NAME, EVERYBODY, Person.id, fails_late, most=10)
        session.commit()
        with pytest.raises(RuntimeError):
            enqueue_chunk(session, NAME, EVERYBODY, Person.id, fails_late, most=10)
        session.rollback()
        assert written_to(session) == (10, 10)
        assert run(sessionmaker(engine), 10).appended == 30
        assert written_to(session) == (30, 30)


def test_two_at_once_do_not_double(engine):
    with Session(engine) as one, Session(engine) as two:
        people(one, 30)
        enqueue_chunk(one, NAME, EVERYBODY, Person.id, news, most=10)
        one.commit()
        enqueue_chunk(one, NAME, EVERYBODY, Person.id, news, most=10)
        assert enqueue_chunk(two, NAME, EVERYBODY, Person.id, news, most=10) is None, "somebody is at it"
        one.commit()
        two.rollback()
        enqueue_chunk(two, NAME, EVERYBODY, Person.id, news, most=10)
        two.commit()
        assert written_to(one) == (30, 30)


def test_killed_in_the_middle_it_neither_loses_nor_doubles(engine, database_url):
    with Session(engine) as session:
        people(session, MANY)
        for part in (1, 2):
            kill_when(session, database_url, at_least=part * MANY // 4)
            count, to = written_to(session)
            assert part * MANY // 4 <= count == to < MANY, "it was killed in the middle"
            session.rollback()
        assert run(sessionmaker(engine), 1000).appended == MANY
        assert written_to(session) == (MANY, MANY)


def kill_when(session, url, at_least):
    """Start the enqueuer and kill it -9 as soon as so many messages are committed."""
    command = [sys.executable, "-m", "tests.outbox.enqueuer", url, "250"]
    with subprocess.Popen(command) as enqueuer:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while enqueuer.poll() is None and time.monotonic() < deadline:
            if written_to(session)[0] >= at_least:
                break
            session.rollback()
            time.sleep(0.005)
        enqueuer.send_signal(signal.SIGKILL)
        enqueuer.wait()
    wait_for_its_transaction(session)


def wait_for_its_transaction(session):
    """Wait until the database has seen that its client is gone."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%outbox%' AND state <> 'idle'"
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while session.scalar(others) and time.monotonic() < deadline:
        session.rollback()
        time.sleep(0.01)
    session.rollback()
