"""Bring an event to what a command says, whichever door it comes by.

A change of time or place, or a cancelled leg, is told once by mail to everybody who has or waits for a place there;
other changes are only on the page. Nothing is deleted: a leg that the command does not have any more is cancelled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from campaign.audit.service import Thing, record
from campaign.campaigns.queries import find_campaign
from campaign.events.capacity.counting import lock_legs
from campaign.events.commands import SaveEvent, SaveLeg
from campaign.events.models import Event, Leg, Place
from campaign.events.purging import begin_anew
from campaign.events.resources import bring_extras
from campaign.events.revisions.effects import Effects
from campaign.events.revisions.settling import settle_change
from campaign.events.revisions.snapshots import Difference, take_snapshot
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError, UnknownNameError
from campaign.kernel.problems import Problem
from campaign.revisions.differences import NO_MARKS, Marks, bring
from campaign.revisions.service import Edit, lock

_STANDING = text("SELECT count(*) FROM rsvps WHERE event_id = :id AND is_standing")


@dataclass(frozen=True)
class SavedEvent:
    """What a command made of an event: what differs, and whom that touches; nothing where it was so already."""

    event: Event
    differences: Sequence[Difference]
    effects: Effects


def add_event(session: Session, actor: Actor, command: SaveEvent, edit: Edit) -> SavedEvent:
    """Add an event as `save_event` does, which says what else it may be refused for.

    Raises:
        RefusedError: its slug is taken, by whomever.
    """
    actor.require(Power.PUBLISH)
    if find_event(session, command.slug) is not None:
        raise RefusedError(Problem(("slug",), "taken"))
    return save_event(session, actor, command, edit)


def save_event(session: Session, actor: Actor, command: SaveEvent, edit: Edit, marks: Marks = NO_MARKS) -> SavedEvent:
    """Add the event, or bring it and its legs to what the command says; what that is silent about stays.

    Raises:
        ForbiddenError: the actor may not publish.
        UnknownNameError: its campaign does not exist, or is not the actor's.
        RefusedError: its campaign is another than before; it is to be a draft again though people have RSVPs.

    Side effects: a row of its history; outbox messages to those whom a change concerns; freed places are offered.
    """
    actor.require(Power.PUBLISH)
    campaign = find_campaign(session, command.campaign)
    if campaign is None or not actor.acts_for(campaign.organization_id):
        raise UnknownNameError(Problem(("campaign",), "no_campaign", {"given": command.campaign}))
    values = {**command.values, "campaign_id": campaign.id}
    event = find_event(session, command.slug)
    before = None
    if event is None:
        event = Event(slug=command.slug, status=command.status or "published", **marks, **values)
        session.add(event)
        session.flush()
    else:
        if event.campaign_id != campaign.id:
            raise RefusedError(Problem((), "other_campaign"))
        lock(session, event)
        before = take_snapshot(session, event)
        lock_legs(session, before.legs, edit.at)  # who is touched is counted, and nobody comes or goes meanwhile
        to_draft = command.status == "draft" != event.status
        if to_draft and session.scalar(_STANDING, {"id": event.id}):  # narrowed: its campaign is the actor's
            raise RefusedError(Problem((), "has_rsvps"))
        bring(event, values if command.status is None else {**values, "status": command.status})
    _apply_legs(session, event, command, edit.at)
    differences, effects = settle_change(session, actor, event, before, edit)
    if differences:
        event.updated_at = edit.at
        _record(session, actor, event, differences, is_new=before is None)
    return SavedEvent(event, differences, effects)


def _record(session: Session, actor: Actor, event: Event, differences: Sequence[Difference], *, is_new: bool) -> None:
    """Write down which fields changed, those of legs with `legs.` before them."""
    changed = {f"legs.{name}" if one.number else name for one in differences for name in one.values}
    thing = Thing("event", event.public_id, campaign_id=event.campaign_id, changed=() if is_new else changed)
    record(session, actor, "add" if is_new else "change", thing)


def find_event(session: Session, slug: str) -> Event | None:
    """Return an event by its slug, or None."""
    return session.scalar(select(Event).where(Event.slug == slug))


def list_legs(session: Session, event_id: int) -> list[Leg]:
    """Return the legs of an event in their order."""
    query = select(Leg).where(Leg.event_id == event_id).order_by(Leg.position).options(joinedload(Leg.resources))
    return list(session.scalars(query).unique())


def is_over(session: Session, event: Event, at: datetime) -> bool:
    """Whether nothing of an event is to come at `at`."""
    return all(leg.ends_at < at for leg in list_legs(session, event.id))


def _apply_legs(session: Session, event: Event, spec: SaveEvent, at: datetime) -> None:
    places = _apply_places(session, event, spec)
    known = list_legs(session, event.id)
    pairs = pair_legs(spec, known, places)
    zone = ZoneInfo(event.timezone)
    days = _days_since_settled(pairs, zone) if spec.is_counted_from_loading and not is_over(session, event, at) else 0
    last = max((leg.position for leg in known), default=0)
    over = [leg for leg in known if leg.ends_at <= at]
    for leg_spec, leg in pairs:
        values = _values(leg_spec, places, zone, days)
        if leg is None:
            last += 1
            position = leg_spec.position if leg_spec.place is None else last
            new = Leg(event_id=event.id, position=position, **values)
            bring_extras(new, leg_spec.extras)
            session.add(new)
            continue
        bring(leg, values)
        bring_extras(leg, leg_spec.extras)
        if leg.status == "cancelled":
            leg.status = "open"  # after all; whoever was on it was told, and is not any more
    kept = [leg for _, leg in pairs]
    for leg in known:
        if leg not in kept and leg.starts_at > at:  # what has begun stays as its record
            leg.status = "cancelled"
    session.flush()
    begin_anew(session, event.id, [leg.id for leg in over if leg.ends_at > at], at)


def pair_legs(spec: SaveEvent, known: Sequence[Leg], places: Mapping[int, int]) -> list[tuple[SaveLeg, Leg | None]]:
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


def _is_same(spec: SaveLeg, leg: Leg, places: Mapping[int, int], zone: ZoneInfo, *, is_exact: bool) -> bool:
    if spec.place is None or leg.place_id is None:
        return spec.place is None and leg.place_id is None and spec.position == leg.position
    if places[spec.place] != leg.place_id:
        return False
    if not is_exact:
        return leg.status != "cancelled"
    begins = spec.values["starts_at"]
    return isinstance(begins, datetime) and begins.astimezone(zone).time() == leg.starts_at.astimezone(zone).time()


def _apply_places(session: Session, event: Event, spec: SaveEvent) -> dict[int, int]:
    """Return the id of each place by its index in the file."""
    known = list(session.scalars(select(Place).where(Place.event_id == event.id).order_by(Place.position)))
    last = max((place.position for place in known), default=-1)
    found = _pair_places(spec, known)
    for index, place_spec in enumerate(spec.places):
        latitude, longitude = place_spec.at or (None, None)
        values: dict[str, object] = {"title": place_spec.title, "latitude": latitude, "longitude": longitude}
        if place_spec.address is not None:
            values["street_address"] = place_spec.address
        if index in found:
            bring(found[index], values)
        else:
            last += 1
            found[index] = Place(event_id=event.id, position=last, **values)
            session.add(found[index])
    session.flush()
    return {index: place.id for index, place in found.items()}


def _pair_places(spec: SaveEvent, known: Sequence[Place]) -> dict[int, Place]:
    """Return the stored place of each: the one at its position where that is said, else the one of its name.

    Where a file says no positions and no place has the name, it is the one at its index: it has another name now.
    """
    by_position = {place.position: place for place in known}
    said = {index: one.position for index, one in enumerate(spec.places) if one.position is not None}
    found = {index: by_position[position] for index, position in said.items() if position in by_position}
    by_title = {place.title: place for place in reversed(known)}
    of_file = [index for index in range(len(spec.places)) if index not in said]
    found |= {index: by_title[spec.places[index].title] for index in of_file if spec.places[index].title in by_title}
    left = {place.position: place for place in known if place not in found.values()}
    return found | {index: left[index] for index in of_file if index not in found and index in left}


def _days_since_settled(pairs: Sequence[tuple[SaveLeg, Leg | None]], zone: ZoneInfo) -> int:
    """Return how many days the file's count has gone on since its day was settled, by the first loading."""
    for leg_spec, leg in pairs:
        if leg is not None and isinstance(counted := leg_spec.values["starts_at"], datetime):
            return (counted.astimezone(zone).date() - leg.starts_at.astimezone(zone).date()).days
    return 0


def _values(spec: SaveLeg, places: Mapping[int, int], zone: ZoneInfo, days: int) -> dict[str, object]:
    """Return the columns of a leg, `days` earlier than the file counts, at the same time of the day."""
    earlier = {
        name: _days_earlier(value.astimezone(zone), days).astimezone(UTC)
        for name, value in spec.values.items()
        if isinstance(value, datetime)
    }
    return {**spec.values, **earlier, "place_id": None if spec.place is None else places[spec.place]}


def _days_earlier(at: datetime, days: int) -> datetime:
    """Return the same time of an earlier day, the second of two where it was that: arithmetic forgets which."""
    return (at - timedelta(days=days)).replace(fold=at.fold)
