"""Finds events for the public, who never sees a draft; and the languages in which an event is read."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.models import Campaign
from campaign.events.models import Event
from campaign.kernel.errors import NotFoundError
from campaign.kernel.languages import INTERFACE


def get_public_event(session: Session, slug: str) -> Event:
    """Return an event with its campaign and organization.

    Raises:
        NotFoundError: there is none, or it or its campaign is a draft, which exists for nobody outside.
    """
    event = session.scalars(select_public().where(Event.slug == slug)).one_or_none()
    if event is None:
        raise NotFoundError(f"there is no event {slug!r}")
    return event


def list_all_events(session: Session, campaign_id: int) -> Sequence[Event]:
    """Return a campaign's events, drafts too, with their campaign and organization: for who may look at drafts."""
    query = select(Event).where(Event.campaign_id == campaign_id, Event.status != "cancelled").order_by(Event.id)
    return session.scalars(query.options(joinedload(Event.campaign).joinedload(Campaign.organization))).all()


def languages_of(event: Event) -> list[str]:
    """Return the languages of an event's texts, its campaign's own first where it has that."""
    own = [tag for tag in event.campaign.languages if tag in event.title]
    return own + [tag for tag in event.title if tag not in own]


def addressed_in(event: Event) -> list[str]:
    """Return the languages that an event's page has an address for and is written in, its first one first."""
    first, *others = languages_of(event)
    return [first, *(code for code in others if code in INTERFACE)]


def select_public() -> Select[Event]:
    """Return what finds the events that exist for the public, each with its campaign and organization."""
    return (
        select(Event)
        .join(Campaign, Campaign.id == Event.campaign_id)
        .where(Event.status != "draft", Campaign.status != "draft")
        .options(joinedload(Event.campaign).joinedload(Campaign.organization))
    )
