"""The fields of an RSVP as plain values: which legs, how many people, what the event asks; no form, no request."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.events.commands import Wish
from campaign.events.doors import DoorLeg, EventDoor
from campaign.events.fields import read_rsvp, read_wishes
from campaign.kernel.problems import Problems
from tests.actions.given import told

ASKS = ("phone", "ride", "needs", "languages", "help")
FIRST, CANCELLED, LAST = (str(UUID(int=number)) for number in (1, 2, 3))


def leg(number, **changed):
    known = {"is_open": True, "is_cancelled": False, "extras": frozenset({"meal", "bed"}), **changed}
    return DoorLeg(number, UUID(int=number), **known)


def door(*legs, asks=ASKS):
    legs = legs or (leg(1), leg(2, is_open=False, is_cancelled=True), leg(3, extras=frozenset({"meal"}), most_people=5))
    return EventDoor(1, "march", "fair-food", asks, {str(one.public_id): one for one in legs}, is_open=True)


def read(*, at=None, is_high_safety=False, lists=None, **values):
    problems = Problems()
    fields = read_rsvp(values, lists or {}, at or door(), problems, is_high_safety=is_high_safety)
    return fields, told(problems)


def test_ticked_legs_count_once_each_in_one_order():
    fields, problems = read(lists={"legs": [LAST, FIRST, LAST, ""]}, part="days", guests="2", meals="yes", lodging="on")
    assert problems == []
    assert fields.wishes == (Wish(1, 3, {"meal": 3, "bed": 3}), Wish(3, 3, {"meal": 3}))


@pytest.mark.parametrize(
    ("part", "legs", "expected"),
    [
        ("all", [FIRST], [("part", "conflict")]),
        ("finale", [FIRST, LAST], [("part", "conflict")]),
        ("finale", [FIRST], [("part", "conflict")]),
        ("all", [LAST, FIRST], []),
        ("finale", [LAST], []),
        ("days", [FIRST], []),
        ("", [FIRST], []),
        ("days", [], [("legs", "missing")]),
    ],
)
def test_who_chose_in_a_word_and_ticked_something_else_is_asked_which_holds(part, legs, expected):
    assert read(part=part, lists={"legs": legs})[1] == expected


EIGHT = datetime(2027, 1, 13, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "is_asked"),
    [
        ([(0, 2), (1, 3)], True),
        ([(0, 8), (1, 2), (9, 10)], True),
        ([(0, 2), (0, 2)], True),
        ([(0, 2), (2, 4)], False),
        ([(0, 2), (24, 26)], False),
    ],
)
def test_times_that_overlap_are_questioned_and_taken_from_who_means_them(hours, is_asked):
    legs = [
        leg(n, starts_at=EIGHT + timedelta(hours=begins), ends_at=EIGHT + timedelta(hours=ends))
        for n, (begins, ends) in enumerate(hours, 1)
    ]
    lists = {"legs": [str(one.public_id) for one in legs]}
    assert read(at=door(*legs), lists=lists)[1] == ([("legs", "overlap")] if is_asked else [])
    fields, problems = read(at=door(*legs), lists=lists, overlap="yes")
    assert problems == []
    assert [wish.leg_id for wish in fields.wishes] == [one.id for one in legs]


def test_a_part_names_legs_and_nothing_is_chosen_for_anybody():
    assert [wish.leg_id for wish in read(part="all")[0].wishes] == [1, 3]
    assert [wish.leg_id for wish in read(part="finale")[0].wishes] == [3]
    assert read()[1] == [("legs", "missing")]
    assert [wish.leg_id for wish in read(at=door(leg(9)))[0].wishes] == [9], "where there is one leg, that is meant"


@pytest.mark.parametrize(
    ("legs", "problem"),
    [
        ([FIRST, "x"], "not_a_choice"),
        ([CANCELLED], "closed"),
        (["\0"], "not_a_choice"),
        ([str(UUID(int=77))], "not_a_choice"),
    ],
)
def test_a_leg_that_is_not_there_or_takes_nobody_is_told(legs, problem):
    assert read(lists={"legs": legs})[1] == [("legs", problem)]


@pytest.mark.parametrize("value", ["-1", "10", "two", "½", "٣٣", "+3", "\0", "9" * 400])
def test_a_number_that_is_none_is_told_beside_the_field_it_stands_in(value):
    wrong = ("not_a_number", {"most": 9})
    assert read(part="finale", guests=value)[1] == [("guests", *wrong)]
    assert read(part="finale", **{f"guests-{LAST}": value})[1] == [(f"guests-{LAST}", *wrong)]
    assert read(part="finale", meals="yes", children=value)[1] == [("children", *wrong)]


@pytest.mark.parametrize("value", ["3", "٣", "۳", "৩", "३", "３", "\u200e3\u200f", "\u00a03"])
def test_a_digit_of_any_script_is_one(value):
    fields, problems = read(part="all", guests=value, **{f"guests-{LAST}": value}, meals="yes", children=value)
    assert problems == []
    assert [(wish.places, wish.children) for wish in fields.wishes] == [(4, 3), (4, 3)]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("۰۳۰۰ ۱۲۳۴۵۶۷", "0300 1234567"), ("\u200e+1\u00a0239\u2011555–0100\u200f", "+1 239-555-0100")],
)
def test_a_phone_is_read_in_the_digits_of_any_script(typed, stored):
    fields, problems = read(part="finale", phone=typed)
    assert problems == []
    assert fields.answers["phone"] == stored


def test_a_party_too_large_is_told_where_its_number_stands_and_one_that_is_there_already_is_not():
    too_many = ("too_many", {"most": 4})
    assert read(part="finale", guests="5")[1] == [("guests", *too_many)]
    assert read(part="finale", guests="0", **{f"guests-{LAST}": "5"})[1] == [(f"guests-{LAST}", *too_many)]
    problems = Problems()
    read_wishes({"part": "finale", "guests": "5"}, {}, door().legs, problems, asks_children=True, has={3: 6})
    assert told(problems) == []


def test_children_are_counted_where_somebody_feeds_them_and_are_part_of_the_party():
    assert read(part="finale", guests="2", children="2")[0].wishes == (Wish(3, 3),), "nobody eats"
    assert read(part="finale", guests="2", children="2", meals="yes")[0].wishes == (Wish(3, 3, {"meal": 3}, 2),)
    assert read(part="finale", guests="2", children="4", meals="yes")[1] == [("children", "more_than_party")]
    own = {f"guests-{LAST}": "1", f"children-{LAST}": "3"}
    assert read(part="finale", meals="yes", **own)[1] == [(f"children-{LAST}", "more_than_party")]
    assert read(part="finale", meals="yes", children="1", is_high_safety=True)[0].wishes == (Wish(3, 1, {"meal": 1}),)


@pytest.mark.parametrize(
    ("values", "lists", "problem"),
    [
        ({"phone": "x"}, {}, ("phone", "malformed")),
        ({"ride": "both"}, {}, ("ride", "not_a_choice")),
        ({"ride_from": "a" * 121}, {}, ("ride_from", "too_long", {"most": 120})),
        ({"ride_from": "a\nb"}, {}, ("ride_from", "holds_unseen")),
        ({"ride_from": "a\0b"}, {}, ("ride_from", "holds_unseen")),
        ({}, {"needs": ["diet", "everything"]}, ("needs", "not_a_choice")),
        ({}, {"speaks": ["xx"]}, ("speaks", "not_a_choice")),
        ({}, {"helps_as": ["boss"]}, ("helps_as", "not_a_choice")),
    ],
)
def test_what_the_event_asks_is_checked_and_what_it_does_not_ask_is_not_looked_at(values, lists, problem):
    assert read(part="finale", lists=lists, **values)[1] == [problem]
    fields, problems = read(at=door(asks=()), part="finale", lists=lists, **values)
    assert (fields.answers, problems) == ({}, [])
    assert read(part="finale", lists=lists, is_high_safety=True, **values)[0].answers == {}


def test_the_same_request_reads_the_same_in_whatever_order_it_was_given():
    once, _ = read(lists={"legs": [FIRST, LAST], "needs": ["diet", "wheelchair"]}, phone=" +1 239 555 0100 ")
    again, _ = read(lists={"legs": [LAST, FIRST, FIRST], "needs": ["wheelchair", "diet"]}, phone="+1 239 555 0100")
    assert once.as_texts() == again.as_texts()


ANY = st.one_of(
    st.sampled_from(["", "0", "9", "yes", "all", "finale", "asked", "diet", FIRST, LAST]), st.text(max_size=20)
)
NAMES = (
    "part",
    "guests",
    "children",
    "meals",
    "lodging",
    "phone",
    "ride",
    "ride_from",
    f"guests-{LAST}",
    f"children-{LAST}",
)
SEVERAL = ("legs", "needs", "speaks", "helps_as")


@given(
    st.dictionaries(st.sampled_from(NAMES), st.one_of(ANY, st.text(alphabet=st.characters(), max_size=20))),
    st.dictionaries(st.sampled_from(SEVERAL), st.lists(ANY, max_size=4)),
    st.booleans(),
)
def test_whatever_is_given_is_either_told_or_fits_the_event_and_can_be_stored(given_values, lists, is_high_safety):
    fields, problems = read(lists=lists, is_high_safety=is_high_safety, **given_values)
    if problems:
        assert {name for name, *_ in problems} <= {*NAMES, *SEVERAL}
        return
    assert {wish.leg_id for wish in fields.wishes} <= {1, 3}
    for wish in fields.wishes:
        assert set(wish.extras.values()) <= {wish.places}
        assert 0 <= wish.children <= wish.places <= 10
    for text in fields.as_texts():
        assert "\0" not in text
        text.encode()
