"""What the organizers' pages show of everything, as plain values. One query a question, each narrowed to who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.kernel.scoping import of_organization, scoped


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
        """How many signed since the day before ended."""
        return None if self.yesterday is None else self.confirmed - self.yesterday


_CAMPAIGNS = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title, c.status, c.is_high_safety, c.languages, t.confirmed, c.goal,
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
