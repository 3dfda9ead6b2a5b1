"""A judgement that could not condemn would be worth nothing: each promise is broken once."""

from dataclasses import replace

import pytest

from tests.chaos.books import StoredAction, StoredMessage
from tests.chaos.judging import LETTER_CONNECTIONS, Evidence, judge
from tests.chaos.march import MarchEvidence, StoredRsvp

ANA, BO = "ana@crowd.example", "bo@crowd.example"


def pledge(email: str, number: int | None, state: str = "confirmed") -> StoredAction:
    return StoredAction("pledge", email, state, True, number)


def letter(email: str) -> StoredAction:
    return StoredAction("letter", email, "confirmed", False, None)


def message(name: str, state: str = "sent", lane: str = "letters") -> StoredMessage:
    return StoredMessage(name, lane, state, 1)


BOTH = frozenset({ANA, BO})
GOING = StoredRsvp("1", ANA, "confirmed", is_standing=True, legs=["going", "queued"], offered=1, queued=1)
BACK = StoredRsvp("2", BO, "withdrawn", is_standing=False, legs=["gone"])
MARCH = MarchEvidence(
    accepted=BOTH,
    confirmed={"1": ANA, "2": BO},
    cancelled=frozenset({BO}),
    changed=frozenset(),
    pages={"1": ["going", "queued"], "2": ["gone"]},
    stored=[GOING, BACK],
    looks=9,
)
KEPT = Evidence(
    signed=BOTH,
    confirmed=BOTH,
    wrote=BOTH,
    actions=[pledge(ANA, 2), pledge(BO, 1), letter(ANA), letter(BO)],
    messages=[message("a"), message("b"), message("c", lane="critical")],
    tally=2,
    shown=2,
    accepted={"a": 1, "b": 1, "c": 2},
    letters_taken={ANA: 1, BO: 1},
    faults=0,
    letters_workers_killed=0,
    hits=1,
    must_hit=1,
    march=MARCH,
)
UNKNOWN = replace(KEPT, messages=[message("a", "unknown"), message("b")], accepted={"b": 1}, letters_taken={BO: 1})


def test_condemns_nothing_where_all_was_kept() -> None:
    assert judge(KEPT) == []


@pytest.mark.parametrize(
    ("sentence", "changes"),
    [
        ("pledge of ana@crowd.example is not stored", {"actions": [pledge(BO, 1), letter(ANA), letter(BO)]}),
        (
            "confirmed pledge of ana@crowd.example does not count",
            {"actions": [pledge(ANA, None, "withdrawn"), pledge(BO, 1), letter(ANA), letter(BO)]},
        ),
        ("counts 2 times", {"actions": [*KEPT.actions, pledge(ANA, 3)]}),
        ("1 actions still wait", {"actions": [*KEPT.actions, pledge(ANA, None, "waiting")]}),
        ("the tally says 3", {"tally": 3}),
        ("the site shows 1", {"shown": 1}),
        ("numbers are not 1 to 2", {"actions": [pledge(ANA, 3), pledge(BO, 1), letter(ANA), letter(BO)]}),
        ("numbers are not 1 to 2", {"actions": [pledge(ANA, 1), pledge(BO, 1), letter(ANA), letter(BO)]}),
        ("letter a is dead", {"messages": [message("a", "dead"), message("b")]}),
        ("letter a is sent, and was taken 0 times", {"accepted": {"b": 1}}),
        ("letter a is sent, and was taken 2 times", {"accepted": {"a": 2, "b": 1}}),
        ("2 letters of ana@crowd.example went", {"letters_taken": {ANA: 2, BO: 1}}),
        ("letter of ana@crowd.example is not stored", {"actions": [pledge(ANA, 2), pledge(BO, 1), letter(BO)]}),
        ("2 letters were accepted, 1 are in the outbox", {"messages": [message("a")]}),
        ("1 messages are still due", {"messages": [*KEPT.messages, message("d", "due", "critical")]}),
        ("1 messages are still sending", {"messages": [*KEPT.messages, message("d", "sending", "critical")]}),
        ("only 1 kills hit", {"must_hit": 20}),
        ("ended with 1", {"exit_code": 1}),
        ("2 processes outlived", {"left_over": 2}),
        ("answered 500", {"failures": ["supporter 7: answered 500"]}),
    ],
)
def test_condemns_a_broken_promise(sentence: str, changes: dict[str, object]) -> None:
    assert sentence in "\n".join(judge(replace(KEPT, **changes)))


@pytest.mark.parametrize(
    ("sentence", "changes"),
    [
        ("the accepted RSVP of ana@crowd.example is not stored", {"stored": [BACK]}),
        ("the confirmed RSVP of ana@crowd.example is not stored", {"stored": [BACK]}),
        ("0 RSVPs of ana@crowd.example stand", {"stored": [replace(GOING, is_standing=False), BACK]}),
        ("2 RSVPs of ana@crowd.example stand", {"stored": [GOING, replace(GOING, public_id="3"), BACK]}),
        ("1 RSVPs of bo@crowd.example stand", {"stored": [GOING, replace(BACK, is_standing=True)]}),
        ("bo@crowd.example gave all back and has going", {"stored": [GOING, replace(BACK, legs=["going"])]}),
        ("the page of ana@crowd.example shows going, going", {"pages": {"1": ["going", "going"], "2": ["gone"]}}),
        ("asked 2 times to confirm", {"stored": [replace(GOING, asked=2), BACK]}),
        ("waited for 1 and was offered something 2 times", {"stored": [replace(GOING, offered=2), BACK]}),
        ("is offered something, and nobody wrote", {"stored": [replace(GOING, is_untold=True), BACK]}),
        ("over capacity: leg 1: 13 places", {"over": ["leg 1: 13 places"]}),
        ("nobody looked", {"looks": 0}),
        ("2 wait for what is free", {"in_vain": 2}),
    ],
)
def test_condemns_a_broken_promise_of_the_march(sentence: str, changes: dict[str, object]) -> None:
    assert sentence in "\n".join(judge(replace(KEPT, march=replace(MARCH, **changes))))


def test_allows_who_changed_to_be_offered_more() -> None:
    march = replace(MARCH, stored=[replace(GOING, offered=2), BACK], changed=frozenset({ANA}))
    assert judge(replace(KEPT, march=march)) == []


def test_allows_as_many_unknown_letters_as_the_dead_and_the_sink_left_open() -> None:
    assert "1 letters are unknown, at most 0" in "\n".join(judge(UNKNOWN))
    assert judge(replace(UNKNOWN, faults=1)) == []
    assert judge(replace(UNKNOWN, letters_workers_killed=1)) == []
    assert replace(UNKNOWN, letters_workers_killed=2, faults=3).unknown_allowed == 2 * LETTER_CONNECTIONS + 3


def test_condemns_an_unknown_letter_that_went_twice() -> None:
    assert judge(replace(UNKNOWN, faults=1, accepted={"a": 1, "b": 1})) == []
    assert "unknown, and was taken 2 times" in judge(replace(UNKNOWN, faults=1, accepted={"a": 2, "b": 1}))[0]


def test_condemns_a_mail_of_an_event_that_went_twice_and_no_confirmation() -> None:
    offer = replace(message("m", lane="critical"), topic="events.offer")
    asked = replace(message("n", lane="critical"), topic="actions.confirm")
    kept = replace(KEPT, messages=[*KEPT.messages, offer, asked], accepted={**KEPT.accepted, "m": 1, "n": 2})
    assert judge(kept) == []
    twice = replace(kept, accepted={**kept.accepted, "m": 2})
    assert judge(twice) == ["the mail m (events.offer) was taken 2 times"]
