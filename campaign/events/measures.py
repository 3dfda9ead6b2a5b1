"""What events measure by, as fields: clock times, periods, points on the map, distances, yes or no."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from campaign.events.maps import Point
from campaign.kernel.fields import wrong

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DEGREES = re.compile(r"-?\d{1,4}(\.\d{1,8})?")
_DISTANCE = re.compile(r"\d{1,4}(\.\d{1,3})?")
_WORDS: Mapping[object, bool] = {"true": True, "false": False}

Period = tuple[time, time]


def read_clock(given: object) -> time:
    """Return a time of the day, written as 08:00."""
    if isinstance(given, str) and _CLOCK.fullmatch(given):
        return time.fromisoformat(given)
    raise wrong("clock")


def read_period(given: object) -> Period:
    """Return a period of a day, written as 10:00-12:00."""
    begin, _, end = (part.strip() for part in (given if isinstance(given, str) else "").partition("-"))
    if _CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end) and begin < end:
        return time.fromisoformat(begin), time.fromisoformat(end)
    raise wrong("period")


def read_point(given: object) -> Point:
    """Return a point given as latitude and longitude in degrees."""
    parts = [str(part) for part in given] if isinstance(given, list) else []
    if len(parts) == 2 and all(_DEGREES.fullmatch(part) for part in parts):
        latitude, longitude = float(parts[0]), float(parts[1])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    raise wrong("point")


def read_distance(given: object) -> float:
    """Return a distance, to three decimals of whatever its unit is."""
    if not isinstance(given, bool) and _DISTANCE.fullmatch(str(given)):
        return float(str(given))
    raise wrong("distance")


def read_yes_no(given: object) -> bool:
    """Return yes or no, given as such or as `true` or `false`."""
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given in _WORDS:
        return _WORDS[given]
    raise wrong("yes_no")


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """Return when clocks show that time in the zone, in UTC; of two (autumn) the first, None where they skip it."""
    local = datetime.combine(day, clock, zone)
    found = local.astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) else None
