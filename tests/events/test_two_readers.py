"""Calendars mean the same to two programs that know nothing of each other: `icalendar` for Python, ical.js for Node."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaign.events.calendars.writing import write_calendar
from tests.events.coming import come, legs_of
from tests.events.days import saturday, sunday
from tests.events.files import action, march
from tests.events.test_calendars import occasion
from tests.events.test_event_pages import do, loaded
from tests.events.test_rsvp_mine import link_of, offer, step
from tests.events.two_readers import read_alike

assert loaded
assert do

HOSTILE = (
    "a,b;c\\d\\n",
    "x\nBEGIN:VEVENT\nUID:evil\nSUMMARY:mine\nEND:VEVENT",
    "y\r\nEND:VCALENDAR\r\n",
    "BEGIN:VEVENT",
    'q"uote:;=,',
    "DTSTART;TZID=Mars/Olympus:20270314T080000",
    "tab\tand\u2028line",
    "نن" * 100,
    "🌽" * 90,
    # The fold at 75 octets falls between, and would without care fall within, each of the four bytes of the ear.
    *("a" * count + "🌽é" * 40 for count in range(60, 75)),
)


def on(zone, day, begins="08:00", ends="16:00", **changed):
    """An entry of a day by the clocks of a zone."""
    at = [
        datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), ZoneInfo(zone))  # noqa: DTZ007 - a clock
        for clock in (begins, ends)
    ]
    return occasion(starts_at=at[0], ends_at=at[1], uid=f"{day}@example.org", **changed)


def hours(entry):
    begin, end = (datetime.fromisoformat(entry[name]) for name in ("start", "end"))
    return (end - begin) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "starts"),
    [
        # The days around the night when the clocks of New York and Chicago go forward, and back.
        ("America/New_York", date(2027, 3, 13), ["13T13", "14T12", "15T12"]),
        ("America/New_York", date(2027, 11, 6), ["06T12", "07T13", "08T13"]),
        ("America/Chicago", date(2027, 3, 13), ["13T14", "14T13", "15T13"]),
        ("America/Chicago", date(2027, 11, 6), ["06T13", "07T14", "08T14"]),
        # They never do there, any more.
        ("Asia/Karachi", date(2027, 3, 13), ["13T03", "14T03", "15T03"]),
        ("America/Sao_Paulo", date(2027, 11, 6), ["06T11", "07T11", "08T11"]),
        # By half an hour only; the other half of the year.
        ("Australia/Lord_Howe", date(2027, 4, 3), ["02T21", "03T21", "04T21"]),
        ("America/New_York", date(2028, 2, 28), ["28T13", "29T13", "01T13"]),
    ],
)
def test_every_zone_brings_its_rules(zone, day, starts):
    days = [on(zone, day + timedelta(days=n)) for n in range(3)]
    (entries,) = read_alike(write_calendar("x", days))
    assert [entry["start"][8:13] for entry in entries] == starts
    assert [entry["start"] for entry in entries] == [
        each.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for each in days
    ]
    assert {(entry["zone"], entry["has_rules"]) for entry in entries} == {(zone, True)}


@pytest.mark.parametrize(
    ("day", "begins", "ends", "long"),
    [
        (date(2027, 3, 14), "00:30", "04:30", 3),  # an hour of that night is not there
        (date(2027, 11, 7), "00:30", "04:30", 5),  # an hour of that night is there twice
        (date(2027, 11, 7), "00:30", "01:30", 1),  # the first of two
    ],
)
def test_what_lasts_through_the_night_of_the_change_is_as_long_as_it_is(day, begins, ends, long):
    (entries,) = read_alike(write_calendar("x", [on("America/New_York", day, begins, ends)]))
    assert hours(entries[0]) == long


# Changes of half an hour, winter time as the exception, changes by the moon, zones of three quarters, none at all.
ODD = (
    "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca", "Asia/Gaza", "Asia/Kathmandu", "Pacific/Chatham", "UTC",
)  # fmt: skip


def test_odd_zones_through_a_whole_year():
    calendars = []
    for zone in ODD:
        begin = datetime(2027, 1, 1, 5, 30, tzinfo=UTC)
        times = [(begin + n * timedelta(hours=37)).astimezone(ZoneInfo(zone)) for n in range(237)]
        calendars.append(
            write_calendar(
                zone, [occasion(uid=str(at), starts_at=at, ends_at=at + timedelta(minutes=20)) for at in times]
            )
        )
        expected = [at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in times]
    for entries in read_alike(*calendars):
        assert [entry["start"] for entry in entries] == expected


def test_calendars_of_several_zones_and_years(client):
    days = [
        on("America/New_York", date(2027, 3, 14)),
        on("Asia/Karachi", date(2028, 2, 29)),
        on("America/Chicago", date(2029, 11, 4)),
        on("America/New_York", date(2030, 11, 3)),
    ]
    (entries,) = read_alike(write_calendar("x", days))
    assert [entry["start"] for entry in entries] == [
        "2027-03-14T12:00:00Z",
        "2028-02-29T03:00:00Z",
        "2029-11-04T14:00:00Z",
        "2030-11-03T13:00:00Z",
    ]


def test_hostile_words_stay_words_for_both():
    calendars = [write_calendar(words, [occasion(title=words, where=words, description=words)]) for words in HOSTILE]
    for words, raw, (entry,) in zip(HOSTILE, calendars, read_alike(*calendars), strict=True):
        for name in ("summary", "location", "description"):
            assert entry[name] == words.replace("\r\n", "\n")
        assert entry["uid"] == "1@example.org"
        for line in raw.split(b"\r\n"):
            assert len(line) <= 75
            assert line.decode().encode() == line  # no letter is cut in two


def test_an_events_own_calendar_and_the_feed(client, loaded):
    loaded(march(starts=saturday()))
    loaded(action())
    own, other, feed = read_alike(
        *(client.get(path).data for path in ("/events/long-march.ics", "/events/at-the-stores.ics", "/events.ics"))
    )
    assert [(entry["start"], entry["zone"], hours(entry)) for entry in own] == [
        (f"{saturday()}T13:00:00Z", "America/New_York", 8),
        (f"{sunday()}T11:30:00Z", "America/New_York", 9),
    ]
    assert [entry["location"] for entry in other] == ["Elm Street, Springfield"] * 2 + ["Oak Street"]
    assert {entry["uid"] for entry in (*own, *other)} <= {entry["uid"] for entry in feed}
    assert {entry["zone"] for entry in feed} == {"America/New_York", "America/Chicago"}


def test_what_changed_is_the_later_revision_of_the_same_entry(client, loaded):
    loaded(march(starts=saturday()))
    raw = [client.get("/events/long-march.ics").data]
    loaded(march(starts=saturday(), clock="09:00"))
    raw.append(client.get("/events/long-march.ics").data)
    whole = march(starts=saturday(), clock="09:00")
    loaded(whole[: whole.index("      - {day: 2")])
    raw.append(client.get("/events/long-march.ics").data)
    loaded(whole)
    raw.append(client.get("/events/long-march.ics").data)
    loaded(whole.replace("    kind: march", "    status: cancelled\n    kind: march"))
    raw.append(client.get("/events/long-march.ics").data)
    loaded(whole.replace("    kind: march", "    status: published\n    kind: march"))
    raw.append(client.get("/events/long-march.ics").data)
    revisions = [entries[1] for entries in read_alike(*raw)]
    assert len({entry["uid"] for entry in revisions}) == 1
    assert [entry["status"] for entry in revisions] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED", "CONFIRMED",
    ]  # fmt: skip
    sequences = [entry["sequence"] for entry in revisions]
    assert sequences == sorted(set(sequences)), "each is later than the one before"
    stamps = [entry["stamp"] for entry in revisions]
    assert stamps == sorted(stamps)


def test_words_alone_change_no_sequence_but_the_stamp(client, loaded, do):
    loaded(march(starts=saturday()))
    do("UPDATE events SET updated_at = updated_at - interval '1 day' WHERE slug = 'long-march'")
    first = client.get("/events/long-march.ics").data
    loaded(march(starts=saturday()).replace("To the sea", "To the beach"))
    before, after = read_alike(first, client.get("/events/long-march.ics").data)
    assert after[1]["summary"].endswith("To the beach")
    assert after[1]["sequence"] == before[1]["sequence"]
    assert after[1]["stamp"] > before[1]["stamp"]


def test_ones_own_after_a_change_and_after_giving_it_back(visitor):
    legs = legs_of(visitor)
    come(visitor, legs=[legs[1], legs[4]])
    link = link_of(visitor)
    raw = [visitor.client.get(f"{link}.ics").data]
    step(visitor, "change", link, legs=legs[1])
    raw.append(visitor.client.get(f"{link}.ics").data)
    step(visitor, "cancel", link)
    raw.append(visitor.client.get(f"{link}.ics").data)
    revisions = read_alike(*raw)
    assert [[entry["status"] for entry in entries] for entries in revisions] == [
        ["CONFIRMED", "CONFIRMED"],
        ["CONFIRMED", "CANCELLED"],
        ["CANCELLED", "CANCELLED"],
    ]
    for which in (0, 1):
        assert len({entries[which]["uid"] for entries in revisions}) == 1
        assert revisions[0][which]["sequence"] < revisions[1][which]["sequence"] < revisions[2][which]["sequence"]


def test_what_is_offered_is_tentative_until_it_is_taken(visitor):
    legs = legs_of(visitor)
    link = offer(visitor, legs)
    raw = [visitor.client.get(f"{link}.ics").data]
    step(visitor, "accept", link, leg=legs[0])
    raw.append(visitor.client.get(f"{link}.ics").data)
    before, after = read_alike(*raw)
    assert (before[0]["status"], after[0]["status"]) == ("TENTATIVE", "CONFIRMED")
    assert before[0]["uid"] == after[0]["uid"]
    assert before[0]["sequence"] < after[0]["sequence"]


def test_nothing_asks_for_an_answer(client, loaded):
    loaded(march(starts=saturday()))
    for path in ("/events/long-march.ics", "/events.ics"):
        assert "METHOD" not in client.get(path).text
