"""What somebody just asked of an event, for the page that tells them to check their mail: days, party, until when held.

It is told by what was typed, and by nothing that is stored: who already has places there sees what a new one sees. It
travels in the visit's sealed token.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import Text, pick
from campaign.events.capacity.pools import HOLD
from campaign.events.commands import Wish
from campaign.events.models import Event, Leg, Place
from campaign.events.queries.public import languages_of

MOST_NAMED = 10
"""Days or shifts that are named; an address bar has an end."""


@dataclass(frozen=True)
class AskedLeg:
    """One day or shift that was asked for; times in the event's zone. `people`: the party."""

    starts_at: datetime
    ends_at: datetime
    title: Text
    where: str
    people: int


@dataclass(frozen=True)
class Asked:
    """What was asked of an event. `more`: how many days besides. `held_until`: what is free is held so long."""

    title: Text
    timezone: str
    legs: tuple[AskedLeg, ...]
    more: int
    held_until: datetime


def note_asked(event_id: int, wishes: Sequence[Wish], at: datetime) -> str:
    """Return what was asked at `at` as a text for the visit's token."""
    named = [[wish.leg_id, wish.places] for wish in wishes[:MOST_NAMED]]
    return json.dumps([event_id, int((at + HOLD).timestamp()), named, len(wishes) - len(named)], separators=(",", ":"))


def read_asked(session: Session, noted: str, language: str) -> Asked | None:
    """Return what `noted` says, with texts in `language`; None where the event or its days are gone."""
    event_id, until, named, more = json.loads(noted)
    whole = select(Event).where(Event.id == event_id)
    event = session.scalars(whole.options(joinedload(Event.campaign).joinedload(Campaign.organization))).one_or_none()
    if event is None:
        return None
    people = dict(named)
    rows = session.execute(
        select(Leg, Place.title)
        .outerjoin(Place, Place.id == Leg.place_id)
        .where(Leg.id.in_(list(people)), Leg.event_id == event.id)
        .order_by(Leg.starts_at, Leg.id)
    )
    zone, languages = ZoneInfo(event.timezone), languages_of(event)
    legs = tuple(
        AskedLeg(
            leg.starts_at.astimezone(zone),
            leg.ends_at.astimezone(zone),
            pick(leg.title, language, languages),
            place or "",
            people[leg.id],
        )
        for leg, place in rows
    )
    held_until = datetime.fromtimestamp(until, zone)
    return Asked(pick(event.title, language, languages), event.timezone, legs, more, held_until) if legs else None
