"""A letter that becomes due while its hold is being written or lifted ends as the hold ends."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.commands import NewMessage
from campaign.outbox.holds import hold, hold_stopped, unhold
from campaign.outbox.service import append, release

PATIENCE_SECONDS = 30


def letter(state):
    values = {"campaign_id": 1, "company_id": 2, "mailbox": "ceo@kroger.example", "action_id": 10}
    return NewMessage(lane="letters", topic="letters.letter", state=state, **values)


def states(session):
    return list(session.scalars(text("SELECT state FROM outbox_messages ORDER BY id")))


@pytest.fixture
def paused(engine):
    """A campaign that is paused, and a letter in it that waits for its writer."""
    with Session(engine) as session:
        append(session, [letter("waiting")])
        hold(session, campaign_id=1, reason="paused")
        session.commit()


def until_waiting_for_a_lock(engine, thread):
    """Wait until another connection waits for a lock, or the thread is done."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while thread.is_alive() and time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.01)


def lift(engine):
    with Session(engine) as session:
        unhold(session, campaign_id=1, reason="paused")
        session.commit()


@pytest.mark.usefixtures("paused")
@pytest.mark.parametrize("become_due", [lambda s: release(s, [10]), lambda s: append(s, [letter("due")])])
def test_lifting_waits_for_whoever_writes_held(engine, become_due):
    with Session(engine) as writer:
        become_due(writer)
        assert "held" in states(writer)
        lifting = threading.Thread(target=lift, args=[engine])
        lifting.start()
        until_waiting_for_a_lock(engine, lifting)
        writer.commit()
        lifting.join(PATIENCE_SECONDS)
        assert "held" not in states(writer)


@pytest.mark.usefixtures("paused")
def test_who_comes_while_it_is_lifted_waits_and_is_due(engine):
    def confirm():
        with Session(engine) as session:
            release(session, [10])
            session.commit()

    with Session(engine) as lifter:
        unhold(lifter, campaign_id=1, reason="paused")
        confirming = threading.Thread(target=confirm)
        confirming.start()
        until_waiting_for_a_lock(engine, confirming)
        lifter.commit()
        confirming.join(PATIENCE_SECONDS)
        assert states(lifter) == ["due"]


def test_what_became_due_while_it_was_written_is_found_by_the_ticker(engine):
    with Session(engine) as writer, Session(engine) as other:
        append(other, [letter("due")])
        hold(writer, campaign_id=1, reason="paused")
        writer.commit()
        other.commit()
        assert states(writer) == ["due"]
        hold_stopped(writer)
        assert states(writer) == ["held"]
