"""What an event may hold is the same by file and by form: each wrong value is refused by both, for the same reason."""

import pytest

from campaign.events.organize.boxes import box_of, put_event, put_leg, put_place
from campaign.events.organize.changing import check
from campaign.events.organize.problem_words import WORDS
from campaign.kernel.clock import now
from tests.events.days import friday, sunday

LANGUAGES = ("en", "es")
LEG = {
    "title-en": "To the lake", "starts": "08:00", "ends": "16:00", "capacity": "40", "miles": "10",
    "from": "26.82, -80.66", "to": "", "address": "", "from_name": "", "to_name": "", "meal": "yes", "meals": "",
    "meal_about-en": "", "lodging": "", "lodging_about-en": "", "step_free": "", "bring-en": "",
}  # fmt: skip
EVENT = {"title-en": "March", "summary-en": "Walk.", "kind": "march", "timezone": "America/New_York", "phone": ""}
PLACE = {"title": "Elm Street", "shifts": "10:00-12:00", "capacity": "3", "at": "", "address": ""}

LONG = "x" * 2_001
BOXES = {(): EVENT, ("legs",): LEG, ("places",): PLACE}

OF_EVENTS = [
    ("title-en", "", "no_texts", "title", {}),
    ("title-en", "x" * 201, "too_long", "title", {"en": "x" * 201}),
    ("title-en", "two\nlines", "line_break", "title", {"en": "two\nlines"}),
    ("title-en", "a\u202eb", "holds_unseen", "title", {"en": "a\u202eb"}),
    ("summary-en", "", "missing_in", "summary", {}),
    ("summary-en", LONG, "too_long", "summary", {"en": LONG}),
    ("summary-es", "Camine.", "other_language", "summary", {"en": "Walk.", "es": "Camine."}),
    ("kind", "party", "not_a_choice", "kind", "party"),
    ("timezone", "Florida", "timezone", "timezone", "Florida"),
    ("timezone", "", "timezone", "timezone", ""),
    ("starts", "tomorrow", "day", "starts", "tomorrow"),
    ("starts", "2027-02-30", "no_such_day", "starts", "2027-02-30"),
    ("starts", "2099-01-01", "to_come", "starts", "2099-01-01"),
    ("phone", "call me", "phone", "phone", "call me"),
    ("leads-en", "x" * 201, "too_long", "leads", {"en": ["x" * 201]}),
]
OF_LEGS = [
    ("title-en", "", "missing_in", "title", {}),
    ("starts", "8 o’clock", "clock", "starts", "8 o’clock"),
    ("starts", "25:00", "clock", "starts", "25:00"),
    ("starts", "", "clock", "starts", ""),
    ("ends", "07:00", "backwards", "ends", "07:00"),
    ("capacity", "many", "whole", "capacity", "many"),
    ("capacity", "-1", "whole", "capacity", "-1"),
    ("capacity", "1e3", "whole", "capacity", "1e3"),
    ("capacity", "99999999999", "whole", "capacity", "99999999999"),
    ("miles", "ten", "distance", "miles", "ten"),
    ("miles", "-3", "distance", "miles", "-3"),
    ("from", "26.82", "point", "from", ["26.82"]),
    ("from", "91, 0", "point", "from", ["91", "0"]),
    ("from", "north, south", "point", "from", ["north", "south"]),
    ("address", "x" * 201, "too_long", "address", "x" * 201),
    ("from_name", "a\nb", "line_break", "from_name", "a\nb"),
    ("lodging", "some", "whole", "lodging", "some"),
    ("lodging_about-en", "A hall", "useless", "lodging_about", {"en": "A hall"}),
    ("step_free", "maybe", "yes_no", "step_free", "maybe"),
    ("bring-en", "x" * 601, "too_long", "bring", {"en": "x" * 601}),
]
OF_PLACES = [
    ("title", "", "missing", "title", None),
    ("title", "x" * 201, "too_long", "title", "x" * 201),
    ("shifts", "", "no_shifts", "shifts", []),
    ("shifts", "all day", "period", "shifts", ["all day"]),
    ("shifts", "12:00-10:00", "period", "shifts", ["12:00-10:00"]),
    ("capacity", "three", "whole", "capacity", "three"),
    ("at", "0, 181", "point", "at", ["0", "181"]),
]


def base(**more):
    return {"slug": "s", "campaign": "c", "starts": str(friday()), **more}


def march():
    leg = {"day": 1}
    put_leg(leg, LEG, LANGUAGES)
    given = base(legs=[leg])
    put_event(given, EVENT, {}, LANGUAGES)
    return given


def day_of_action():
    place = {}
    put_place(place, PLACE, LANGUAGES)
    given = base(places=[place])
    put_event(given, EVENT | {"kind": "day-of-action"}, {}, LANGUAGES)
    return given


def codes(given):
    command, problems = check(given, now())
    assert (command is None) == bool(problems)
    return [(problem.field, problem.code) for problem in problems], problems


def test_what_is_right_is_right_by_form():
    assert codes(march())[0] == codes(day_of_action())[0] == []


@pytest.mark.parametrize(("box", "typed", "code", "key", "value"), OF_EVENTS)
def test_a_wrong_value_of_an_event(box, typed, code, key, value):
    by_form, by_file = march(), march()
    put_event(by_form, {**EVENT, "starts": by_form["starts"], box: typed}, {}, LANGUAGES)
    by_file[key] = value
    _agree(by_form, by_file, code, box, ())


@pytest.mark.parametrize(("box", "typed", "code", "key", "value"), OF_LEGS)
def test_a_wrong_value_of_a_day(box, typed, code, key, value):
    by_form, by_file = march(), march()
    put_leg(by_form["legs"][0], {**LEG, box: typed}, LANGUAGES)
    by_file["legs"][0][key] = value
    _agree(by_form, by_file, code, box, ("legs", 0))


@pytest.mark.parametrize(("box", "typed", "code", "key", "value"), OF_PLACES)
def test_a_wrong_value_of_a_place(box, typed, code, key, value):
    by_form, by_file = day_of_action(), day_of_action()
    put_place(by_form["places"][0], {**PLACE, box: typed}, LANGUAGES)
    by_file["places"][0][key] = value
    _agree(by_form, by_file, code, box, ("places", 0))


def test_an_hour_that_the_clocks_skip_is_told_at_its_day():
    by_form = march()
    by_form["starts"] = str(sunday())
    put_leg(by_form["legs"][0], {**LEG, "starts": "2:30 a.m."}, LANGUAGES)
    _agree(by_form, by_form, "skipped", "ends", ("legs", 0))


def _agree(by_form, by_file, code, box, below):
    found, problems = codes(by_form)
    assert found == codes(by_file)[0]
    assert code in [said for _, said in found]
    assert all(said in WORDS for _, said in found)
    assert box in {box_of(problem, below, BOXES[below[:1]]) for problem in problems}
