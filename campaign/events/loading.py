"""Brings stored events to what a content file says, and writes to those whom a change concerns.

A change of time or place, or a cancelled leg, is told once by mail to everybody who has or waits for a place there;
other changes are only on the page. Nothing is deleted: a leg that the file no longer has is cancelled.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns.queries import find_campaign
from campaign.content.errors import ContentError, Problem
from campaign.content.loading import Loading
from campaign.content.sections import Section
from campaign.events.models import Event, Leg, Place
from campaign.events.offering import settle
from campaign.events.specs import EventSpec, LegSpec, read_event
from campaign.events.telling import cancel_claims, tell_of_change

MATERIAL = frozenset(
    {"starts_at", "ends_at", "start_latitude", "start_longitude", "end_latitude", "end_longitude", "place_id"}
)
"""A change of one of these is told by mail."""

_SETTLED = frozenset({"starts_at", "ends_at"})
"""What `starts_in_days` settled when the event was first loaded stays, until it is over."""


def apply_event(loading: Loading, spec: EventSpec) -> None:
    """Add the event or bring it to what the file says.

    Raises:
        ContentError: its campaign does not exist, or is another than before though people have RSVPs.

    Side effects: outbox messages to those whom a change concerns; freed places are offered.
    """
    label = f"event {spec.slug}"
    campaign = find_campaign(loading.session, spec.campaign.slug)
    if campaign is None:
        text = f"there is no campaign {spec.campaign.slug!r}, here or in the database"
        raise ContentError([Problem(spec.campaign.line, f"{label}: {text}")])
    said = len(loading.changes.lines)
    event = find_event(loading.session, spec.slug)
    values = {**spec.values, "campaign_id": campaign.id}
    if event is None:
        status = spec.status or "published"
        event = Event(slug=spec.slug, status=status, is_demo=loading.is_demo, **values)
        loading.session.add(event)
        loading.session.flush()
        loading.changes.say(label, f"added, {status}")
        is_cancelled = False
    else:
        if event.campaign_id != campaign.id:
            raise ContentError([Problem(spec.line, f"{label}: its campaign cannot change")])
        loading.changes.bring(label, event, values)
        was = event.status
        if spec.status is not None:
            loading.changes.bring(label, event, {"status": spec.status})
        is_cancelled = event.status == "cancelled" != was
    moved, cancelled = _apply_legs(loading, label, event, spec)
    if is_cancelled:
        cancelled = [leg.id for leg in list_legs(loading.session, event.id)]
    if moved or cancelled:
        event.version += 1
        told = tell_of_change(loading.session, event, [*moved, *cancelled])
        cancel_claims(loading.session, cancelled, loading.now)
        loading.changes.say(label, f"people to be told by mail: {told}")
    if len(loading.changes.lines) > said:
        event.updated_at = loading.now


def find_event(session: Session, slug: str) -> Event | None:
    """Return an event by its slug, or None."""
    return session.scalar(select(Event).where(Event.slug == slug))


def list_legs(session: Session, event_id: int) -> list[Leg]:
    """Return the legs of an event in their order."""
    return list(session.scalars(select(Leg).where(Leg.event_id == event_id).order_by(Leg.position)))


def _apply_legs(loading: Loading, label: str, event: Event, spec: EventSpec) -> tuple[list[int], list[int]]:
    """Return the ids of the legs whose time or place changed, and of those that are cancelled by this."""
    places, renamed = _apply_places(loading, label, event, spec)
    known = list_legs(loading.session, event.id)
    settled = _SETTLED if spec.is_counted_from_loading and not _is_over(loading, event) else frozenset()
    pairs = pair_legs(spec, known, places)
    last = max((leg.position for leg in known), default=0)
    moved: list[int] = []
    roomier: list[int] = []
    for leg_spec, leg in pairs:
        values = _values(leg_spec, places)
        if leg is None:
            last += 1
            position = leg_spec.position if leg_spec.place is None else last
            loading.session.add(Leg(event_id=event.id, position=position, **values))
            loading.changes.say(label, f"leg {position} added")
            continue
        values = {column: value for column, value in values.items() if column not in settled}
        changed = loading.changes.bring(f"{label}, leg {leg.position}", leg, values)
        _take_up(loading, label, leg)
        if changed & MATERIAL or leg.place_id in renamed:
            leg.version += 1
            moved.append(leg.id)
        if changed & {"capacity", "meal_capacity", "bed_capacity", "has_meal", "has_lodging"}:
            roomier.append(leg.id)
    cancelled = _cancel_others(loading, label, known, [leg for _, leg in pairs])
    loading.session.flush()
    settle(loading.session, roomier, loading.now)
    return moved, cancelled


def pair_legs(spec: EventSpec, known: Sequence[Leg], places: Mapping[int, int]) -> list[tuple[LegSpec, Leg | None]]:
    """Return each leg of the file with the stored one that it is, or None where it is new.

    A march's leg is known by its day, a shift by its place and the hour it begins; what is left of a place after that,
    in its order: its hour has changed. So a shift or a place put in between moves nobody who comes to another.
    """
    zone = ZoneInfo(str(spec.values["timezone"]))
    found: dict[int, Leg] = {}
    left = list(known)
    for is_exact in (True, False):
        for leg_spec in spec.legs:
            if leg_spec.position in found:
                continue
            leg = next((leg for leg in left if _is_same(leg_spec, leg, places, zone, is_exact=is_exact)), None)
            if leg is not None:
                found[leg_spec.position] = leg
                left.remove(leg)
    return [(leg_spec, found.get(leg_spec.position)) for leg_spec in spec.legs]


def _is_same(spec: LegSpec, leg: Leg, places: Mapping[int, int], zone: ZoneInfo, *, is_exact: bool) -> bool:
    if spec.place is None or leg.place_id is None:
        return spec.place is None and leg.place_id is None and spec.position == leg.position
    if places[spec.place] != leg.place_id:
        return False
    if not is_exact:
        return leg.status != "cancelled"
    begins = spec.values["starts_at"]
    return isinstance(begins, datetime) and begins.astimezone(zone).time() == leg.starts_at.astimezone(zone).time()


def _take_up(loading: Loading, label: str, leg: Leg) -> None:
    """Let a leg take place after all that an earlier file left out; whoever was on it was told, and is not any more."""
    if leg.status == "cancelled":
        leg.status = "open"
        leg.version += 1
        loading.changes.say(label, f"leg {leg.position} takes place after all")


def _cancel_others(loading: Loading, label: str, known: Sequence[Leg], kept: Sequence[Leg | None]) -> list[int]:
    gone = [leg for leg in known if leg not in kept and leg.status != "cancelled"]
    for leg in gone:
        leg.status = "cancelled"
        leg.version += 1
        loading.changes.say(label, f"leg {leg.position} cancelled")
    return [leg.id for leg in gone]


def _apply_places(loading: Loading, label: str, event: Event, spec: EventSpec) -> tuple[dict[int, int], frozenset[int]]:
    """Return the id of each place by its index in the file, and the ids of those that have another name now."""
    statement = select(Place).where(Place.event_id == event.id).order_by(Place.position)
    known = list(loading.session.scalars(statement))
    last = max((place.position for place in known), default=-1)
    found = _pair_places(spec, known)
    renamed: list[Place] = []
    for index, place_spec in enumerate(spec.places):
        latitude, longitude = place_spec.at or (None, None)
        values = {"title": place_spec.title, "latitude": latitude, "longitude": longitude}
        place = found.get(index)
        if place is None:
            last += 1
            found[index] = Place(event_id=event.id, position=last, **values)
            loading.session.add(found[index])
            loading.changes.say(label, f"{place_spec.title} added")
        elif "title" in loading.changes.bring(f"{label}, place {place.position + 1}", place, values):
            renamed.append(place)
    loading.session.flush()
    return {index: place.id for index, place in found.items()}, frozenset(place.id for place in renamed)


def _pair_places(spec: EventSpec, known: Sequence[Place]) -> dict[int, Place]:
    """Return the stored place of each in the file: by its name, and where none has it, the one at its index."""
    by_title = {place.title: place for place in reversed(known)}
    found = {index: by_title[one.title] for index, one in enumerate(spec.places) if one.title in by_title}
    left = {place.position: place for place in known if place not in found.values()}
    return found | {index: left[index] for index in range(len(spec.places)) if index not in found and index in left}


def _values(spec: LegSpec, places: Mapping[int, int]) -> dict[str, object]:
    place_id = None if spec.place is None else places[spec.place]
    return {**spec.values, "place_id": place_id}


def is_due(loading: Loading, slug: str) -> bool:
    """Whether the demonstration should load an event: there is none of this slug, or it is over."""
    event = find_event(loading.session, slug)
    return event is None or _is_over(loading, event)


def _is_over(loading: Loading, event: Event) -> bool:
    return all(leg.ends_at < loading.now for leg in list_legs(loading.session, event.id))


EVENTS = Section("events", "event", read_event, apply_event, is_due)
