"""What events may hold, whichever door it comes in by: a march its legs, anything else its places and their shifts.

Clock times are those of the event's zone. A time that the clocks skip (spring) is refused; of one that they show twice
(autumn) the first is meant, or the one that is called the second. What ends earlier in the day than it begins ends on
the next day.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, create_model

from campaign.events.commands import SaveEvent, SaveLeg, SavePlace
from campaign.events.maps import KILOMETRES_A_MILE, Point
from campaign.events.measures import (
    Period,
    instants,
    read_distance,
    read_period,
    read_phone,
    read_point,
    read_yes_no,
)
from campaign.events.models import KINDS, STATUSES
from campaign.events.questions import ASKABLE
from campaign.events.resources import EXTRAS, Resource
from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, attempt, check, members
from campaign.kernel.moments import is_shown_twice
from campaign.kernel.problems import Path, Problem
from campaign.kernel.wallclock import instant, read_clock

_TITLE_LENGTH = 200  # characters
_SUMMARY_LENGTH = 2_000
_ABOUT_LENGTH = 600
_ADDRESS_LENGTH = 200
_MOST_AHEAD = 1_500  # days
_MOST_DAYS = 60

_About = Annotated[dict[str, str], fields.texts({}, longest=_ABOUT_LENGTH)]
_Address = Annotated[str, fields.line("", longest=_ADDRESS_LENGTH)]
_Amount = Annotated[int | None, fields.whole(otherwise=None)]
_Clock = Annotated[time, fields.read_by(read_clock)]
_Distance = Annotated[float | None, fields.read_by(read_distance, None)]
_Fact = Annotated[bool | None, fields.read_by(read_yes_no, None)]
_FACTS = {
    "step_free": "is_step_free",
    "wheelchair_van": "has_wheelchair_van",
    "sign_language": "has_sign_language",
}
_Phone = Annotated[str, fields.read_by(read_phone, "")]
_WAY = {"from_name": "start_name", "to_name": "end_name", "address": "street_address"}
_Point = Annotated[Point | None, fields.read_by(read_point, None)]


class Told(Given):
    """What a leg or a place tells of its day; yes or no is None where nobody knows."""

    pace: _About = {}
    rests: _About = {}
    transport: _About = {}
    bring: _About = {}
    step_free: _Fact = None
    wheelchair_van: _Fact = None
    sign_language: _Fact = None

    def told(self) -> dict[str, object]:
        """Return the columns of what is said; what is left out stays as it is stored."""
        facts = self.columns(*_FACTS)
        texts = self.columns("pace", "rests", "transport", "bring")
        return texts | {_FACTS[field]: value for field, value in facts.items()}


class Stretch(Told):
    """A day's stretch of a march, but for what it may have besides places."""

    day: Annotated[int, fields.whole(1, _MOST_DAYS)]
    title: Annotated[dict[str, str], fields.texts(longest=_TITLE_LENGTH, one_line=True)]
    starts: _Clock
    ends: _Clock
    begin: _Point = Field(default=None, alias="from")
    end: _Point = Field(default=None, alias="to")
    address: _Address = ""
    from_name: Annotated[str, fields.line("")] = ""
    to_name: Annotated[str, fields.line("")] = ""
    miles: _Distance = None
    kilometres: _Distance = None
    capacity: _Amount = None

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of a distance said twice, and of what is told about something that is not there."""
        if given.get("miles") is not None and "kilometres" in given:
            yield Problem(("kilometres",), "unknown")
        for extra in EXTRAS:
            told = [key for key in (extra.about_name, extra.place_name) if given.get(key) is not None]
            read: Callable[[object], object] = fields.read_whole if extra.is_numbered else read_yes_no
            if told and not attempt(read, given.get(extra.name)):
                said = f"a number of {extra.many}" if extra.is_numbered else "true"
                yield Problem((told[0],), "useless", {"without": f"{extra.name}: {said}"})

    def command(self, first_day: date, zone: ZoneInfo) -> SaveLeg:
        """Return what saves it."""
        kilometres = self.kilometres if self.miles is None else self.miles * KILOMETRES_A_MILE
        values = {
            "title": self.title,
            "kilometres": None if kilometres is None else round(kilometres, 2),  # to the nearest ten metres
            "capacity": self.capacity,
            **self.told(),
            **{_WAY[name]: value for name, value in self.columns(*_WAY).items()},
            **_ends(self.begin, self.end),
            **_hours(first_day + timedelta(days=self.day - 1), (self.starts, self.ends), zone),
        }
        return SaveLeg(self.day, values, extras={extra.word: self._extra(extra) for extra in EXTRAS})

    def _extra(self, extra: Resource) -> dict[str, object]:
        """Return the columns of what is said of one thing besides places."""
        there = getattr(self, extra.name)
        capacity = (there or None) if extra.is_numbered else getattr(self, extra.many)
        names = {extra.about_name: "about", extra.place_name: "place"}
        return {"is_there": bool(there), "capacity": capacity} | {
            names[field]: value for field, value in self.columns(*filter(None, names)).items()
        }


def _fields_of(extra: Resource) -> dict[str, Any]:
    """Return the fields by which a file tells of one thing besides places."""
    is_there = (Annotated[bool, fields.read_by(read_yes_no, otherwise=False)], False)
    said = {extra.name: (_Amount, None)} if extra.is_numbered else {extra.name: is_there, extra.many: (_Amount, None)}
    return said | {name: (_About, {}) for name in (extra.about_name, extra.place_name) if name}


if TYPE_CHECKING:
    Leg = Stretch
else:
    Leg = create_model(
        "Leg", __base__=Stretch, **{name: field for extra in EXTRAS for name, field in _fields_of(extra).items()}
    )


class Place(Told):
    """Where a part of a day of action happens. Each of its shifts takes `capacity` people."""

    title: Annotated[str, fields.line()]
    at: _Point = None
    address: _Address = ""
    capacity: _Amount = None
    shifts: Annotated[tuple[Annotated[Period, fields.read_by(read_period)], ...], fields.nothing(())] = ()

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of a place without shifts: nobody could come to it."""
        if not isinstance(given.get("shifts"), list) or not given["shifts"]:
            yield Problem(("shifts",), "no_shifts")

    def command(self) -> SavePlace:
        """Return what saves it."""
        address = self.address if "address" in self.model_fields_set else None
        return SavePlace(self.title, self.at, address)

    def shift(self, period: Period, day: date, zone: ZoneInfo) -> dict[str, object]:
        """Return the columns of one of its shifts."""
        values: dict[str, object] = {"title": {}, "capacity": self.capacity}
        return values | _ends(self.at, None) | self.told() | _hours(day, period, zone)


