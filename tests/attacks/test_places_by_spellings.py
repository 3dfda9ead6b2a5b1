"""Tries to take an event's places by one mailbox, in all its spellings, and by one network."""

from campaign.events.rosters.telling import tell_numbers
from campaign.events.saving import find_event
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.events.coming import MARCH, legs_of, post

GOING = "SELECT coalesce(sum(amount), 0) FROM rsvp_claims WHERE state = :state AND resource = 'place'"


def spelled(number):
    return f"vic{'.' * (number % 2)}tim+{number}@gmail.com"


def test_one_mailbox_confirms_forty_spellings(visitor, tell):
    leg = legs_of(visitor)[0]
    visitor.do("UPDATE event_legs SET capacity = 40 WHERE public_id = :id", id=leg)
    for number in range(40):
        visitor.do("DELETE FROM outbox_messages")
        visitor.do("UPDATE rsvp_claims SET until = now() - interval '1 minute' WHERE state = 'held'")
        if visitor.one("SELECT count(*) FROM pg_class WHERE relname = 'mailbox_allowances'"):
            visitor.do("DELETE FROM mailbox_allowances")
        assert post(visitor, legs=[leg], guests="9", email=spelled(number)).status_code == 303
        assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
    taken, queued = (visitor.one(GOING, state=state) for state in ("going", "queued"))
    tell("places of 40 that one mailbox has, and waits for", (taken, queued))
    assert (taken, queued) == (10, 0)
    assert visitor.one("SELECT count(*) FROM rsvps WHERE is_standing") == 1


def test_one_mailbox_holds_with_ten_spellings(visitor, tell):
    leg = legs_of(visitor)[0]
    visitor.do("UPDATE event_legs SET capacity = 100 WHERE public_id = :id", id=leg)
    for number in range(10):
        assert post(visitor, legs=[leg], guests="4", email=spelled(number)).status_code == 303
    held = visitor.one(GOING, state="held")
    tell("places of 100 that one mailbox holds unconfirmed", held)
    assert held == 5


def test_a_party_fills_no_small_leg(visitor, tell):
    leg = legs_of(visitor)[0]
    visitor.do("UPDATE event_legs SET capacity = 12 WHERE public_id = :id", id=leg)
    answers = [post(visitor, legs=[leg], guests=str(guests)).status_code for guests in (9, 5, 4)]
    tell("answers to parties of ten, six and five on a leg of twelve", answers)
    assert answers == [422, 422, 303]


def test_held_parties_from_one_network_are_seen_by_who_runs_it_and_forgotten(visitor):
    leg = legs_of(visitor)[0]
    visitor.do("UPDATE event_legs SET capacity = 100 WHERE public_id = :id", id=leg)
    for number in range(3):
        post(visitor, legs=[leg], guests="4", email=f"p{number}@example.org")

    def numbers():
        with visitor.sessions() as session:
            return tell_numbers(session, OPERATOR, find_event(session, MARCH), now(), 1)

    assert "unconfirmed from one network: 15 people in 3 RSVPs" in numbers()
    kept = "SELECT count(*) FROM rsvps WHERE network_key IS NOT NULL"
    assert visitor.one(kept) == 3
    assert visitor.confirm(visitor.last_link("confirm", "p0@example.org")).status_code == 303
    assert visitor.one(kept) == 2
    visitor.do("UPDATE rsvp_claims SET until = now() - interval '1 minute' WHERE state = 'held'")
    post(visitor, legs=[leg], email="later@example.org")
    assert visitor.one(kept) == 1, "only who holds something now"
    assert "one network" not in numbers()
