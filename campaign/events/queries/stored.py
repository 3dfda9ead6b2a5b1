"""An event as it is stored, as the plain values that its rules read: what a form shows, and brings back changed.

What is read back unchanged changes nothing. Cancelled legs are not among the values, which leaves them cancelled; nor
is what began on a day that the event has been moved away from, which stays as its record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.queries import get_own_campaign
from campaign.events.commands import SaveEvent, SavePlace
from campaign.events.models import Event, Leg, Place
from campaign.events.resources import EXTRAS
from campaign.kernel.actors import Actor
from campaign.kernel.moments import is_shown_twice
from campaign.kernel.scoping import scoped

NEW = -1
"""The position of a place that is not stored yet."""

_TOLD = {
    "pace": "pace",
    "rests": "rests",
    "transport": "transport",
    "bring": "bring",
    "step_free": "is_step_free",
    "wheelchair_van": "has_wheelchair_van",
    "sign_language": "has_sign_language",
}
"""What a leg tells of its day, as the rules call it, by column."""

Values = dict[str, Any]


@dataclass
class StoredEvent:
    """An event's values, to be changed in place before they are checked and saved.

    Args:
        languages: those its texts may be in: its campaign's, then its own.
        positions: of each of the values' places, where it stands among the stored ones; `NEW`: it is new.
        resized: indexes of those places whose capacity holds for all their shifts; of others each shift keeps its own.
    """

    values: Values
    languages: tuple[str, ...]
    positions: list[int] = field(default_factory=list)
    resized: set[int] = field(default_factory=set)

    @property
    def legs(self) -> list[Values]:
        """The stretches of a march, which may be changed."""
        found: list[Values] = self.values.setdefault("legs", [])
        return found

    @property
    def places(self) -> list[Values]:
        """The places of anything else, which may be changed."""
        found: list[Values] = self.values.setdefault("places", [])
        return found

    def add_place(self, place: Values) -> None:
        """Add a place that is not stored yet."""
        self.places.append(place)
        self.positions.append(NEW)
        self.resized.add(len(self.places) - 1)

    def pinned(self, command: SaveEvent) -> SaveEvent:
        """Return the command that the values were checked into, with what only this knows of them."""
        places = tuple(_pinned(*pair) for pair in zip(command.places, self.positions, strict=True))
        legs = tuple(
            leg
            if leg.place is None or leg.place in self.resized
            else replace(leg, values={name: value for name, value in leg.values.items() if name != "capacity"})
            for leg in command.legs
        )
        return replace(command, places=places, legs=legs)


def _pinned(place: SavePlace, position: int) -> SavePlace:
    return replace(place, position=position)


def read_stored(session: Session, actor: Actor, event: Event) -> StoredEvent:
    """Return an event of the actor's as it is stored; raise `NotFoundError` where it is another's."""
    campaign = get_own_campaign(session, actor, event.campaign_id)
    of_event = select(Leg).where(Leg.event_id == event.id).order_by(Leg.position)
    legs = session.scalars(scoped(of_event.options(joinedload(Leg.resources)), actor)).unique().all()
    of_places = select(Place).where(Place.event_id == event.id).order_by(Place.position)
    places = session.scalars(scoped(of_places, actor)).all()
    zone = ZoneInfo(event.timezone)
    first_day = _first_day(legs, zone)
    values: Values = {
        "slug": event.slug,
        "campaign": campaign.slug,
        "kind": event.kind,
        "timezone": event.timezone,
        "title": dict(event.title),
        "summary": dict(event.summary),
        "bring": dict(event.bring) or None,
        "leads": dict(event.leads) or None,
        "phone": event.day_phone or None,
        "asks": list(event.asks),
        "starts": first_day.isoformat() if first_day else None,
    }
    languages = tuple(dict.fromkeys((*campaign.languages, *event.title)))
    if not places:
        values["legs"] = [_leg(leg, zone) for leg in legs if first_day and _is_on_its_day(leg, first_day, zone)]
        return StoredEvent(values, languages)
    standing = [leg for leg in legs if leg.status != "cancelled"]
    of_day = [leg for leg in standing if leg.starts_at.astimezone(zone).date() == first_day]
    shown = [(place, found) for place in places if (found := [leg for leg in of_day if leg.place_id == place.id])]
    values["places"] = [_place(place, shifts, zone) for place, shifts in shown]
    return StoredEvent(values, languages, [place.position for place, _ in shown])


def _first_day(legs: Sequence[Leg], zone: ZoneInfo) -> date | None:
    """Return the day from which a march's days count, or that of all shifts; None where no leg takes place."""
    standing = [leg for leg in legs if leg.status != "cancelled"]
    if not standing:
        return None
    last = max(standing, key=lambda leg: leg.starts_at)
    day = last.starts_at.astimezone(zone).date()
    return day if last.place_id is not None else day - timedelta(days=last.position - 1)


def _is_on_its_day(leg: Leg, first_day: date, zone: ZoneInfo) -> bool:
    day = leg.starts_at.astimezone(zone).date()
    return leg.status != "cancelled" and day == first_day + timedelta(days=leg.position - 1)


def _leg(leg: Leg, zone: ZoneInfo) -> Values:
    starts, ends = _hours(leg, zone)
    return {
        "day": leg.position,
        "title": dict(leg.title),
        "starts": starts,
        "ends": ends,
        "from": _point(leg.start_latitude, leg.start_longitude),
        "to": _point(leg.end_latitude, leg.end_longitude),
        "address": leg.street_address or None,
        "from_name": leg.start_name or None,
        "to_name": leg.end_name or None,
        "kilometres": leg.kilometres,
        "capacity": leg.capacity,
        **_told(leg),
        **_extras(leg),
    }


def _place(place: Place, shifts: Sequence[Leg], zone: ZoneInfo) -> Values:
    first = shifts[0]
    return {
        "title": place.title,
        "at": _point(place.latitude, place.longitude),
        "address": place.street_address or None,
        "capacity": first.capacity,
        "shifts": ["-".join(_hours(shift, zone)) for shift in sorted(shifts, key=lambda leg: leg.starts_at)],
        **_told(first),
    }


def _told(leg: Leg) -> Values:
    columns = {name: getattr(leg, column) for name, column in _TOLD.items()}
    return {name: (dict(value) or None) if isinstance(value, Mapping) else value for name, value in columns.items()}


def _extras(leg: Leg) -> Values:
    """Return what a leg has besides places; what is told of something that is not there stays as it is stored."""
    values: Values = {}
    for extra in EXTRAS:
        row = leg.resources.get(extra.word)
        if row is None or not row.is_there:
            values[extra.name] = None if extra.is_numbered else False
            continue
        values[extra.name] = row.capacity if extra.is_numbered else True
        if not extra.is_numbered:
            values[extra.many] = row.capacity
        values[extra.about_name] = dict(row.about) or None
        if extra.place_name:
            values[extra.place_name] = dict(row.place) or None
    return values


def _hours(leg: Leg, zone: ZoneInfo) -> tuple[str, str]:
    return _clock(leg.starts_at.astimezone(zone)), _clock(leg.ends_at.astimezone(zone))


def _clock(at: datetime) -> str:
    return f"{at:%H:%M} second" if at.fold and is_shown_twice(at) else f"{at:%H:%M}"


def _point(latitude: float | None, longitude: float | None) -> list[str] | None:
    """Return a point in degrees, written as the rules read them."""
    return None if latitude is None or longitude is None else [_degrees(latitude), _degrees(longitude)]


def _degrees(given: float) -> str:
    return f"{given:.8f}".rstrip("0").rstrip(".")
