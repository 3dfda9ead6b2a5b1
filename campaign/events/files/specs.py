"""Reads the events of a content file: a march by its legs, anything else by its places and their shifts.

Clock times are those of the event's zone. A time that the clocks skip (spring) is refused, one that they show twice
(autumn) is the first of the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaign.content import measures, values
from campaign.content.nodes import Entry
from campaign.content.specs import Reference
from campaign.events.asking import QUESTIONS
from campaign.events.models import KINDS, STATUSES

_TITLE_LENGTH = 200  # characters
_SUMMARY_LENGTH = 2_000
_ABOUT_LENGTH = 600
_MOST_AHEAD = 1_500  # days


@dataclass(frozen=True)
class LegSpec:
    """A leg or a shift; `values` by column, instants in UTC. `place` is the index of its place, None for a march."""

    position: int
    values: Mapping[str, object]
    place: int | None = None


@dataclass(frozen=True)
class PlaceSpec:
    """Where a part of a day of action happens."""

    title: str
    at: measures.Point | None


@dataclass(frozen=True)
class EventSpec:
    """An event as the file has it."""

    slug: str
    line: int
    campaign: Reference
    values: Mapping[str, object]
    status: str | None
    legs: tuple[LegSpec, ...]
    is_counted_from_loading: bool
    places: tuple[PlaceSpec, ...] = ()


@dataclass
class _Reading:
    languages: Sequence[str]
    zone: ZoneInfo
    first_day: date
    legs: list[LegSpec] = field(default_factory=list)


def read_event(entry: Entry, now: datetime) -> EventSpec | None:
    """Return the event, or None where too much is wrong; what is wrong is noted on the entry."""
    slug = values.slug(entry)
    node = entry.take("campaign", required=True)
    campaign = values.slug(entry, "campaign", required=False)
    zone_name = values.timezone(entry, "timezone")
    title = values.by_language(entry, "title", None, required=True, longest=_TITLE_LENGTH, one_line=True)
    languages = list(title)
    columns: dict[str, object] = {
        "kind": values.choice(entry, "kind", KINDS, required=True),
        "timezone": zone_name,
        "title": title,
        "summary": values.by_language(entry, "summary", languages, required=True, longest=_SUMMARY_LENGTH),
        "bring": values.by_language(entry, "bring", languages, longest=_SUMMARY_LENGTH),
    }
    if entry.is_given("leads"):
        columns["leads"] = values.lists_by_language(entry, "leads", languages)
    columns["asks"] = [name for name in QUESTIONS if name in _asked(entry)] if entry.is_given("asks") else []
    status = values.choice(entry, "status", STATUSES)
    day = _first_day(entry, now, zone_name)
    reading = _Reading(languages, ZoneInfo(zone_name or "UTC"), day or now.date())
    places: tuple[PlaceSpec, ...] = ()
    if entry.is_given("legs"):
        for leg in entry.entries("legs", "leg"):
            _read_leg(leg, reading)
    else:
        places = tuple(_read_places(entry, reading))
    if not reading.legs:
        entry.wrong(entry.line, "needs legs (a march) or places with shifts")
    if slug is None or node is None or campaign is None or zone_name is None or day is None:
        return None
    reference = Reference(campaign, node.start_mark.line + 1)
    return EventSpec(
        slug, entry.line, reference, columns, status, tuple(reading.legs), not entry.is_given("starts"), places
    )


def _asked(entry: Entry) -> set[str]:
    asked = set()
    for node in entry.nodes("asks"):
        word = str(node.value)
        if word in QUESTIONS:
            asked.add(word)
        else:
            entry.wrong(node, f"asks must hold some of {', '.join(QUESTIONS)}")
    return asked


def _first_day(entry: Entry, now: datetime, zone: str | None) -> date | None:
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    if entry.is_given("starts"):
        return values.day(entry, "starts", latest=today + timedelta(days=_MOST_AHEAD), required=True)
    ahead = values.whole(entry, "starts_in_days", required=True, most=_MOST_AHEAD)
    return None if ahead is None else today + timedelta(days=ahead)


def _read_leg(leg: Entry, reading: _Reading) -> None:
    number = values.whole(leg, "day", required=True, least=1, most=60)
    begins, ends = measures.clock(leg, "starts"), measures.clock(leg, "ends")
    begin, end = measures.point(leg, "from"), measures.point(leg, "to")
    columns: dict[str, object] = {
        "title": values.by_language(
            leg, "title", reading.languages, required=True, longest=_TITLE_LENGTH, one_line=True
        ),
        "kilometres": measures.kilometres(leg),
        "capacity": values.whole(leg, "capacity"),
        **_meal(leg, reading.languages),
        **_lodging(leg, reading.languages),
        **_told(leg, reading.languages),
        **_points(begin, end),
    }
    leg.finish()
    if number is None or begins is None or ends is None:
        return
    if any(known.position == number for known in reading.legs):
        leg.wrong(leg.line, f"day {number} stands twice")
        return
    day = reading.first_day + timedelta(days=number - 1)
    times = _instants(leg, day, (begins, ends), reading.zone)
    if times is not None:
        reading.legs.append(LegSpec(number, columns | times))


def _meal(leg: Entry, languages: Sequence[str]) -> dict[str, object]:
    has_meal = measures.yes_no(leg, "meal")
    if leg.take("meal_about") is not None and not has_meal:
        leg.wrong(leg.line, "meal_about is of no use without meal: true")
    columns = {"has_meal": has_meal, "meal_capacity": values.whole(leg, "meals")}
    return columns | _texts(leg, ("meal_about",), languages)


def _lodging(leg: Entry, languages: Sequence[str]) -> dict[str, object]:
    beds = values.whole(leg, "lodging")
    described = [key for key in ("lodging_about", "lodging_place") if leg.take(key) is not None]
    if described and not beds:
        leg.wrong(leg.line, f"{described[0]} is of no use without lodging: a number of beds")
    columns = {"has_lodging": bool(beds), "bed_capacity": beds or None}
    return columns | _texts(leg, ("lodging_about", "lodging_place"), languages)


_FACTS = {
    "step_free": "is_step_free",
    "wheelchair_van": "has_wheelchair_van",
    "sign_language": "has_sign_language",
}


def _told(entry: Entry, languages: Sequence[str]) -> dict[str, object]:
    """Return what a leg or a place tells of the day, by column."""
    columns = _texts(entry, ("pace", "rests", "transport", "bring"), languages)
    for key, column in _FACTS.items():
        if entry.is_given(key):
            columns[column] = None if entry.take(key) is None else measures.yes_no(entry, key)
    return columns


def _texts(entry: Entry, keys: Sequence[str], languages: Sequence[str]) -> dict[str, object]:
    """Return the texts that the file says something of; what it leaves out stays as it is stored."""
    given = [key for key in keys if entry.is_given(key)]
    return {key: values.by_language(entry, key, languages, longest=_ABOUT_LENGTH) for key in given}


def _points(begin: measures.Point | None, end: measures.Point | None) -> dict[str, object]:
    start, finish = begin or (None, None), end or (None, None)
    return {
        "start_latitude": start[0],
        "start_longitude": start[1],
        "end_latitude": finish[0],
        "end_longitude": finish[1],
    }


def _read_places(entry: Entry, reading: _Reading) -> list[PlaceSpec]:
    places: list[PlaceSpec] = []
    for place in entry.entries("places", "place"):
        title = values.text(place, "title", required=True)
        at = measures.point(place, "at")
        capacity = values.whole(place, "capacity")
        columns: dict[str, object] = {"title": {}, "capacity": capacity, **_points(at, None)} | _told(
            place, reading.languages
        )
        for period in measures.periods(place, "shifts"):
            times = _instants(place, reading.first_day, period, reading.zone)
            if times is not None:
                reading.legs.append(LegSpec(len(reading.legs) + 1, columns | times, place=len(places)))
        place.finish()
        places.append(PlaceSpec(title or "", at))
    return places


def _instants(entry: Entry, day: date, times: tuple[time, time], zone: ZoneInfo) -> dict[str, object] | None:
    begins, ends = (_instant(entry, day, clock, zone) for clock in times)
    if begins is None or ends is None:
        return None
    if ends <= begins:
        entry.wrong(entry.line, "ends must be after starts")
        return None
    return {"starts_at": begins, "ends_at": ends}


def _instant(entry: Entry, day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    local = datetime.combine(day, clock, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        entry.wrong(entry.line, f"{clock:%H:%M} does not exist on {day} in {zone.key}: the clocks go forward")
        return None
    return instant
