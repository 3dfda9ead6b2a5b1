"""Days that are to come, whenever the tests run: the weekend in which New York's clocks go forward next.

For what is loaded or RSVPed by the machine's own clock. What holds a clock in its hand names its days itself.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaign.kernel.clock import now

NEW_YORK = ZoneInfo("America/New_York")
# So far off that it is all the same whether a day is asked for when tests are collected or when they run, and that
# no reminder is due yet.
_AHEAD = timedelta(days=60)
_DAY = timedelta(days=1)


def sunday(at: datetime | None = None) -> date:
    """The next Sunday, at least sixty days off, in whose night New York's clocks go forward."""
    day = (at or now()).date() + _AHEAD
    while _noon(day).utcoffset() <= _noon(day - _DAY).utcoffset():
        day += _DAY
    return day


def saturday() -> date:
    """The day before that night."""
    return sunday() - _DAY


def friday() -> date:
    """The day before that."""
    return sunday() - 2 * _DAY


def utc(day: date, clock: str) -> datetime:
    """The instant of a time of a day by New York's clocks, such as "08:00"."""
    return datetime.combine(day, time.fromisoformat(clock), NEW_YORK).astimezone(UTC)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), NEW_YORK)


def short(day: date) -> str:
    """A day as commands say it: "Fri 12 Mar 2027"."""
    return f"{day:%a %d %b %Y}"
