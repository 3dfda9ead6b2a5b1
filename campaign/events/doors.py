"""What the form of an RSVP is checked against: which legs an event has, which of them are open, and what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError

# No join of claims: what is left is told by the page, and decided where the legs are locked.
_DOOR = text("""
SELECT e.id, e.slug, e.asks, c.slug AS campaign_slug, l.id AS leg_id, l.public_id, l.capacity, l.starts_at, l.ends_at,
       (SELECT jsonb_agg(r.resource) FROM leg_resources r WHERE r.leg_id = l.id AND r.is_there) AS extras,
       l.status = 'cancelled' AS is_cancelled,
       l.status = 'open' AND e.status = 'published' AND l.starts_at > :at AS is_open
FROM events e JOIN campaigns c ON c.id = e.campaign_id LEFT JOIN event_legs l ON l.event_id = e.id
WHERE e.slug = :slug AND e.status <> 'draft' AND c.status <> 'draft' ORDER BY l.position
""")


MOST_PEOPLE = 10
"""In one party, oneself counted."""

_PARTY_SHARE = 4
_SMALL_PARTY = 5


def most_people(capacity: int | None) -> int:
    """Return how many people one RSVP may bring to a leg: a quarter of it, a family of five always, ten at most."""
    return MOST_PEOPLE if capacity is None else min(MOST_PEOPLE, max(_SMALL_PARTY, capacity // _PARTY_SHARE))


@dataclass(frozen=True, slots=True)
class DoorLeg:
    """A leg or shift as the door knows it.

    `is_open`: it takes RSVPs now. `extras`: the words of what it has besides places. `most_people`: in one party.
    `starts_at`, `ends_at`: aware; None where nobody knows, and then it overlaps with nothing.
    """

    id: int
    public_id: UUID
    is_open: bool
    is_cancelled: bool
    extras: frozenset[str] = frozenset()
    most_people: int = MOST_PEOPLE
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventDoor:
    """An event as its door knows it. `legs` by their public id, in their order; `is_open`: some part takes RSVPs."""

    event_id: int
    slug: str
    campaign_slug: str
    asks: tuple[str, ...]
    legs: Mapping[str, DoorLeg]
    is_open: bool


def get_door(session: Session, slug: str) -> EventDoor:
    """Return what the door of an event knows as of now.

    Raises:
        NotFoundError: there is none, or it or its campaign is a draft.
    """
    rows = session.execute(_DOOR, {"slug": slug, "at": now()}).all()
    if not rows:
        raise NotFoundError(f"there is no event {slug!r}")
    legs = {
        str(row.public_id): DoorLeg(
            row.leg_id,
            row.public_id,
            row.is_open,
            row.is_cancelled,
            frozenset(row.extras or ()),
            most_people(row.capacity),
            row.starts_at,
            row.ends_at,
        )
        for row in rows
        if row.leg_id is not None
    }
    first, is_open = rows[0], any(leg.is_open for leg in legs.values())
    return EventDoor(first.id, first.slug, first.campaign_slug, tuple(first.asks), legs, is_open)
