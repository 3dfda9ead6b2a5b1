"""What two do at the same moment: nobody is given a place of what was just cancelled, and nobody deadlocks."""

import pytest
from sqlalchemy import text

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.actions.service.taking_back import erase_person, withdraw
from campaign.events.capacity.counting import lock_legs
from campaign.events.purging import purge_details
from campaign.events.revisions.running import cancel_event, get_event
from campaign.events.service import rsvp
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.another import Other
from tests.events.stage import BY_NAME, make_event, make_rsvp


@pytest.fixture
def march(visitor):
    """An event, its legs, and how to RSVP to it in a session: `ask(session, name, leg, ...)` returns the action's id."""
    with visitor.sessions() as session, session.begin():
        event, legs = make_event(session, legs=2, capacity=10)
        campaign = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
        event_id = event.id

    def ask(session, name, *wishes, **changed):
        command = make_rsvp(visitor.installation.hashes, tuple(campaign), event_id, name, wishes, **changed)
        return rsvp(session, [command])[0].action_id

    return ask, legs


def confirm_one(session, action_id):
    key = session.scalar(text("SELECT public_id FROM actions WHERE id = :id"), {"id": action_id})
    return confirm(session, [ConfirmAction(key)], BY_NAME)[0].outcome


def test_who_waited_for_a_cancelled_event_is_given_nothing(visitor, march):
    ask, legs = march
    with visitor.sessions() as session:
        cancel_event(session, OPERATOR, get_event(session, OPERATOR, "a-march"), now())
        other = Other(visitor.sessions, lambda session: ask(session, "ana", (legs[0], 2)))
        other.wait_until_it_waits("%FROM event_legs%FOR NO KEY UPDATE%")
        session.commit()
    assert isinstance(other.result(), int)
    assert visitor.one("SELECT state FROM rsvp_claims") == "gone"


def test_who_waited_for_a_leg_gets_no_meal_that_was_taken_off_it_meanwhile(visitor, march):
    ask, legs = march
    with visitor.sessions() as session:
        lock_legs(session, legs, now())
        session.execute(text("UPDATE leg_resources SET capacity = 0 WHERE resource = 'meal'"))
        other = Other(visitor.sessions, lambda session: ask(session, "ana", (legs[0], 2, 2, 2)))
        other.wait_until_it_waits("%FROM event_legs%FOR NO KEY UPDATE%")
        session.commit()
    assert isinstance(other.result(), int)
    states = "SELECT resource, state FROM rsvp_claims ORDER BY resource"
    assert [tuple(row) for row in visitor.all(states)] == [("bed", "held"), ("meal", "asked"), ("place", "held")]


def test_who_is_confirmed_while_an_event_is_being_cancelled_is_told(visitor, march):
    ask, legs = march
    with visitor.sessions() as session, session.begin():
        ana = ask(session, "ana", (legs[0], 2))
    with visitor.sessions() as session:
        assert confirm_one(session, ana) == "confirmed"
        other = Other(
            visitor.sessions,
            lambda session: cancel_event(session, OPERATOR, get_event(session, OPERATOR, "a-march"), now()),
        )
        other.wait_until_it_waits("%FROM event_legs%FOR NO KEY UPDATE%")
        session.commit()
    assert other.result() == 1
    assert visitor.one("SELECT state FROM rsvp_claims") == "gone"
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'events.changed'") == 1


def test_who_is_erased_while_they_ask_for_more_leaves_nothing(visitor, march):
    ask, legs = march
    with visitor.sessions() as session, session.begin():
        ask(session, "ana", (legs[0], 2))
    person = visitor.one("SELECT person_id FROM actions")
    with visitor.sessions() as session:
        ask(session, "ana", (legs[1], 1), comment="another")
        other = Other(visitor.sessions, lambda session: erase_person(session, person, BY_NAME))
        other.wait_until_it_waits("%people%")
        session.commit()
    assert other.result() is None
    assert visitor.one("SELECT count(*) FROM actions") == visitor.one("SELECT count(*) FROM people") == 0


def test_taking_back_an_rsvp_while_another_takes_its_place_deadlocks_nobody(visitor, march):
    ask, legs = march
    with visitor.sessions() as session, session.begin():
        old = ask(session, "ana", (legs[0], 2))
        assert confirm_one(session, old) == "confirmed"
        new = ask(session, "ana", (legs[0], 3), comment="another")
    with visitor.sessions() as session:
        session.execute(text("SELECT FROM actions WHERE id = :id FOR UPDATE"), {"id": old})
        other = Other(visitor.sessions, lambda session: confirm_one(session, new))
        other.wait_until_it_waits("%FROM rsvps%FOR NO KEY UPDATE%")
        assert withdraw(session, [old], BY_NAME) == 1
        session.commit()
    assert other.result() == "confirmed"
    assert visitor.one("SELECT sum(amount) FROM rsvp_claims WHERE state = 'going'") == 3
    assert visitor.one("SELECT action_id FROM rsvps WHERE is_standing") == new


def test_forgetting_and_taking_back_at_the_same_moment_do_not_deadlock(visitor, march):
    ask, legs = march
    with visitor.sessions() as session, session.begin():
        action_id = ask(session, "ana", (legs[0], 2), comment="We come by train.")
        confirm_one(session, action_id)
        long_ago = "UPDATE event_legs SET starts_at = now() - interval '16 days', ends_at = now() - interval '15 days'"
        session.execute(text(f"{long_ago} WHERE id = ANY(:legs)"), {"legs": legs})
    with visitor.sessions() as session, session.begin():
        session.execute(text("SELECT id FROM actions WHERE id = :id FOR UPDATE"), {"id": action_id})
        other = Other(visitor.sessions, lambda session: purge_details(session, now()))
        other.wait_until_it_waits("%comment = NULL%")
        assert withdraw(session, [action_id], BY_NAME) == 1
    assert other.result() == 1


def test_erasing_who_confirms_at_the_same_moment_does_not_deadlock(visitor, march):
    """The confirmation stands still between the RSVP it confirms and the one it takes the place of."""
    ask, legs = march
    with visitor.sessions() as session, session.begin():
        assert confirm_one(session, ask(session, "ana", (legs[0], 2))) == "confirmed"
        new = ask(session, "ana", (legs[0], 3), comment="another")
    person = visitor.one("SELECT person_id FROM actions WHERE id = :id", id=new)
    with visitor.sessions() as session:
        session.execute(text("SELECT FROM supporters FOR UPDATE"))
        confirming = Other(visitor.sessions, lambda session: confirm_one(session, new))
        confirming.wait_until_it_waits("%INSERT INTO supporters%")
        erasing = Other(visitor.sessions, lambda session: erase_person(session, person, BY_NAME))
        erasing.wait_until_it_waits("%FROM actions%WHERE person_id%")
        session.commit()
    assert confirming.result() == "confirmed"
    assert erasing.result() is None
    assert visitor.one("SELECT count(*) FROM people") == 0
