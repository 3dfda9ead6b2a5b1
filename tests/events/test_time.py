"""Leap days, nights when the clocks change, zones far away: in files, on pages, in calendars, and for reminders."""

import random
import re
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from campaign.content.errors import ContentError
from campaign.events.calendars.writing import occasions_of, web_calendars
from campaign.events.queries.page import get_event_page
from campaign.events.queries.public import get_public_event
from campaign.events.reminding import EVENING_BEFORE, WEEK_BEFORE, remind
from tests.events.files import action, load_file, march
from tests.events.march import March
from tests.events.test_event_files import legs_of, local, session
from tests.events.test_event_pages import get, loaded

assert loaded
assert session

NOW = datetime(2054, 11, 24, 3, 0, tzinfo=UTC)
NIGHT = march(starts="2055-03-13", clock="00:30").replace('ends: "16:30"', 'ends: "04:30"')
"""Its second leg lasts through the night in which New York's clocks go forward."""


# Files


@pytest.mark.parametrize(
    ("loaded_on", "ahead", "starts"),
    [
        (date(2056, 2, 20), 9, "2056-02-29"),
        (date(2056, 2, 28), 2, "2056-03-01"),
        (date(2055, 2, 20), 9, "2055-03-01"),
        (date(2055, 12, 31), 60, "2056-02-29"),
        (date(2056, 2, 29), 366, "2057-03-01"),
    ],
)
def test_days_are_counted_across_a_leap_day(session, loaded_on, ahead, starts):
    noon = datetime.combine(loaded_on, time(18), UTC)
    load_file(session, action().replace("starts_in_days: 9", f"starts_in_days: {ahead}"), noon)
    assert local(legs_of(session, "at-the-stores")[0].starts_at, "America/Chicago") == f"{starts} 10:00"


def test_a_march_over_a_leap_day_has_it_as_a_day(session):
    load_file(session, march(starts="2056-02-28"), NOW)
    load_file(session, march(starts="2056-02-29"), NOW)
    assert [local(leg.starts_at)[:10] for leg in legs_of(session, "long-march")] == ["2056-02-29", "2056-03-01"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (march(starts="2055-02-29"), "starts: there is no day 2055-02-29"),
        (NIGHT.replace('"04:30"', '"02:15"'), "02:15 does not exist on 2055-03-14 in America/New_York"),
        (
            action().replace("starts_in_days: 9", "starts: 2055-03-14").replace("11:00-13:00", "02:00-05:00"),
            "02:00 does not exist on 2055-03-14 in America/Chicago",
        ),
        (
            march(starts="2055-10-02", clock="02:15").replace("America/New_York", "Australia/Lord_Howe"),
            "02:15 does not exist on 2055-10-03 in Australia/Lord_Howe",
        ),
    ],
)
def test_days_and_clock_times_that_are_not_there_are_refused(session, content, words):
    with pytest.raises(ContentError) as caught:
        load_file(session, content, NOW)
    assert any(words in problem.text for problem in caught.value.problems), caught.value.problems


def test_of_clock_times_that_are_there_twice_the_first_counts_for_both_ends(session):
    twice = march(starts="2055-11-06", clock="00:30").replace('ends: "16:30"', 'ends: "01:30"')
    load_file(session, twice, NOW)
    leg = legs_of(session, "long-march")[1]
    assert leg.ends_at - leg.starts_at == timedelta(hours=1)
    load_file(session, twice.replace('"01:30"', '"02:30"'), NOW)
    assert leg.ends_at - leg.starts_at == timedelta(hours=3)


def test_of_clock_times_that_are_there_twice_the_second_can_be_called_so(session):
    twice = march(starts="2055-11-06", clock="00:30").replace('ends: "16:30"', 'ends: "01:30 second"')
    load_file(session, twice, NOW)
    assert legs_of(session, "long-march")[1].ends_at - legs_of(session, "long-march")[1].starts_at == timedelta(hours=2)
    both = action().replace("starts_in_days: 9", "starts: 2055-11-07").replace("11:00-13:00", "01:30-01:30 second")
    load_file(session, both, NOW)
    shift = next(
        leg for leg in legs_of(session, "at-the-stores") if local(leg.starts_at, "America/Chicago")[-5:] == "01:30"
    )
    assert shift.ends_at - shift.starts_at == timedelta(hours=1)
    with pytest.raises(ContentError) as caught:
        load_file(session, march(starts="2055-06-06").replace('ends: "16:30"', 'ends: "16:30 second"'), NOW)
    assert "16:30 is there once on that day in America/New_York" in caught.value.problems[0].text


