"""What organizers see of their own events, drafts among them, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.kernel.scoping import of_campaign, of_organization, scoped


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event in a list of its organizers. Instants are aware, in the event's zone; None where it has no legs.

    `rsvps`: that have a place, on whatever of it; `waiting`: that wait for one somewhere.
    """

    slug: str
    title: str
    kind: str
    status: str
    campaign: str
    campaign_title: str
    timezone: str
    starts_at: datetime | None
    ends_at: datetime | None
    rsvps: int
    waiting: int

    def is_over(self, at: datetime) -> bool:
        """Whether nothing of it is to come."""
        return self.ends_at is not None and self.ends_at <= at


@dataclass(frozen=True, slots=True)
class CampaignChoice:
    """A campaign that an event may be of."""

    slug: str
    title: str
    languages: list[str]


_CAMPAIGNS = text(f"""
SELECT slug, coalesce(title ->> (languages ->> 0), slug) AS title, languages FROM campaigns
WHERE {of_organization("organization_id")} ORDER BY status IN ('won', 'closed'), updated_at DESC, id
""")  # noqa: S608 - joined from constants


def list_campaign_choices(session: Session, actor: Actor) -> list[CampaignChoice]:
    """Return the campaigns of the actor's organizations, those that go on first."""
    return [CampaignChoice(**row) for row in session.execute(scoped(_CAMPAIGNS, actor)).mappings()]


_EVENTS = text(f"""
SELECT e.slug, e.kind, e.status, e.timezone, e.title, c.slug AS campaign, c.languages,
    c.title AS campaign_title, b.starts_at, b.ends_at, coalesce(n.rsvps, 0) AS rsvps, coalesce(n.waiting, 0) AS waiting
FROM events e JOIN campaigns c ON c.id = e.campaign_id
LEFT JOIN LATERAL (
    SELECT coalesce(min(starts_at) FILTER (WHERE status <> 'cancelled'), min(starts_at)) AS starts_at,
        coalesce(max(ends_at) FILTER (WHERE status <> 'cancelled'), max(ends_at)) AS ends_at
    FROM event_legs l WHERE l.event_id = e.id) b ON true
LEFT JOIN LATERAL (
    SELECT count(DISTINCT k.action_id) FILTER (WHERE k.state = 'going') AS rsvps,
        count(DISTINCT k.action_id) FILTER (WHERE k.state = 'queued') AS waiting
    FROM event_legs l JOIN rsvp_claims k ON k.leg_id = l.id AND k.resource = 'place' WHERE l.event_id = e.id) n ON true
WHERE {of_campaign("e.campaign_id")} AND (CAST(:campaign AS text) IS NULL OR c.slug = :campaign)
ORDER BY b.starts_at, e.id
""")  # noqa: S608 - joined from constants


def list_own_events(session: Session, actor: Actor, *, campaign: str | None = None) -> list[OwnEvent]:
    """Return the events of the actor's organizations, or of one campaign (its slug), by when they begin."""
    rows = session.execute(scoped(_EVENTS, actor), {"campaign": campaign})
    found = []
    for row in rows:
        zone = ZoneInfo(row.timezone)
        first = row.languages[0]
        found.append(
            OwnEvent(
                slug=row.slug,
                title=row.title.get(first) or next(iter(row.title.values())),
                kind=row.kind,
                status=row.status,
                campaign=row.campaign,
                campaign_title=row.campaign_title.get(first, row.campaign),
                timezone=row.timezone,
                starts_at=row.starts_at and row.starts_at.astimezone(zone),
                ends_at=row.ends_at and row.ends_at.astimezone(zone),
                rsvps=row.rsvps,
                waiting=row.waiting,
            )
        )
    return found
