"""What the organizers' pages show of everything, as plain values. One query a question, each narrowed to who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.campaigns.queries import COARSE_STEP
from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import of_campaign, of_organization, scoped


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list. `yesterday`: names it had at the end of the day before (UTC); None where nobody counted."""

    slug: str
    title: str
    status: str
    is_high_safety: bool
    languages: Sequence[str]
    confirmed: int
    goal: int
    yesterday: int | None
    updated_at: datetime

    @property
    def last_day(self) -> int | None:
        """How many signed since the day before ended; of a campaign of high safety no one is told."""
        return None if self.yesterday is None or self.is_high_safety else self.confirmed - self.yesterday


_CAMPAIGNS = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title, c.status, c.is_high_safety, c.languages, c.goal,
    CASE WHEN c.is_high_safety THEN coalesce((SELECT d.confirmed - d.confirmed % {COARSE_STEP} FROM campaign_days d
        WHERE d.campaign_id = c.id AND d.day < CAST(now() AT TIME ZONE 'UTC' AS date)
        ORDER BY d.day DESC LIMIT 1), 0) ELSE t.confirmed END AS confirmed,
    (SELECT d.confirmed FROM campaign_days d WHERE d.campaign_id = c.id
        AND d.day < CAST(now() AT TIME ZONE 'UTC' AS date) ORDER BY d.day DESC LIMIT 1) AS yesterday,
    c.updated_at
FROM campaigns c JOIN campaign_tallies t ON t.campaign_id = c.id
WHERE {of_organization("c.organization_id")}
ORDER BY array_position(ARRAY['open', 'draft', 'paused', 'won', 'closed'], c.status), c.updated_at DESC, c.id
""")  # noqa: S608 - joined from constants


def list_own_campaigns(session: Session, actor: Actor) -> list[CampaignRow]:
    """Return the campaigns of the actor's organizations: open ones first, what was changed last before others."""
    return [CampaignRow(**row) for row in session.execute(scoped(_CAMPAIGNS, actor)).mappings()]


MOST_TOLD = 100
"""What waits is counted so far: whoever has more than this knows that it is much."""

_LOOKED_AT = 500
"""Of each campaign so many of the latest words are looked at for some that nobody has read."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for an organizer, each at most `MOST_TOLD`.

    `held`: actions to review; `comments`: words to read before they are shown; `invitations`: not accepted yet.
    """

    held: int
    comments: int
    invitations: int


_WAITING = text(f"""
SELECT
    (SELECT count(*) FROM (
        SELECT FROM actions a WHERE a.is_held AND a.state IN ('waiting', 'held') AND {of_campaign("a.campaign_id")}
        LIMIT :most) h) AS held,
    (SELECT count(*) FROM (
        SELECT FROM campaigns c CROSS JOIN LATERAL (
            SELECT s.id FROM actions s
            WHERE s.campaign_id = c.id AND s.show_comment AND s.state = 'confirmed' AND s.is_counted
            ORDER BY s.id DESC LIMIT :looked_at) s
        WHERE {of_organization("c.organization_id")} AND NOT c.is_high_safety
            AND NOT EXISTS (SELECT FROM comment_reviews r WHERE r.action_id = s.id)
        LIMIT :most) w) AS comments,
    (SELECT count(*) FROM invitations i WHERE {of_organization("i.organization_id")}
        AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()) AS invitations
""")  # noqa: S608 - joined from constants


def count_waiting(session: Session, actor: Actor) -> Waiting:
    """Return how much waits for the actor's organizations; it costs the same however many have signed."""
    row = session.execute(scoped(_WAITING, actor), {"most": MOST_TOLD, "looked_at": _LOOKED_AT}).one()
    return Waiting(row.held, row.comments, min(row.invitations, MOST_TOLD))


@dataclass(frozen=True, slots=True)
class Dated:
    """What happens by itself: a campaign opens (`update` is None), or an update of it is published."""

    slug: str
    title: str
    update: UUID | None
    at: datetime
    timezone: str


_DATED = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title, CAST(NULL AS uuid) AS update, c.opens_at AS at,
    c.opens_zone AS timezone
FROM campaigns c WHERE c.opens_at IS NOT NULL AND {of_organization("c.organization_id")}
UNION ALL
SELECT c.slug, d.title ->> (c.languages ->> 0), d.public_id, d.publishes_at, d.publishes_zone
FROM update_drafts d JOIN campaigns c ON c.id = d.campaign_id
WHERE d.publishes_at IS NOT NULL AND {of_organization("c.organization_id")}
ORDER BY at LIMIT 20
""")  # noqa: S608 - joined from constants


def list_dated(session: Session, actor: Actor) -> list[Dated]:
    """Return what opens or is published by itself of the actor's organizations, soonest first."""
    return [Dated(**row) for row in session.execute(scoped(_DATED, actor)).mappings()]


_MEMBERS = text(f"""
SELECT m.public_id, a.name FROM memberships m JOIN accounts a ON a.id = m.account_id
WHERE {of_organization("m.organization_id")} AND (m.ends_at IS NULL OR m.ends_at > now()) ORDER BY a.name, a.id
""")  # noqa: S608 - joined from constants


def list_member_names(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Return who serves the actor's organizations now, by name: the membership's public id, and the name.

    Raises:
        ForbiddenError: the actor may not administer.
    """
    actor.require(Power.ADMINISTER)
    return [(row.public_id, row.name) for row in session.execute(scoped(_MEMBERS, actor))]
