"""The names of events, for the search of the organizers' side."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.kind import Findable
from campaign.kernel.actors import Actor
from campaign.kernel.scoping import of_organization, scoped

_NAMES = text(f"""
SELECT e.slug, coalesce(e.title ->> :language, e.title ->> (c.languages ->> 0)) AS title
FROM events e JOIN campaigns c ON c.id = e.campaign_id
WHERE {of_organization("c.organization_id")} ORDER BY e.id DESC
""")  # noqa: S608 - joined from constants


def list_findable(session: Session, actor: Actor, language: str) -> Sequence[Findable]:
    """Return the events of the actor's organizations by title, in a language as far as it is there; latest first."""
    rows = session.execute(scoped(_NAMES, actor), {"language": language})
    return [Findable(row.title, {"slug": row.slug}) for row in rows if row.title]