@pytest.mark.parametrize(
    ("starts", "hours", "ends"),
    [
        ("2055-06-06", "22:00-02:00", "2055-06-07 02:00"),
        ("2055-12-31", "23:00-00:00", "2056-01-01 00:00"),
        ("2055-03-13", "22:00-03:00", "2055-03-14 03:00"),  # the clocks go forward: four hours
        ("2055-11-06", "22:00-01:30 second", "2055-11-07 01:30"),  # and back: four and a half
    ],
)
def test_what_ends_earlier_in_the_day_than_it_begins_ends_on_the_next(session, starts, hours, ends):
    load_file(session, action().replace("starts_in_days: 9", f"starts: {starts}").replace("11:00-13:00", hours), NOW)
    shift = next(
        leg for leg in legs_of(session, "at-the-stores") if local(leg.starts_at, "America/Chicago")[-5:] == hours[:5]
    )
    assert local(shift.ends_at, "America/Chicago") == ends
    begin, _, end = hours.partition("-")
    eve = date.fromisoformat(starts) - timedelta(days=1)  # its second day has these hours
    load_file(session, march(starts=eve, clock=begin).replace('ends: "16:30"', f'ends: "{end}"'), NOW)
    leg = legs_of(session, "long-march")[1]
    assert local(leg.ends_at) == ends


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (action().replace("11:00-13:00", "11:00-11:00"), "must be a period such as 10:00-12:00"),
        (action().replace("11:00-13:00", "11:00-10:00"), "must be a period such as 10:00-12:00"),
        (
            march(starts="2055-06-06", clock="16:00").replace('ends: "16:30"', 'ends: "15:00"'),
            "at most twelve hours later",
        ),
        (
            march(starts="2055-03-12", clock="22:00").replace('ends: "16:30"', 'ends: "02:15"'),
            "02:15 does not exist on 2055-03-14 in America/New_York",
        ),
    ],
)
def test_hours_that_are_no_night_are_refused(session, content, words):
    with pytest.raises(ContentError) as caught:
        load_file(session, content, NOW)
    assert any(words in problem.text for problem in caught.value.problems), caught.value.problems


# Pages and calendars


def test_a_night_is_of_the_day_on_which_it_begins(client, loaded):
    loaded(march(starts="2055-06-05", clock="22:00").replace('ends: "16:30"', 'ends: "02:00"'), NOW)
    page = get(client, "/events/long-march").replace("\xa0", " ")
    assert (
        '<time datetime="2055-06-06T22:00:00-04:00">10 p.m.</time>–<time datetime="2055-06-07T02:00:00-04:00">2 a.m.'
        in page
    )


@pytest.mark.parametrize("starts", ["2055-06-06", "2055-01-06", "2055-03-13", "2055-11-06"])
def test_the_time_of_a_place_has_one_name_all_year_and_through_the_change(client, loaded, starts):
    loaded(march(starts=starts), NOW)
    page = get(client, "/events/long-march")
    assert "All times Eastern." in page
    assert not re.search(r"Eastern [A-Z]?[a-z]* ?Time", page)


def test_a_time_that_clocks_show_twice_says_which_of_the_two_it_is(client, loaded):
    loaded(march(starts="2055-11-06", clock="00:30").replace('ends: "16:30"', 'ends: "01:30 second"'), NOW)
    page = get(client, "/events/long-march").replace("\xa0", " ")
    assert '<time datetime="2055-11-07T01:30:00-05:00">1:30 a.m.</time> (Eastern Standard Time)' in page
    assert '<time datetime="2055-11-07T00:30:00-04:00">12:30 a.m.</time>–' in page


