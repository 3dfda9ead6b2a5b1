"""Calendars read back by the package as other programs read them: zones, identity, changes, hostile names."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import text

from campaign.events.calendars.writing import Occasion, write_calendar
from tests.actions.visitor import PUBLIC_URL
from tests.events.days import saturday, sunday, utc
from tests.events.files import action, march
from tests.events.test_event_pages import loaded

assert loaded


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data)


def entries(calendar):
    return [part for part in calendar.walk() if part.name == "VEVENT"]


def occasion(**changed):
    start = datetime(2027, 3, 14, 13, 0, tzinfo=UTC)
    values = {
        "uid": "1@example.org",
        "title": "A march",
        "description": "",
        "url": "https://example.org/events/x",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "where": "",
        "at": None,
        "sequence": 0,
        "is_cancelled": False,
        "changed_at": start,
        **changed,
    }
    return Occasion(**values)


def test_each_leg_is_an_entry_in_the_events_zone_across_the_clock_change(client, loaded):
    loaded(march(starts=saturday()))  # in the night the clocks go forward in New York
    calendar = read(client, "/events/long-march.ics")
    (zone,) = [part for part in calendar.walk() if part.name == "VTIMEZONE"]
    assert str(zone["TZID"]) == "America/New_York"
    first, second = entries(calendar)
    assert first["DTSTART"].params["TZID"] == "America/New_York"
    assert first.decoded("DTSTART").astimezone(UTC) == utc(saturday(), "08:00")
    assert second.decoded("DTSTART").astimezone(UTC) == utc(sunday(), "07:30")
    assert second.decoded("DTEND").astimezone(UTC) == utc(sunday(), "16:30")
    assert str(first["SUMMARY"]) == "Long; march, <i>north</i>: To the lake"
    assert str(first["URL"]) == f"{PUBLIC_URL}/events/long-march"
    assert first["GEO"].to_ical() == "26.82;-80.66"


def test_the_uid_is_the_legs_and_stays_while_the_sequence_grows(client, loaded, sessions):
    loaded(march(starts=saturday()))
    with sessions() as session:
        ids = session.scalars(
            text(
                "SELECT l.public_id FROM event_legs l JOIN events e ON e.id = l.event_id "
                "WHERE e.slug = 'long-march' ORDER BY l.position"
            )
        ).all()
    before = entries(read(client, "/events/long-march.ics"))
    assert [str(entry["UID"]) for entry in before] == [f"{key}@campaign.example" for key in ids]
    loaded(march(starts=saturday(), clock="09:00"))
    after = entries(read(client, "/events/long-march.ics"))
    assert [str(entry["UID"]) for entry in after] == [str(entry["UID"]) for entry in before]
    assert [entry["SEQUENCE"] for entry in before] == [0, 0]
    assert after[1]["SEQUENCE"] > before[1]["SEQUENCE"]


def test_what_is_cancelled_leaves_the_calendars_it_is_in(client, loaded):
    loaded(march(starts=saturday()))
    whole = march(starts=saturday())
    loaded(whole[: whole.index("      - {day: 2")])
    first, second = entries(read(client, "/events/long-march.ics"))
    assert (str(first["STATUS"]), str(second["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert second["SEQUENCE"] > 0
    loaded(whole.replace("    kind: march", "    status: cancelled\n    kind: march"))
    assert {str(entry["STATUS"]) for entry in entries(read(client, "/events.ics")) if "Long" in entry["SUMMARY"]} == {
        "CANCELLED"
    }


def test_the_feed_has_every_listed_event_and_says_when_to_come_again(client, loaded):
    loaded(march(starts=saturday()))
    loaded(action())
    calendar = read(client, "/events.ics")
    names = [str(entry["SUMMARY"]) for entry in entries(calendar)]
    assert len(names) >= 5
    assert names.count("At the stores") == 3
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    zones = [str(part["TZID"]) for part in calendar.walk() if part.name == "VTIMEZONE"]
    assert len(zones) == len(set(zones))
    assert {"America/New_York", "America/Chicago"} <= set(zones)
    places = {str(entry.get("LOCATION")) for entry in entries(calendar) if entry["SUMMARY"] == "At the stores"}
    assert places == {"Elm Street, Springfield", "Oak Street"}


def test_the_feed_lets_go_of_what_is_long_over(client, loaded):
    loaded(march(starts="2026-01-10"))
    assert "Long" not in client.get("/events.ics").text
    assert len(entries(read(client, "/events/long-march.ics"))) == 2


def test_a_calendar_is_in_the_readers_language(client, loaded):
    loaded(march(starts=saturday()))
    calendar = read(client, "/es/events/long-march.ics")
    assert str(entries(calendar)[0]["SUMMARY"]) == "Marcha larga: Al lago"
    assert str(entries(calendar)[0]["URL"]) == f"{PUBLIC_URL}/es/events/long-march"


@pytest.mark.parametrize(
    "hostile",
    ["a,b;c\\d", "x\nBEGIN:VEVENT\nSUMMARY:mine", "y\r\nEND:VCALENDAR\r\n", "BEGIN:VEVENT", "ن" * 200, 'q"uote:;'],
)
def test_hostile_names_stay_text(hostile):
    calendar = Calendar.from_ical(
        write_calendar(hostile, [occasion(title=hostile, description=hostile, where=hostile)], is_feed=True)
    )
    (entry,) = entries(calendar)
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert str(entry[name]).split() == hostile.split()
    assert str(entry["UID"]) == "1@example.org"


@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")),
    where=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
)
def test_no_text_makes_a_second_entry(title, where):
    raw = write_calendar(title, [occasion(title=title, where=where)])
    (entry,) = entries(Calendar.from_ical(raw))
    assert str(entry["UID"]) == "1@example.org"
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_a_hostile_event_of_a_file_makes_one_entry_a_shift(client, loaded, sessions):
    loaded(action().replace('en: "At the stores"', 'en: "X;Y,BEGIN:VEVENT\\\\nUID:evil"'))
    found = entries(read(client, "/events/at-the-stores.ics"))
    assert len(found) == 3
    assert all("evil" not in str(entry["UID"]) for entry in found)
