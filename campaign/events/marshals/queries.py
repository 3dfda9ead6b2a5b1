"""Reads a leg, its parties and who of them is here, for whoever holds a link to its marshal's page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, joinedload

from campaign.actions.sealed import open_name
from campaign.campaigns.look import palette_for
from campaign.campaigns.texts import pick
from campaign.events.marshals.roll import NEEDS_AT_THE_START, ExpectedParty, MarshalLeg, Roll, WalkUp, by_name
from campaign.events.models import Event, Leg, Place
from campaign.events.queries.public import languages_of
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.text import full_name

_PARTIES = text("""
SELECT a.public_id, a.person_id, a.signer_key, a.given_name, a.family_name, k.amount, r.answers -> 'needs' AS needs,
    coalesce(c.came, 0) AS came
FROM rsvp_claims k
JOIN rsvps r ON r.action_id = k.action_id AND r.is_standing
JOIN actions a ON a.id = r.action_id
LEFT JOIN check_ins c ON c.leg_id = k.leg_id AND NOT c.is_walk_up AND c.subject = r.signer_key
WHERE k.leg_id = :leg_id AND k.resource = 'place' AND k.state = 'going'
""")

# They came, and have no place any more: taken back, or given to somebody else meanwhile. Each is named by an RSVP that
# a marshal's word may be about (`service`), confirmed once and with this leg in it; by the name of the one that stands.
_PLACELESS = text("""
SELECT DISTINCT ON (c.subject) a.public_id, a.person_id, a.signer_key,
    coalesce(n.given_name, a.given_name) AS given_name, coalesce(n.family_name, a.family_name) AS family_name, c.came
FROM check_ins c
JOIN rsvps r ON r.signer_key = c.subject AND r.event_id = :event_id
JOIN actions a ON a.id = r.action_id AND a.state IN ('confirmed', 'merged', 'withdrawn')
JOIN rsvp_claims p ON p.action_id = a.id AND p.leg_id = c.leg_id AND p.resource = 'place'
LEFT JOIN rsvps o ON o.event_id = r.event_id AND o.signer_key = r.signer_key AND o.is_standing
LEFT JOIN actions n ON n.id = o.action_id
WHERE c.leg_id = :leg_id AND NOT c.is_walk_up AND c.came > 0 AND NOT EXISTS (
    SELECT FROM rsvp_claims k JOIN rsvps s ON s.action_id = k.action_id AND s.is_standing
    WHERE s.event_id = r.event_id AND s.signer_key = r.signer_key AND k.leg_id = c.leg_id
    AND k.resource = 'place' AND k.state = 'going')
ORDER BY c.subject, r.is_standing DESC, a.id DESC
""")
_WALK_UPS = text("""
SELECT subject, name, came FROM check_ins WHERE leg_id = :leg_id AND is_walk_up AND came > 0
ORDER BY said_at, subject
""")


def find_marshal_leg(session: Session, public_id: UUID, language: str) -> MarshalLeg | None:
    """Return a leg with its texts in `language`; None where it is no more."""
    query = (
        select(Leg, Event, Place)
        .join(Event, Event.id == Leg.event_id)
        .outerjoin(Place, Place.id == Leg.place_id)
        .options(joinedload(Event.campaign))
        .where(Leg.public_id == public_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    leg, event = row.Leg, row.Event
    place: Place | None = row.Place
    zone, languages = ZoneInfo(event.timezone), languages_of(event)
    return MarshalLeg(
        id=leg.id,
        public_id=leg.public_id,
        event_id=event.id,
        generation=leg.marshal_generation,
        is_cancelled="cancelled" in (leg.status, event.status),
        event_title=pick(event.title, language, languages),
        title=pick(leg.title, language, languages),
        where=place.title if place else "",
        palette=palette_for(event.campaign.palette, event.campaign.art),
        starts_at=leg.starts_at.astimezone(zone),
        ends_at=leg.ends_at.astimezone(zone),
        capacity=leg.capacity,
    )


def get_roll(session: Session, leg: MarshalLeg) -> Roll:
    """Return everybody of a leg: who has a place, who came without one, and how many are here."""
    installation = installation_of(session)
    going = [
        ExpectedParty(row.public_id, _name(installation, row), row.amount, row.came, _needs(row.needs or ()))
        for row in session.execute(_PARTIES, {"leg_id": leg.id})
    ]
    placeless = [
        ExpectedParty(row.public_id, _name(installation, row), 0, row.came, ())
        for row in session.execute(_PLACELESS, {"leg_id": leg.id, "event_id": leg.event_id})
    ]
    walked_up = session.execute(_WALK_UPS, {"leg_id": leg.id})
    groups = tuple(WalkUp(UUID(bytes=bytes(row.subject)), row.name or "", row.came) for row in walked_up)
    return Roll(by_name([*going, *placeless]), groups, leg.capacity)


def _name(installation: Installation, row: Row[Any]) -> str:
    given = row.given_name
    if row.person_id is None:  # a pseudonym
        given = open_name(installation, given, row.signer_key)
    return full_name(given, row.family_name)


def _needs(needs: Sequence[str]) -> tuple[str, ...]:
    return tuple(need for need in NEEDS_AT_THE_START if need in needs)