class Event(Given):
    """An event. Its title names its languages. `starts`: its first day, or it is `starts_in_days`."""

    slug: Annotated[str, fields.own_slug()]
    campaign: Annotated[str, fields.slug()]
    timezone: Annotated[str, fields.timezone()]
    title: Annotated[dict[str, str], fields.title_texts(_TITLE_LENGTH)]
    kind: Annotated[str, fields.choice(KINDS)]
    summary: Annotated[dict[str, str], fields.texts(longest=_SUMMARY_LENGTH)]
    bring: Annotated[dict[str, str], fields.texts({}, longest=_SUMMARY_LENGTH)] = {}
    leads: Annotated[dict[str, list[str]], fields.text_lists({})] = {}
    phone: _Phone = ""
    asks: Annotated[tuple[Annotated[str, fields.choice(ASKABLE, code="no_question")], ...], fields.nothing(())] = ()
    status: Annotated[str | None, fields.choice(STATUSES, None)] = None
    starts: Annotated[date | None, fields.read_by(lambda given: fields.read_day(given, date.max), None)] = None
    starts_in_days: Annotated[int | None, fields.whole(most=_MOST_AHEAD, otherwise=None)] = None
    legs: Annotated[tuple[Leg, ...], fields.nothing(())] = ()
    places: Annotated[tuple[Place, ...], fields.nothing(())] = ()

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell what is wrong with its days and hours, and whether it is a march and something else at once."""
        zone = ZoneInfo(attempt(fields.read_timezone, given.get("timezone")) or "UTC")
        today = context.now.astimezone(zone).date()
        said = "starts" if "starts" in given else "starts_in_days"
        if given.get(said) is None:
            yield Problem((said,), "missing")
        if said == "starts" and "starts_in_days" in given:
            yield Problem(("starts_in_days",), "unknown")
        starts = attempt(lambda value: fields.read_day(value, date.max), given.get("starts"))
        if starts is not None and starts > today + timedelta(days=_MOST_AHEAD):
            yield Problem(("starts",), "to_come", {"day": str(starts)})
            starts = None
        in_days = attempt(lambda value: fields.read_whole(value, 0, _MOST_AHEAD), given.get("starts_in_days"))
        first_day = starts or today + timedelta(days=in_days or 0)
        if "legs" in given and "places" in given:
            yield Problem(("places",), "unknown")
        if not members(given, "legs" if "legs" in given else "places"):
            yield Problem((), "no_legs")
        yield from _wrong_days(given, first_day, zone)
        for at, place in members(given, "places"):
            shifts = place["shifts"] if isinstance(place.get("shifts"), list) else []
            for number, shift in enumerate(shifts):
                period = attempt(read_period, shift)
                if period is not None:
                    yield from _wrong_hours(("places", at, "shifts", number), first_day, period, zone)

    def command(self, now: datetime) -> SaveEvent:
        """Return what saves it."""
        zone = ZoneInfo(self.timezone)
        first_day = self.starts or now.astimezone(zone).date() + timedelta(days=self.starts_in_days or 0)
        shifts = [(index, place, period) for index, place in enumerate(self.places) for period in place.shifts]
        return SaveEvent(
            slug=self.slug,
            campaign=self.campaign,
            values={
                **{name: getattr(self, name) for name in ("kind", "timezone", "title", "summary", "bring")},
                **self.columns("leads"),
                **({"day_phone": self.phone} if "phone" in self.model_fields_set else {}),
                "asks": [word for word in ASKABLE if word in self.asks],
            },
            status=self.status,
            legs=tuple(leg.command(first_day, zone) for leg in self.legs)
            or tuple(
                SaveLeg(number, place.shift(period, first_day, zone), index)
                for number, (index, place, period) in enumerate(shifts, 1)
            ),
            is_counted_from_loading=self.starts is None,
            places=tuple(place.command() for place in self.places),
        )


def _ends(begin: Point | None, end: Point | None) -> dict[str, object]:
    (start_latitude, start_longitude), (end_latitude, end_longitude) = begin or (None, None), end or (None, None)
    return {
        "start_latitude": start_latitude,
        "start_longitude": start_longitude,
        "end_latitude": end_latitude,
        "end_longitude": end_longitude,
    }


def _hours(day: date, period: Period, zone: ZoneInfo) -> dict[str, object]:
    begins, ends = instants(day, period, zone)
    return {"starts_at": begins, "ends_at": ends}


def _wrong_days(given: Mapping[str, Any], first_day: date, zone: ZoneInfo) -> Iterator[Problem]:
    """Tell of days of a march that stand twice, and of hours that are none."""
    known = set()
    for at, leg in members(given, "legs"):
        day = attempt(lambda value: fields.read_whole(value, 1, _MOST_DAYS), leg.get("day"))
        begins, ends = attempt(read_clock, leg.get("starts")), attempt(read_clock, leg.get("ends"))
        if day is None or begins is None or ends is None:
            continue
        if day in known:
            yield Problem(("legs", at, "day"), "day_twice", {"day": day})
        else:
            yield from _wrong_hours(("legs", at, "ends"), first_day + timedelta(days=day - 1), (begins, ends), zone)
        known.add(day)


def _wrong_hours(path: Path, day: date, period: Period, zone: ZoneInfo) -> Iterator[Problem]:
    begins, ends = instants(day, period, zone)
    last_day = day + timedelta(days=1) if begins and not ends and instant(day, period[1], zone) else day
    for clock, on, found in ((period[0], day, begins), (period[1], last_day, ends)):
        if found is None:
            yield Problem(path, "skipped", {"clock": f"{clock:%H:%M}", "day": str(on), "zone": zone.key})
        elif clock.fold and not is_shown_twice(found.astimezone(zone)):
            yield Problem(path, "once", {"clock": f"{clock:%H:%M}", "zone": zone.key})
    if begins is not None and ends is not None and ends <= begins:
        yield Problem(path, "backwards")


def check_event(given: Mapping[str, Any], now: datetime) -> tuple[SaveEvent | None, list[Problem]]:
    """Return the command that saves the event `given`, or None with what is wrong with it."""
    languages = fields.languages_of(given.get("title"), _TITLE_LENGTH)
    found, problems = check(Event, given, Context(now, languages))
    return found.command(now) if found else None, problems
