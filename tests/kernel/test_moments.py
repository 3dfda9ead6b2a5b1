"""Days, hours and zones as people say them, in each language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaign.kernel.languages import INTERFACE, KNOWN
from campaign.kernel.moments import all_times, clock, clocks, days, full_day, in_zone, moment, short_day

NEW_YORK = ZoneInfo("America/New_York")


def at(hour, minute=0, *, day=13, fold=0):
    return datetime(2027, 1, day, hour, minute, tzinfo=NEW_YORK, fold=fold)


def read(words):
    return words.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("last", "en", "es"),
    [
        (date(2027, 1, 13), "Wednesday, January 13, 2027", "miércoles 13 de enero de 2027"),
        (date(2027, 1, 17), "January 13–17, 2027", "13–17 de enero de 2027"),
        (date(2027, 2, 2), "January 13–February 2, 2027", "13 de enero – 2 de febrero de 2027"),
        (date(2028, 1, 2), "January 13, 2027–January 2, 2028", "13 de enero de 2027 – 2 de enero de 2028"),
    ],
)
def test_from_day_to_day_says_the_year_once(last, en, es):
    first = date(2027, 1, 13)
    assert read(days(first, last, "en")) == en
    assert read(days(first, last, "es")).replace("\u2009", " ") == es


@pytest.mark.parametrize(
    ("hour", "minute", "en", "es"),
    [
        (0, 0, "12 a.m.", "12 a. m."),
        (8, 0, "8 a.m.", "8 a. m."),
        (8, 30, "8:30 a.m.", "8:30 a. m."),
        (12, 0, "noon", "12 p. m."),
        (12, 5, "12:05 p.m.", "12:05 p. m."),
        (20, 0, "8 p.m.", "8 p. m."),
    ],
)
def test_a_clock_is_said_as_people_say_it(hour, minute, en, es):
    assert (read(clock(at(hour, minute), "en")), read(clock(at(hour, minute), "es"))) == (en, es)


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        (at(17), at(18, 30), ("5", "6:30 p.m.")),
        (at(8), at(16), ("8 a.m.", "4 p.m.")),
        (at(10), at(12), ("10 a.m.", "noon")),
        (at(12), at(14), ("noon", "2 p.m.")),
        (at(22), at(23, day=14), ("10 p.m.", "11 p.m.")),
    ],
)
def test_what_is_true_of_both_ends_is_said_once(begins, ends, said):
    assert tuple(map(read, clocks(begins, ends, "en"))) == said


def test_a_moment_is_a_short_day_and_its_hours():
    assert read(moment(at(8), "en")) == "Wed, Jan 13, 8 a.m."
    assert read(moment(at(8), "en", at(16))) == "Wed, Jan 13, 8 a.m.–4 p.m."
    assert read(moment(at(8), "es", at(16))) == "mié 13 de ene, 8 a. m.–4 p. m."


def test_hours_keep_their_order_in_a_line_from_right_to_left():
    assert "\u20668:00 AM–4:00 PM\u2069" in read(moment(at(8), "ur", at(16)))


def test_a_time_that_is_there_twice_is_never_shortened():
    begins = datetime(2027, 11, 7, 0, 30, tzinfo=NEW_YORK)
    ends = datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK, fold=1)
    assert read(moment(begins, "en", ends)) == "Sun, Nov 7, 12:30 a.m.–1:30 a.m. (Eastern Standard Time)"


@pytest.mark.parametrize(
    ("timezone", "en", "es"),
    [
        ("America/New_York", "All times Eastern.", "Horarios en hora del Este."),
        ("America/Chicago", "All times Central.", "Horarios en hora del Centro."),
        ("Asia/Karachi", "All times Pakistan Time.", "Horarios en hora de Pakistán."),
    ],
)
def test_a_zone_has_one_name_in_summer_and_in_winter(timezone, en, es):
    assert (all_times(timezone, "en"), all_times(timezone, "es")) == (en, es)
    assert read(in_zone("8 a.m.", "America/New_York", "en")) == "8 a.m. Eastern"


@pytest.mark.parametrize("language", [*KNOWN, "tlh", "x-none", "../../etc"])
def test_every_language_says_something(language):
    begins = at(8)
    for said in (full_day(begins, language), short_day(begins, language), moment(begins, language, at(16))):
        assert "13" in said
    assert days(begins, begins + timedelta(days=4), language)
    assert all_times("America/New_York", language)


@pytest.mark.parametrize("language", INTERFACE)
def test_no_time_holds_the_narrow_space_that_faces_lack(language):
    assert "\u202f" not in moment(at(8), language, at(16))
