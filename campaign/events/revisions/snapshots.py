"""What an event is at a moment, as plain values, and what of it differs from another moment.

Whoever changes an event takes a snapshot before and one after; the difference is what is said to the operator, told by
mail where it is material, kept as a revision, and noted on the event's page. Values are plain, as everywhere in
revisions; points are `[latitude, longitude]`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign.events import resources
from campaign.events.models import Event, Leg, Place
from campaign.revisions.differences import UNSAID, differing, take_columns

MATERIAL = frozenset({"starts_at", "ends_at", "start", "end", "place", "address"})
"""A leg where one of these changes is told by mail; an address that is said for the first time moves nothing."""

NUMBERED = resources.NUMBERED | {"capacity"}
"""Where one of these changes, somebody who waits may get a place, or something else."""

_UNSAID = UNSAID | frozenset(
    {"campaign_id", "event_id", "place_id", "position", "version", "purged_at"}
    | {"start_latitude", "start_longitude", "end_latitude", "end_longitude"}
    | {"marshal_generation", "came_count", "street_address"}
)


@dataclass(frozen=True)
class Snapshot:
    """An event at a moment: its own values, and those of each leg by the leg's id."""

    event: Mapping[str, Any]
    legs: Mapping[int, Mapping[str, Any]]
    numbers: Mapping[int, int]

    def is_off(self, leg_id: int) -> bool:
        """Whether a leg does not take place."""
        return "cancelled" in (self.event["status"], self.legs[leg_id]["status"])

    @cached_property
    def stamps(self) -> dict[int, str]:
        """Of each leg, what stands for its time and place; equal while these are."""
        return {leg_id: _stamp([values[name] for name in sorted(MATERIAL)]) for leg_id, values in self.legs.items()}


@dataclass(frozen=True)
class Difference:
    """What is different of the event (`number` 0), or of the leg of this number; `values` hold old and new by name.

    `where`: the name of a shift's place; empty for a march. `leg_id` is 0 for the event itself.
    """

    number: int
    where: str = ""
    is_new: bool = False
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    leg_id: int = 0

    @property
    def is_of_event(self) -> bool:
        """Whether it is about the event as a whole."""
        return self.number == 0

    @property
    def is_cancelled(self) -> bool:
        """Whether this cancelled it."""
        return not self.is_new and "status" in self.values and self.values["status"][1] == "cancelled"

    @property
    def is_resumed(self) -> bool:
        """Whether by this it takes place after all."""
        return not self.is_new and "status" in self.values and self.values["status"][0] == "cancelled"

    @property
    def is_moved(self) -> bool:
        """Whether a leg that was there is at another time or place."""
        moved = {name for name, (old, _) in self.values.items() if name in MATERIAL and (name != "address" or old)}
        return not self.is_new and not self.is_of_event and bool(moved)

    @property
    def is_material(self) -> bool:
        """Whether whoever comes has to know."""
        return self.is_cancelled or self.is_resumed or self.is_moved


def _stamp(values: Sequence[Any]) -> str:
    return sha256(json.dumps(values).encode()).hexdigest()[:16]


def take_snapshot(session: Session, event: Event) -> Snapshot:
    """Return the event as it is now in this transaction; everything is flushed first."""
    session.flush()
    of_event = select(Leg).where(Leg.event_id == event.id).order_by(Leg.position)
    legs = session.scalars(of_event.options(joinedload(Leg.resources))).unique().all()
    places = session.scalars(select(Place).where(Place.event_id == event.id)).all()
    found = {place.id: place for place in places}
    return Snapshot(
        event=take_columns(event, _UNSAID),
        legs={leg.id: take_columns(leg, _UNSAID) | resources.values_of(leg) | _where(leg, found) for leg in legs},
        numbers={leg.id: leg.position for leg in legs},
    )


def _where(leg: Leg, places: Mapping[int, Place]) -> dict[str, Any]:
    place = places.get(leg.place_id or 0)
    return {
        "place": place.title if place else "",
        "address": place.street_address if place else leg.street_address,
        "start": _point(leg.start_latitude, leg.start_longitude),
        "end": _point(leg.end_latitude, leg.end_longitude),
    }


def _point(latitude: float | None, longitude: float | None) -> list[float] | None:
    return None if latitude is None or longitude is None else [latitude, longitude]


def compare(before: Snapshot | None, after: Snapshot) -> list[Difference]:
    """Return what differs, the event first, then its legs in their order; `before` is None for a new event."""
    found = [Difference(0, is_new=before is None, values=differing(before.event if before else {}, after.event))]
    for leg_id, values in after.legs.items():
        was = before.legs.get(leg_id) if before else None
        found.append(
            Difference(after.numbers[leg_id], values["place"], was is None, differing(was or {}, values), leg_id)
        )
    return [difference for difference in found if difference.values]


def read_differences(stored: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Return differences as a revision keeps them."""
    return [Difference(**values) for values in stored]
