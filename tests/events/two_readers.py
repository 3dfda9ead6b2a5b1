"""Reads calendars with two programs that know nothing of each other: the package `icalendar`, and ical.js for Node."""

import json
import subprocess
from datetime import UTC
from pathlib import Path

from icalendar import Calendar

from tests.tools.node import from_npm, node

_SCRIPT = Path(__file__).with_name("read_calendars.mjs")


def read_both(*calendars):
    """Return the entries of each calendar as both read them: `[(by_icalendar, by_ical_js)]`."""
    done = subprocess.run(
        [node(), _SCRIPT, from_npm("ical.js/dist/ical.js")],
        input=json.dumps([calendar.decode() for calendar in calendars]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return list(zip(map(read_here, calendars), json.loads(done.stdout), strict=True))


def read_alike(*calendars):
    """Return the entries of each calendar; both programs must read the same."""
    read = read_both(*calendars)
    for here, there in read:
        assert len(here) == len(there)
        differing = [
            (entry["uid"], name, value, other[name])
            for entry, other in zip(here, there, strict=True)
            for name, value in entry.items()
            if value != other[name]
        ]
        assert not differing, differing
    return [here for here, _ in read]


def read_here(calendar):
    """Return a calendar's entries by the package, in the words of `read_calendars.mjs`."""
    read = Calendar.from_ical(calendar)
    zones = {str(part["TZID"]) for part in read.walk("VTIMEZONE")}
    return [_entry(entry, zones) for entry in read.walk("VEVENT")]


def _entry(entry, zones):
    zone = entry["DTSTART"].params.get("TZID")
    return {
        "uid": str(entry["UID"]),
        "sequence": entry["SEQUENCE"],
        "status": str(entry["STATUS"]),
        "start": _instant(entry, "DTSTART"),
        "end": _instant(entry, "DTEND"),
        "stamp": _instant(entry, "DTSTAMP"),
        "zone": zone,
        "has_rules": zone in zones,
        "summary": str(entry["SUMMARY"]),
        "location": _text(entry, "LOCATION"),
        "description": _text(entry, "DESCRIPTION"),
        "url": _text(entry, "URL"),
        "geo": [entry["GEO"].latitude, entry["GEO"].longitude] if "GEO" in entry else None,
    }


def _text(entry, name):
    return str(entry[name]) if name in entry else None


def _instant(entry, name):
    return entry.decoded(name).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
