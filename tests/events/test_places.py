"""What becomes of RSVPs: held, going, in the queue, offered; changed, taken back, replaced."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.actions.service.taking_back import delete_waiting, erase_person, withdraw
from campaign.events.capacity.changes import Refused, accept, change, decline
from campaign.events.capacity.offers import give_freed_places, settle_overdue
from campaign.events.commands import ChangeRsvp, Wish
from campaign.events.own_rsvps import find_own_rsvp
from campaign.events.purging import empty_details, purge_details
from campaign.events.revisions.running import cancel_event
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.events.march import March
from tests.events.stage import BY_NAME, OVER, WAITS_IN_VAIN, make_event

ANSWERED = """UPDATE rsvps SET answers = '{"phone": "555-0100", "needs": ["diet"]}'"""


@pytest.fixture
def march(sessions, installation, demo):
    with sessions() as session:
        yield March(session, installation.hashes)
        assert session.execute(OVER).all() == []
        assert session.execute(WAITS_IN_VAIN).all() == []
        session.rollback()


def test_who_confirms_in_time_has_what_they_held(march):
    action = march.ask("ana", (0, 2, 2, 1))
    assert march.states(action) == {(0, "place"): ("held", 2), (0, "meal"): ("held", 2), (0, "bed"): ("held", 1)}
    march.confirm(action)
    assert set(march.states(action).values()) == {("going", 2), ("going", 1)}


def test_the_unconfirmed_hold_a_fifth_and_no_more(march):
    first, second = march.ask("ana", (0, 2)), march.ask("eva", (0, 1))
    assert (march.place(first), march.place(second)) == ("held", "asked")
    assert march.confirm(second).outcome == "confirmed"
    assert march.place(second) == "going", "there is room for who confirms"


def test_a_hold_that_is_over_is_free_for_others_and_can_still_be_confirmed(march):
    late = march.ask("ana", (0, 2))
    march.pass_time()
    assert settle_overdue(march.session, now()) == 1
    assert march.place(late) == "asked"
    march.confirm(late)
    assert march.place(late) == "going"


def test_whoever_finds_a_leg_full_keeps_the_others_and_waits_there(march):
    march.come("full", (0, 10))
    late = march.come("ana", (0, 1, 1), (1, 1))
    assert march.states(late) == {
        (0, "place"): ("queued", 1), (0, "meal"): ("queued", 1), (1, "place"): ("going", 1)
    }  # fmt: skip


def test_a_freed_place_goes_to_the_first_whose_whole_party_fits(march):
    ten = march.come("ten", (0, 8))
    two = march.come("two", (0, 2))
    many, few = march.come("many", (0, 4)), march.come("few", (0, 2, 2))
    withdraw(march.session, [two], BY_NAME)
    assert (march.place(many), march.place(few)) == ("queued", "offered"), "four do not fit into two"
    assert march.offers() == [few]
    assert march.states(few)[(0, "meal")][0] == "queued", "first the place"
    assert accept(march.session, few, march.legs[0])
    assert set(march.states(few).values()) == {("going", 2)}
    withdraw(march.session, [ten], BY_NAME)
    assert march.place(many) == "offered"


def test_an_offer_passes_on_when_it_is_declined_or_not_answered(march):
    full = march.come("full", (0, 10))
    one, two = march.come("one", (0, 10)), march.come("two", (0, 10))
    withdraw(march.session, [full], BY_NAME)
    assert (march.place(one), march.place(two)) == ("offered", "queued")
    march.pass_time()
    settle_overdue(march.session, now())
    assert (march.place(one), march.place(two)) == ("queued", "offered")
    assert not accept(march.session, one, march.legs[0])
    assert decline(march.session, two, march.legs[0])
    assert (march.place(one), march.place(two)) == ("offered", "gone"), "who let one pass kept their turn"
    assert march.offers() == [one, two, one]
    assert march.told("events.passed") == [one]


def test_who_lets_a_second_offer_pass_has_no_turn_any_more(march):
    full = march.come("full", (0, 10))
    one, two = march.come("one", (0, 10, 3)), march.come("two", (0, 10))
    withdraw(march.session, [full], BY_NAME)
    for standing in (("queued", "offered"), ("offered", "queued"), ("gone", "offered"), ("gone", "gone")):
        march.pass_time()
        settle_overdue(march.session, now())
        assert (march.place(one), march.place(two)) == standing
    assert march.told("events.passed") == [one, two, one, two]


def test_who_waits_alone_is_offered_once_more_and_not_told_that_it_went_to_others(march):
    full, one = march.come("full", (0, 10)), march.come("one", (0, 10))
    withdraw(march.session, [full], BY_NAME)
    march.pass_time()
    settle_overdue(march.session, now())
    assert march.place(one) == "offered"
    assert march.offers() == [one, one]
    march.pass_time()
    settle_overdue(march.session, now())
    assert march.place(one) == "gone"


def test_an_offer_that_ends_with_the_beginning_of_its_leg_is_told_to_nobody(march):
    full, one = march.come("full", (0, 10)), march.come("one", (0, 10))
    withdraw(march.session, [full], BY_NAME)
    march.session.execute(text("UPDATE event_legs SET starts_at = now() - interval '1 minute'"))
    march.pass_time()
    settle_overdue(march.session, now())
    assert march.place(one) == "queued"
    assert march.told("events.passed") == []
    withdraw(march.session, [one], BY_NAME)


def test_signing_up_again_replaces_what_stood_and_gives_its_places_back(march):
    first = march.come("ana", (0, 6))
    second = march.come("ana", (0, 8), (1, 1), comment="changed my mind")
    assert march.place(first) == "gone"
    assert march.place(second) == "going", "six of the eight were one's own"
    states = march.session.execute(text("SELECT id, state, merged_into_id FROM actions ORDER BY id")).all()
    assert [tuple(row) for row in states if row.id == first] == [(first, "merged", second)]


def test_erased_or_withdrawn_leaves_no_detail_and_no_claim(march):
    action = march.come("ana", (0, 2), (1, 2))
    person = march.session.scalar(text("SELECT person_id FROM actions WHERE id = :id"), {"id": action})
    waiting = march.come("eva", (0, 10))
    assert march.place(waiting) == "queued"
    erase_person(march.session, person, BY_NAME)
    assert march.states(action) == {}
    assert march.place(waiting) == "offered"


def test_a_change_keeps_what_one_has_where_more_does_not_fit(march):
    action = march.come("ana", (0, 4))
    march.come("eva", (0, 5))
    assert change(march.session, ChangeRsvp(action, (Wish(march.legs[0], 6), Wish(march.legs[1], 6)))) == [
        Refused(march.legs[0], "place", 1)
    ]
    assert march.states(action) == {(0, "place"): ("going", 4), (1, "place"): ("going", 6)}
    waiting = march.come("many", (0, 3))
    assert change(march.session, ChangeRsvp(action, (Wish(march.legs[0], 2),))) == []
    assert march.states(action) == {(0, "place"): ("going", 2), (1, "place"): ("gone", 6)}
    assert march.place(waiting) == "offered"


def test_more_room_is_offered_to_who_waits(march):
    march.come("full", (0, 10))
    waiting = march.come("ana", (0, 2))
    march.session.execute(text("UPDATE event_legs SET capacity = 12 WHERE id = :id"), {"id": march.legs[0]})
    give_freed_places(march.session, [march.legs[0]], now())
    assert march.place(waiting) == "offered"


def test_a_leg_that_began_gives_nothing(sessions, installation, demo):
    with sessions() as session:
        march = March(session, installation.hashes, starts_in=timedelta(hours=-1))
        action = march.ask("ana", (0, 1), (1, 1))
        assert (march.place(action, 0), march.place(action, 1)) == ("asked", "held")
        session.rollback()


def test_a_leg_of_another_event_is_not_taken(march):
    _, foreign = make_event(march.session, "another", legs=1)
    march.legs.append(foreign[0])
    action = march.ask("ana", (0, 1), (2, 1))
    assert set(march.states(action)) == {(0, "place")}


def test_what_was_asked_for_a_cancelled_event_is_not_kept_until_its_day(march):
    action = march.come("ana", (0, 2))
    march.session.execute(text(ANSWERED))
    cancel_event(march.session, OPERATOR, march.event, now())
    kept = text("SELECT answers FROM rsvps WHERE action_id = :id")
    purge_details(march.session, now() + timedelta(days=3))
    assert march.session.scalar(kept, {"id": action}) == {"phone": "555-0100"}
    purge_details(march.session, now() + timedelta(days=15))
    assert march.session.scalar(kept, {"id": action}) == {}


def test_needs_go_two_days_after_an_event_and_after_fourteen_only_counts_are_left_of_it(march):
    action = march.come("ana", (0, 2))
    march.session.execute(text(ANSWERED))
    march.session.execute(text("UPDATE actions SET comment = 'I had an operation.'"))
    last = march.session.scalar(text("SELECT max(ends_at) FROM event_legs WHERE id = ANY(:ids)"), {"ids": march.legs})
    of_march = text("SELECT purged_at FROM events WHERE id = :id")
    kept = text("SELECT r.answers, a.comment FROM rsvps r JOIN actions a ON a.id = action_id WHERE a.id = :id")
    purge_details(march.session, last + timedelta(days=1))
    assert tuple(march.session.execute(kept, {"id": action}).one()) == (
        {"phone": "555-0100", "needs": ["diet"]},
        "I had an operation.",
    )
    purge_details(march.session, last + timedelta(days=13))
    assert tuple(march.session.execute(kept, {"id": action}).one()) == ({"phone": "555-0100"}, "I had an operation.")
    assert march.session.scalar(of_march, {"id": march.event.id}) is None
    assert purge_details(march.session, last + timedelta(days=15)) >= 1
    assert march.session.scalar(of_march, {"id": march.event.id}) == last + timedelta(days=15)
    assert purge_details(march.session, last + timedelta(days=15)) == 0
    assert tuple(march.session.execute(kept, {"id": action}).one()) == ({}, None)
    assert march.place(action) == "going"


def test_what_many_said_is_emptied_in_batches_until_nothing_is_left(march):
    for name in ("ana", "eva", "ida", "lea", "mia"):
        march.come(name, (0, 1))
    march.session.execute(text(ANSWERED))
    last = march.session.scalar(text("SELECT max(ends_at) FROM event_legs WHERE id = ANY(:ids)"), {"ids": march.legs})
    needs, phones = (
        text(f"SELECT count(*) FROM rsvps WHERE {what}") for what in ("answers ? 'needs'", "answers ? 'phone'")
    )
    assert [empty_details(march.session, last + timedelta(days=3), most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert (march.session.scalar(needs), march.session.scalar(phones)) == (0, 5)
    assert [empty_details(march.session, last + timedelta(days=15), most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert march.session.scalar(phones) == 0


@pytest.mark.parametrize("how", ["asks", "confirms", "changes", "accepts"])
def test_what_is_over_goes_to_who_waits_whoever_looks_next(march, how):
    march.come("ana", (0, 8))
    other = march.come("zoe", (1, 1))
    held, late = march.ask("luz", (0, 2)), march.ask("ivy", (0, 1))
    eva, queues = march.come("eva", (0, 2)), march.come("pia", (0, 3), (1, 1))
    assert (march.place(held), march.place(eva)) == ("held", "queued")
    march.pass_time()
    if how == "asks":
        assert march.place(march.ask("new", (0, 1))) == "asked"
    elif how == "confirms":
        march.confirm(late)
        assert march.place(late) == "queued"
    elif how == "changes":
        change(march.session, ChangeRsvp(other, (Wish(march.legs[0], 1), Wish(march.legs[1], 1))))
        assert march.place(other) == "queued"
    else:
        assert not accept(march.session, queues, march.legs[1])
    assert march.place(eva) == "offered"
    assert march.offers() == [eva]


def test_the_ticker_finds_what_was_freed_by_nobody_who_looked(march):
    march.come("ana", (0, 8))
    held, eva = march.ask("luz", (0, 2)), march.come("eva", (0, 2))
    delete_waiting(march.session, [held])
    assert march.place(eva) == "queued"
    assert settle_overdue(march.session, now()) == 1
    assert march.place(eva) == "offered"
    assert settle_overdue(march.session, now()) == 0


def test_where_the_party_does_not_fit_its_meals_stay_too(march):
    march.come("ana", (0, 7))
    eva = march.come("eva", (0, 2, 2))
    wish = Wish(march.legs[0], 5, {"meal": 5, "bed": 5})
    assert change(march.session, ChangeRsvp(eva, (wish,))) == [Refused(march.legs[0], "place", 1)]
    assert march.states(eva) == {(0, "place"): ("going", 2), (0, "meal"): ("going", 2)}


def test_a_cancelled_leg_is_given_to_nobody_who_changes(march):
    eva = march.come("eva", (0, 1))
    march.session.execute(text("UPDATE event_legs SET status = 'cancelled' WHERE id = :id"), {"id": march.legs[1]})
    change(march.session, ChangeRsvp(eva, (Wish(march.legs[0], 1), Wish(march.legs[1], 1))))
    assert march.states(eva) == {(0, "place"): ("going", 1)}


def test_what_another_took_the_place_of_keeps_no_details(march):
    first = march.ask("eva", (0, 1))
    march.session.execute(text(ANSWERED))
    march.confirm(first)
    march.come("eva", (1, 1), comment="another")
    row = march.session.execute(
        text("SELECT is_standing, answers FROM rsvps WHERE action_id = :id"), {"id": first}
    ).one()
    assert tuple(row) == (False, {})


@pytest.mark.parametrize("closing", ["status = 'closed'", "starts_at = now() - interval '1 minute'"])
def test_no_place_is_promised_where_none_is_given(march, closing):
    march.come("ana", (0, 2))
    luz = march.ask("luz", (0, 10))
    told = find_own_rsvp(march.session, luz, "en", now())
    assert told.legs[0].state == "full"
    march.session.execute(text("UPDATE event_legs SET capacity = 50"))
    assert find_own_rsvp(march.session, luz, "en", now()).legs[0].state == "free"
    march.session.execute(text(f"UPDATE event_legs SET {closing}"))
    assert find_own_rsvp(march.session, luz, "en", now()).legs[0].state == "full"


def test_what_is_over_is_promised_to_nobody_but_who_waits(march):
    march.come("ana", (0, 8))
    march.ask("luz", (0, 2))
    eva, ivy = march.come("eva", (0, 2)), march.ask("ivy", (0, 1))
    assert march.place(eva) == "queued"
    march.pass_time()
    assert find_own_rsvp(march.session, ivy, "en", now()).legs[0].state == "full"
    march.confirm(ivy)
    assert (march.place(eva), march.place(ivy)) == ("offered", "queued")


def test_of_what_nobody_declares_any_more_nothing_is_given_and_what_one_has_can_be_given_back(march):
    ana = march.come("ana", (0, 1, 1))
    eva = march.come("eva", (0, 1, 1))
    for action, state in ((ana, "going"), (eva, "queued")):
        march.session.execute(
            text(
                "UPDATE rsvp_claims SET resource = 'tent', state = :state, queued_at = now() WHERE action_id = :id AND resource = 'meal'"
            ),
            {"id": action, "state": state},
        )
    give_freed_places(march.session, march.legs, now())
    assert march.states(eva)[(0, "tent")] == ("queued", 1), "none is there"
    assert change(march.session, ChangeRsvp(eva, (Wish(march.legs[0], 2),))) == []
    withdraw(march.session, [ana], BY_NAME)
    assert set(march.states(ana).values()) == {("gone", 1)}
    assert march.states(eva) == {(0, "place"): ("going", 2), (0, "tent"): ("gone", 1)}