def test_links_to_web_calendars_hold_no_plus_and_end_their_times_with_z(sessions, loaded):
    loaded(march(starts="2055-06-06"), NOW)
    with sessions() as opened:
        page = get_event_page(opened, get_public_event(opened, "long-march"), "en", NOW)
        links = web_calendars(occasions_of(page, "https://example.org/a+b")[0])
    for link in links:
        query = urlsplit(link.url).query
        assert "+" not in query
        assert "%20" in query
    outlook = parse_qs(urlsplit(links[1].url).query)
    assert outlook["startdt"] == ["2055-06-06T12:00:00Z"]
    assert outlook["body"][0].endswith("https://example.org/a+b")


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2055-03-14T00:30:00-05:00", "2055-03-14T04:30:00-04:00"),  # three hours
        ("2055-11-07T00:30:00-04:00", "2055-11-07T04:30:00-05:00"),  # five
    ],
)
def test_a_leg_through_the_night_of_the_change_is_as_long_as_it_is(client, loaded, sessions, begins, ends):
    eve = datetime.fromisoformat(begins).date() - timedelta(days=1)
    loaded(NIGHT.replace("2055-03-13", eve.isoformat()), NOW)
    page = get(client, "/events/long-march").replace("\xa0", " ")
    assert f'<time datetime="{begins}">12:30</time>' in page
    assert f'<time datetime="{ends}">4:30 a.m.</time>' in page
    with sessions() as opened:
        event = get_public_event(opened, "long-march")
        occasion = occasions_of(get_event_page(opened, event, "en", NOW), "https://example.org/")[1]
    google, outlook = (parse_qs(urlsplit(link.url).query) for link in web_calendars(occasion))
    begin, end = (datetime.strptime(part, "%Y%m%dT%H%M%SZ") for part in google["dates"][0].split("/"))  # noqa: DTZ007 - UTC
    assert end - begin == datetime.fromisoformat(ends) - datetime.fromisoformat(begins)
    begin, end = (datetime.fromisoformat(outlook[name][0]) for name in ("startdt", "enddt"))
    assert end - begin == datetime.fromisoformat(ends) - datetime.fromisoformat(begins)


@pytest.mark.parametrize(
    ("language", "zone", "clock"),
    [
        ("en", "All times Pakistan Time.", "8 a.m."),
        ("es", "Horarios en hora de Pakistán.", "8 a. m."),
        ("ur", "پاکستان", "8:00"),
    ],
)
def test_a_reader_far_away_is_told_the_clocks_of_the_place(client, loaded, language, zone, clock):
    loaded(march(starts="2055-03-13").replace("America/New_York", "Asia/Karachi"), NOW)
    prefix = "" if language == "en" else f"/{language}"
    page = get(client, f"{prefix}/events/long-march", language).replace("\xa0", " ")
    assert zone in page
    assert f'<time datetime="2055-03-13T08:00:00+05:00">{clock}' in page


# Reminders


@pytest.fixture
def walk(sessions, installation, demo):
    """A march of days from a first on, in a zone: `walk(date, zone, legs)`; of which nothing is kept."""
    with sessions() as opened:

        def begin(first, zone="America/New_York", legs=3):
            made = March(opened, installation.hashes, legs=legs)
            opened.execute(
                text("UPDATE events SET timezone = :zone WHERE id = :id"), {"zone": zone, "id": made.event.id}
            )
            for day, leg in enumerate(made.legs):
                starts_at = datetime.combine(first + timedelta(days=day), time(8), ZoneInfo(zone))
                opened.execute(
                    text("UPDATE event_legs SET starts_at = :at, ends_at = :at + interval '8 hours' WHERE id = :id"),
                    {"at": starts_at.astimezone(UTC), "id": leg},
                )
            made.zone = ZoneInfo(zone)
            return made

        yield begin
        opened.rollback()


def tick(walked, first, last, step=timedelta(minutes=30), jitter=None):
    """Let a ticker run from one local time to another; return what it sent, `[(topic, leg, local time)]`."""
    at, end = (datetime.fromisoformat(day).replace(tzinfo=walked.zone).astimezone(UTC) for day in (first, last))
    sent = []
    known = walked.session.scalar(text("SELECT coalesce(max(id), 0) FROM outbox_messages"))
    while at < end:
        if remind(walked.session, at):
            rows = walked.session.execute(
                text(
                    "SELECT id, topic, payload ->> 'leg' AS leg FROM outbox_messages "
                    "WHERE id > :known AND topic IN ('events.week_before', 'events.evening_before') ORDER BY id"
                ),
                {"known": known},
            ).all()
            known = rows[-1].id if rows else known
            for row in rows:
                leg = None if row.leg is None else walked.legs.index(int(row.leg))
                sent.append((row.topic, leg, at.astimezone(walked.zone).strftime("%m-%d %H:%M")))
        at += jitter() if jitter else step
    return sent


