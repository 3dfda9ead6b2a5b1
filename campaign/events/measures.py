"""What events measure by, as fields: clock times, periods, points on the map, distances, yes or no."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaign.events.clocks import LONGEST_NIGHT
from campaign.events.maps import Point
from campaign.events.questions import PHONE_PATTERN
from campaign.kernel.fields import wrong
from campaign.kernel.wallclock import CLOCK, instant, read_clock

_DEGREES = re.compile(r"-?\d{1,4}(\.\d{1,8})?")
_DISTANCE = re.compile(r"\d{1,4}(\.\d{1,3})?")
_WORDS: Mapping[object, bool] = {"true": True, "false": False}

Period = tuple[time, time]


def read_period(given: object) -> Period:
    """Return a period of a day, written as 10:00-12:00, or one that ends on the next, as 22:00-02:00."""
    begin, _, end = (part.strip() for part in (given if isinstance(given, str) else "").partition("-"))
    if not CLOCK.fullmatch(begin) or not CLOCK.fullmatch(end):
        raise wrong("period")
    period = read_clock(begin), read_clock(end)
    some_day = date.min
    begins, ends = (datetime.combine(some_day, clock) + timedelta(hours=clock.fold) for clock in period)
    if begins < ends or timedelta() < ends + timedelta(days=1) - begins <= LONGEST_NIGHT:
        return period
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


def read_phone(given: object) -> str:
    """Return a telephone number, as people write it."""
    if isinstance(given, str) and PHONE_PATTERN.fullmatch(given.strip()):
        return given.strip()
    raise wrong("phone")


def instants(day: date, period: Period, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return when a period begins and ends (`instant`): on `day`, and where it lasts past midnight on the next."""
    begins, ends = (instant(day, clock, zone) for clock in period)
    if begins is None or ends is None or ends > begins:
        return begins, ends
    next_day = instant(day + timedelta(days=1), period[1], zone)
    return begins, ends if next_day is not None and next_day - begins > LONGEST_NIGHT else next_day
