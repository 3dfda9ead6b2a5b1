"""What clocks on a wall show, read as words and turned into instants: of a zone, on a day.

A time that the clocks skip (spring) is none; of one that they show twice (autumn) the first is meant, unless the second
is asked for.
"""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from campaign.kernel.fields import wrong

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)( second)?")


def read_clock(given: object) -> time:
    """Return a time of the day, written as 08:00.

    `01:30 second` (`fold` is 1): the second of the two where clocks show it twice that day; without it the first.
    """
    found = CLOCK.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise wrong("clock")
    return time(int(found[1]), int(found[2]), fold=1 if found[3] else 0)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """Return when clocks show that time in the zone, in UTC; None where they skip it. Of two the one it says."""
    local = datetime.combine(day, clock, zone)
    found = local.astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) else None
