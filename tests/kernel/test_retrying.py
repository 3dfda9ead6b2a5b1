"""What two transactions do to each other for real: the one that lost is run again whole, and nobody hears of it."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from campaign.kernel import retrying
from campaign.kernel.errors import ConflictError, TryLaterError
from campaign.kernel.retrying import ATTEMPTS, transact
from tests.another import run_into_a_deadlock

_LOCK = text("SELECT n FROM ledgers WHERE id = :id FOR UPDATE")
_ADD = text("UPDATE ledgers SET n = n + 1 WHERE id = :id")


@pytest.fixture(scope="module")
def sessions(clone_database):
    engine = create_engine(clone_database("retrying"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE ledgers (id int PRIMARY KEY, n int NOT NULL)"))
    yield lambda: Session(engine)
    engine.dispose()


@pytest.fixture(autouse=True)
def ledgers(sessions):
    with sessions() as session, session.begin():
        session.execute(text("DELETE FROM ledgers"))
        session.execute(text("INSERT INTO ledgers VALUES (1, 0), (2, 0)"))


def numbers(sessions):
    with sessions() as session:
        return list(session.scalars(text("SELECT n FROM ledgers ORDER BY id")))


def test_the_loser_of_a_deadlock_runs_again_whole(sessions):
    runs = []

    def work(session):
        runs.append(session)
        session.execute(_ADD, {"id": 1})
        session.execute(_ADD, {"id": 2})
        return "done"

    holds, wants = (f"SELECT FROM ledgers WHERE id = {number} FOR UPDATE" for number in (2, 1))
    said = run_into_a_deadlock(
        sessions, lambda: transact(sessions, work), holds=holds, wants=wants, waits_in="UPDATE ledgers%"
    )
    assert said == "done"
    assert len(runs) == 2
    assert runs[0] is not runs[1], "in a session of its own"
    assert numbers(sessions) == [1, 1], "what the first run did was undone"


def test_the_loser_of_a_serialization_failure_runs_again_and_reads_anew(sessions):
    seen = []

    def work(session):
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        seen.append(session.scalar(text("SELECT n FROM ledgers WHERE id = 1")))
        if len(seen) == 1:
            with sessions() as neighbour, neighbour.begin():
                neighbour.execute(_ADD, {"id": 1})
        session.execute(_ADD, {"id": 1})

    transact(sessions, work)
    assert seen == [0, 1]
    assert numbers(sessions) == [2, 0]


def test_a_lock_that_is_not_given_in_time_is_asked_for_again(sessions):
    runs = []

    def work(session):
        runs.append(1)
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        if len(runs) == 2:
            holder.rollback()
        session.execute(_ADD, {"id": 1})

    with sessions() as holder:
        holder.execute(_LOCK, {"id": 1})
        transact(sessions, work)
    assert len(runs) == 2


def test_after_so_many_attempts_it_is_told_to_come_again(sessions, monkeypatch):
    monkeypatch.setattr(retrying.time, "sleep", lambda _seconds: None)
    runs = []

    def work(session):
        runs.append(1)
        session.execute(text("SELECT FROM ledgers WHERE id = 1 FOR UPDATE NOWAIT"))

    with sessions() as holder:
        holder.execute(_LOCK, {"id": 1})
        with pytest.raises(TryLaterError):
            transact(sessions, work)
    assert len(runs) == ATTEMPTS


def test_what_no_other_try_mends_is_raised_at_once(sessions):
    runs = []

    def work(session):
        runs.append(1)
        session.execute(text("INSERT INTO ledgers VALUES (3, NULL)"))

    with pytest.raises(IntegrityError):
        transact(sessions, work)
    assert runs == [1]
    with pytest.raises(ConflictError):
        transact(sessions, lambda _session: (_ for _ in ()).throw(ConflictError("no")))


@pytest.mark.parametrize("is_idempotent", [True, False])
def test_a_connection_that_is_lost_lets_only_what_harms_nothing_twice_run_again(sessions, is_idempotent):
    runs = []

    def work(session):
        runs.append(1)
        session.execute(_ADD, {"id": 1})
        if len(runs) == 1:
            mine = session.scalar(text("SELECT pg_backend_pid()"))
            with sessions() as neighbour:
                neighbour.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
            session.execute(_ADD, {"id": 2})

    if is_idempotent:
        transact(sessions, work, is_idempotent=True)
        assert numbers(sessions) == [1, 0]
        assert len(runs) == 2
    else:
        with pytest.raises(OperationalError):
            transact(sessions, work)
        assert len(runs) == 1
        assert numbers(sessions) == [0, 0]
