"""Reads the lists of events: neither drafts nor events of high-safety campaigns are in any."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Subquery, func, select, text
from sqlalchemy.orm import Session

from campaign.campaigns.look import palette_for
from campaign.campaigns.models import Campaign, Organization
from campaign.campaigns.texts import Text, pick
from campaign.events.models import Event, Leg
from campaign.events.pages.lists import EventCard
from campaign.events.pages.ways import Way, way_of
from campaign.events.queries.public import languages_of, select_public


def list_events(
    session: Session,
    language: str,
    *,
    campaign_id: int | None = None,
    event_ids: Collection[int] | None = None,
    organization_slug: str = "",
) -> list[EventCard]:
    """Return every event that may be listed, by when it begins; those that are over are among them.

    `campaign_id`, `event_ids`, `organization_slug`: only of this campaign, only these, only of this organization.
    """
    rows = _listed(session, campaign_id, event_ids, organization_slug)
    first = _first_legs(session, [row[0].id for row in rows])
    return [
        make_card(
            row[0],
            (row.starts_at, row.ends_at),
            (row.legs, row.places),
            _where(row, first.get(row[0].id), language),
            language,
        )
        for row in rows
    ]


def list_public_events(session: Session, *, ending_after: datetime | None = None) -> list[Event]:
    """Return the events that may be listed, by when they begin; `ending_after` leaves out those long over."""
    return [row[0] for row in _listed(session) if ending_after is None or row.ends_at > ending_after]


_HAS_EVENTS = text("""
SELECT EXISTS (SELECT FROM events e JOIN campaigns c ON c.id = e.campaign_id
               JOIN organizations o ON o.id = c.organization_id
               WHERE o.slug = :slug AND e.status <> 'draft' AND c.status <> 'draft')
""")


# Of the RSVPs by the index of those that stand.
_TO_COME = text("""
SELECT count(*) AS events, coalesce(sum(r.standing), 0) AS rsvps
FROM events e CROSS JOIN LATERAL (SELECT count(*) AS standing FROM rsvps WHERE event_id = e.id AND is_standing) r
WHERE e.campaign_id = :campaign_id AND e.status = 'published'
  AND EXISTS (SELECT FROM event_legs l WHERE l.event_id = e.id AND l.ends_at > now())
""")


def count_to_come(session: Session, campaign_id: int) -> tuple[int, int]:
    """Return how many events of a campaign are still to come, and how many RSVPs to them stand."""
    row = session.execute(_TO_COME, {"campaign_id": campaign_id}).one()
    return int(row.events), int(row.rsvps)


def has_events(session: Session, organization_slug: str) -> bool:
    """Whether an organization has an event that is no draft."""
    return bool(session.scalar(_HAS_EVENTS, {"slug": organization_slug}))


def select_bounds() -> Subquery:
    """Return what is true of all legs of an event together; cancelled ones count only where no other is left."""
    stands = Leg.status != "cancelled"
    return (
        select(
            Leg.event_id,
            func.coalesce(func.min(Leg.starts_at).filter(stands), func.min(Leg.starts_at)).label("starts_at"),
            func.coalesce(func.max(Leg.ends_at).filter(stands), func.max(Leg.ends_at)).label("ends_at"),
            func.count().filter(stands).label("legs"),
            func.count(Leg.place_id.distinct()).filter(stands).label("places"),
            func.max(Leg.starts_at).filter(Leg.status == "open").label("last_open"),
            func.sum(Leg.version).label("versions"),
        )
        .group_by(Leg.event_id)
        .subquery()
    )


def make_card(
    event: Event, bounds: tuple[datetime, datetime], counts: tuple[int, int], where: Text, language: str
) -> EventCard:
    """Return an event as a list shows it, in `language`.

    `bounds`: when its first leg starts and its last one ends; `counts`: how many legs and how many places it has;
    `where`: its first place, or where its legs lead.
    """
    zone, campaign = ZoneInfo(event.timezone), event.campaign
    return EventCard(
        slug=event.slug,
        kind=event.kind,
        status=event.status,
        first_language=languages_of(event)[0],
        title=pick(event.title, language, languages_of(event)),
        campaign_slug=campaign.slug,
        campaign_language=campaign.language,
        campaign_title=pick(campaign.title, language, campaign.languages),
        organization=campaign.organization.name,
        organization_slug=campaign.organization.slug,
        is_high_safety=campaign.is_high_safety,
        art=campaign.art,
        palette=palette_for(campaign.palette, campaign.art),
        timezone=event.timezone,
        starts_at=bounds[0].astimezone(zone),
        ends_at=bounds[1].astimezone(zone),
        leg_count=counts[0],
        place_count=counts[1],
        where=where,
    )


def _listed(
    session: Session,
    campaign_id: int | None = None,
    event_ids: Collection[int] | None = None,
    organization_slug: str = "",
) -> Sequence[Row[Any]]:
    """Return (event, first start, last end, legs, places)."""
    bounds = select_bounds()
    query = (
        select_public()
        .add_columns(bounds.c.starts_at, bounds.c.ends_at, bounds.c.legs, bounds.c.places)
        .join(bounds, bounds.c.event_id == Event.id)
        .where(~Campaign.is_high_safety)
        .order_by(bounds.c.starts_at, Event.id)
    )
    if campaign_id is not None:
        query = query.where(Event.campaign_id == campaign_id)
    if event_ids is not None:
        query = query.where(Event.id.in_(event_ids))
    if organization_slug:
        query = query.where(Campaign.organization.has(Organization.slug == organization_slug))
    return session.execute(query).all()


_FIRST = text("""
SELECT DISTINCT ON (l.event_id) l.event_id, l.title, p.title AS place, l.start_name,
    first_value(l.end_name) OVER (PARTITION BY l.event_id ORDER BY l.status = 'cancelled', l.position DESC) AS end_name
FROM event_legs l LEFT JOIN event_places p ON p.id = l.place_id WHERE l.event_id = ANY(:ids)
ORDER BY l.event_id, l.status = 'cancelled', l.position
""")


def _first_legs(session: Session, event_ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    return {row.event_id: row for row in session.execute(_FIRST, {"ids": list(event_ids)})}


def _where(listed: Row[Any], first: Row[Any] | None, language: str) -> Text:
    if first is None:
        return Text("", language)
    if first.place:
        return Text(first.place, language)
    title = pick(first.title, language, languages_of(listed[0]))
    return way_of(Way(first.start_name, first.end_name, listed.legs, title), language)
