"""Reads the audit log, for owners and the operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import get_organization_id, of_organization, scoped


@dataclass(frozen=True, slots=True)
class AuditView:
    """One entry. `organization`: its slug, "(deleted)" where it is no more, None for the installation's own."""

    at: datetime
    who: str
    verb: str
    organization: str | None
    thing: str
    thing_id: str
    count: int
    changed: Sequence[str]


_ENTRIES = text(f"""
SELECT e.at, e.who, e.verb, CASE WHEN e.organization_id IS NOT NULL THEN coalesce(o.slug, '(deleted)') END
    AS organization, e.thing, e.thing_id, e.count, e.changed
FROM audit_entries e LEFT JOIN organizations o ON o.id = e.organization_id
WHERE {of_organization("e.organization_id")}
  AND (CAST(:organization AS bigint) IS NULL OR e.organization_id = :organization)
  AND (CAST(:since AS timestamptz) IS NULL OR e.at >= :since)
ORDER BY e.at DESC, e.id DESC LIMIT :most
""")  # noqa: S608 - joined from constants


def list_entries(
    session: Session,
    actor: Actor,
    *,
    organization: str | None = None,
    since: datetime | None = None,
    most: int = 100,
) -> list[AuditView]:
    """Return the latest entries, newest first.

    Args:
        session: the caller's.
        actor: who asks; needs the power to administer.
        organization: the slug of whose; None for all that the actor may see.
        since: from when on (aware), or None.
        most: at most so many.

    Raises:
        ForbiddenError: the actor may not administer. NotFoundError: there is no such organization.
    """
    actor.require(Power.ADMINISTER)
    whose = None if organization is None else get_organization_id(session, actor, organization)
    rows = session.execute(scoped(_ENTRIES, actor), {"organization": whose, "since": since, "most": most})
    return [AuditView(*row) for row in rows]
