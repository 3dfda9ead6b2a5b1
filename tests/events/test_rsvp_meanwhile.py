"""RSVPs while events change: between the door's look and the count, and between the asking and the confirmation."""

from campaign.events.revisions.running import cancel_event, get_event
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.events.coming import MARCH, come, legs_of, places, post


def test_a_leg_cancelled_a_moment_after_the_door_looked_gives_nobody_a_place_or_a_turn(visitor):
    legs = legs_of(visitor)
    assert post(visitor, legs=legs[3], email="first@example.org").status_code == 303  # the door remembers the legs now
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs[0])
    answer = come(visitor, legs=[legs[0], legs[1]])
    assert places(visitor) == {1: (1, "gone"), 2: (1, "going"), 4: (1, "held")}
    thanks = visitor.client.get(answer.headers["Location"]).text
    assert "You’re coming!" in thanks
    assert thanks.index("<strong>Canceled") < thanks.index("<strong>Confirmed")
    assert "/rsvp/" not in thanks, "the way to it is in the mail alone"


def test_a_leg_opened_a_moment_after_the_door_looked_is_found(visitor):
    legs = legs_of(visitor)
    visitor.do("UPDATE event_legs SET status = 'closed' WHERE public_id = :id", id=legs[0])
    assert post(visitor, legs=legs[1], email="first@example.org").status_code == 303
    visitor.do("UPDATE event_legs SET status = 'open' WHERE public_id = :id", id=legs[0])
    assert post(visitor, legs=legs[0]).status_code == 303
    assert places(visitor) == {1: (1, "held"), 2: (1, "held")}


def test_who_only_waits_is_told_so_when_it_is_confirmed(visitor):
    visitor.do("UPDATE event_legs SET capacity = 5")
    legs = legs_of(visitor)
    come(visitor, legs=legs[0], guests="4", email="first@example.org")
    thanks = visitor.client.get(come(visitor, legs=legs[0]).headers["Location"]).text
    assert "<h1>You’re on the wait list</h1>" in thanks
    assert "You’re coming!" not in thanks
    both = visitor.client.get(come(visitor, legs=legs[:2]).headers["Location"]).text
    assert "You’re coming!" in both
    assert "If you’re on a wait list" in both


def test_who_chose_only_what_is_cancelled_meanwhile_is_told_so(visitor):
    legs = legs_of(visitor)
    assert post(visitor, legs=legs[0]).status_code == 303
    with visitor.sessions() as session, session.begin():
        cancel_event(session, OPERATOR, get_event(session, OPERATOR, MARCH), now())
    thanks = visitor.client.get(visitor.confirm(visitor.last_link("confirm")).headers["Location"]).text
    assert "is no longer happening" in thanks