@pytest.mark.parametrize(
    ("first", "zone", "ticking", "expected"),
    [
        (
            date(2056, 2, 28),
            "America/New_York",
            ("2056-02-18T08:00", "2056-03-03T00:00"),
            ["02-21 08:00", "02-27 18:00", "02-28 18:00", "02-29 18:00"],
        ),
        # The week before has an hour less, in a night of this week: seven days are seven times 24 hours.
        (
            date(2055, 3, 13),
            "America/New_York",
            ("2055-03-03T08:00", "2055-03-17T00:00"),
            ["03-06 08:00", "03-12 18:00", "03-13 18:00", "03-14 18:00"],
        ),
        (
            date(2055, 11, 6),
            "America/Chicago",
            ("2055-10-27T08:00", "2055-11-10T00:00"),
            ["10-30 08:00", "11-05 18:00", "11-06 18:00", "11-07 18:00"],
        ),
        (
            date(2055, 3, 13),
            "Asia/Karachi",
            ("2055-03-03T08:00", "2055-03-17T00:00"),
            ["03-06 08:00", "03-12 18:00", "03-13 18:00", "03-14 18:00"],
        ),
    ],
)
def test_each_reminder_comes_once_at_its_hour(walk, first, zone, ticking, expected):
    walked = walk(first, zone)
    walked.come("ana", (0, 1), (1, 1), (2, 1))
    assert tick(walked, *ticking) == [
        (WEEK_BEFORE, None, expected[0]),
        *((EVENING_BEFORE, leg, at) for leg, at in enumerate(expected[1:])),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_a_ticker_that_stands_still_now_and_then_doubles_and_forgets_nothing(walk, seed):
    walked = walk(date(2056, 2, 28))
    walked.come("ana", (0, 1), (1, 1), (2, 1))
    dice = random.Random(seed)
    # At most 12 hours: from 18:00 to 7:00 of the next day there is always one tick.
    sent = tick(
        walked, "2056-02-19T08:00", "2056-03-03T00:00", jitter=lambda: timedelta(minutes=dice.choice((5, 30, 300, 720)))
    )
    assert [(topic, leg) for topic, leg, _ in sent] == [
        (WEEK_BEFORE, None),
        *((EVENING_BEFORE, leg) for leg in range(3)),
    ]


def test_what_passed_while_the_ticker_stood_still_is_not_reminded_of(walk):
    walked = walk(date(2056, 2, 28))
    walked.come("ana", (0, 1), (1, 1), (2, 1))
    assert tick(walked, "2056-02-18T08:00", "2056-02-20T00:00") == []
    # It stood still until the march was on; of the second day one is told still, of the first not any more.
    assert tick(walked, "2056-02-28T07:30", "2056-03-03T00:00") == [
        (EVENING_BEFORE, 1, "02-28 18:00"),
        (EVENING_BEFORE, 2, "02-29 18:00"),
    ]


def test_a_leg_that_was_put_off_on_its_eve_is_reminded_of_again_on_the_new_one(walk):
    walked = walk(date(2056, 2, 28), legs=1)
    walked.come("ana", (0, 1))
    assert [row[2] for row in tick(walked, "2056-02-27T12:00", "2056-02-27T20:00")] == ["02-27 18:00"]
    move = text("UPDATE event_legs SET starts_at = starts_at + :by, ends_at = ends_at + :by WHERE id = :id")
    walked.session.execute(move, {"by": timedelta(hours=1), "id": walked.legs[0]})
    assert tick(walked, "2056-02-27T20:00", "2056-02-28T00:00") == [], "an hour later is the same day"
    walked.session.execute(move, {"by": timedelta(days=2), "id": walked.legs[0]})
    again = tick(walked, "2056-02-28T00:00", "2056-03-03T00:00")
    assert [at for topic, _, at in again if topic == EVENING_BEFORE] == ["02-29 18:00"]
