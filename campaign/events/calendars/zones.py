"""Says what a zone's clocks do in the years a calendar is about, so that every program reads its times alike.

Each change of the clocks is an observance of its own, without RDATE or RRULE: ical.js (Thunderbird's) reads but the
first date of an RDATE, and the package writes the onset of summer time an hour late.

Source: RFC 5545, 3.6.5 (VTIMEZONE: DTSTART is the onset by the clocks before it).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=200)
def make_vtimezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """Return the VTIMEZONE of an IANA zone for all instants of these years."""
    component = Timezone()
    component.add("tzid", zone)
    clocks = ZoneInfo(zone)
    begin = datetime(first_year, 1, 1, tzinfo=UTC) - _DAY
    component.add_component(_observance(begin.astimezone(clocks), begin.astimezone(clocks)))
    for before, after in _changes(clocks, begin, datetime(last_year + 1, 1, 2, tzinfo=UTC)):
        component.add_component(_observance(before, after))
    return component


def _changes(clocks: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the instant of each change, as seen by the clocks of the second before it and by those after it."""
    day = begin
    while day < end:
        if _state(day, clocks) != _state(day + _DAY, clocks):
            low, high = day, day + _DAY
            while high - low > _SECOND:
                middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
                low, high = (middle, high) if _state(middle, clocks) == _state(low, clocks) else (low, middle)
            yield low.astimezone(clocks), high.astimezone(clocks)
        day += _DAY


def _state(at: datetime, clocks: ZoneInfo) -> tuple[timedelta | None, str | None, bool]:
    local = at.astimezone(clocks)
    return local.utcoffset(), local.tzname(), bool(local.dst())


def _observance(before: datetime, after: datetime) -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if after.dst() else TimezoneStandard()
    offset = before.utcoffset() or timedelta()
    observance.add("dtstart", after.astimezone(UTC).replace(tzinfo=None) + offset)
    observance.add("tzoffsetfrom", offset)
    observance.add("tzoffsetto", after.utcoffset() or timedelta())
    observance.add("tzname", after.tzname() or "")
    return observance
