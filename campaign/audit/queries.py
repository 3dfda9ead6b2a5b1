"""Reads the audit log, for owners and the operator."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import get_organization_id, of_organization, scoped


@dataclass(frozen=True, slots=True)
class AuditView:
    """One entry. `organization`: its slug, "(deleted)" where it is no more, None for the installation's own.

    `account`: the public id of the organizer who did it. `campaign`: the slug, where it was done to a campaign that is
    there; `person`: the name, where it was done to an organizer who is.
    """

    at: datetime
    who: str
    verb: str
    organization: str | None
    thing: str
    thing_id: str
    count: int
    changed: Sequence[str]
    account: UUID | None = None
    campaign: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries. `account`: of this organizer; `who`: of this name that has no account (the operator's, upkeep's).

    `verb`: of what was done; `since`, `until`: from the one instant on, before the other; `skip`: not so many latest.
    """

    account: UUID | None = None
    who: str | None = None
    verb: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    skip: int = 0


ALL = Which()


_ENTRIES = text(f"""
SELECT e.at, e.who, e.verb, CASE WHEN e.organization_id IS NOT NULL THEN coalesce(o.slug, '(deleted)') END
    AS organization, e.thing, e.thing_id, e.count, e.changed, e.account, c.slug AS campaign, a.name AS person
FROM audit_entries e LEFT JOIN organizations o ON o.id = e.organization_id
LEFT JOIN campaigns c ON e.thing = 'campaign' AND c.organization_id = e.organization_id
    AND CAST(c.public_id AS text) = e.thing_id
LEFT JOIN accounts a ON e.thing = 'member' AND CAST(a.public_id AS text) = e.thing_id
WHERE {of_organization("e.organization_id")}
  AND (CAST(:organization AS bigint) IS NULL OR e.organization_id = :organization)
  AND (CAST(:since AS timestamptz) IS NULL OR e.at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR e.at < :until)
  AND (CAST(:account AS uuid) IS NULL OR e.account = :account)
  AND (CAST(:who AS text) IS NULL OR (e.account IS NULL AND e.who = :who))
  AND (CAST(:verb AS text) IS NULL OR e.verb = :verb)
ORDER BY e.at DESC, e.id DESC LIMIT :most OFFSET :skip
""")  # noqa: S608 - joined from constants


def list_entries(
    session: Session,
    actor: Actor,
    *,
    organization: str | None = None,
    which: Which = ALL,
    most: int = 100,
) -> list[AuditView]:
    """Return the latest entries, newest first.

    Args:
        session: the caller's.
        actor: who asks; needs the power to administer.
        organization: the slug of whose; None for all that the actor may see.
        which: of these, which.
        most: at most so many.

    Raises:
        ForbiddenError: the actor may not administer. NotFoundError: there is no such organization.
    """
    actor.require(Power.ADMINISTER)
    whose = None if organization is None else get_organization_id(session, actor, organization)
    rows = session.execute(scoped(_ENTRIES, actor), {"organization": whose, "most": most} | asdict(which))
    return [AuditView(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Doers:
    """Who and what there is to choose from: organizers by their account, names without one, verbs."""

    accounts: Sequence[tuple[UUID, str]]
    names: Sequence[str]
    verbs: Sequence[str]


_WHO = text(f"""
SELECT e.account, coalesce(max(a.name), (array_agg(e.who ORDER BY e.id DESC))[1]) AS name
FROM audit_entries e LEFT JOIN accounts a ON a.public_id = e.account
WHERE {of_organization("e.organization_id")} AND e.organization_id = :organization
GROUP BY e.account, CASE WHEN e.account IS NULL THEN e.who END ORDER BY 2
""")  # noqa: S608 - joined from constants
_VERBS = text(f"""
SELECT DISTINCT e.verb FROM audit_entries e
WHERE {of_organization("e.organization_id")} AND e.organization_id = :organization ORDER BY 1
""")  # noqa: S608 - joined from constants


def list_doers(session: Session, actor: Actor, organization: str) -> Doers:
    """Return who did anything in an organization, and what was done, for a choice of it; raise as above."""
    actor.require(Power.ADMINISTER)
    whose = {"organization": get_organization_id(session, actor, organization)}
    people = session.execute(scoped(_WHO, actor), whose).all()
    verbs = session.scalars(scoped(_VERBS, actor), whose).all()
    return Doers(
        [(account, name) for account, name in people if account is not None],
        [name for account, name in people if account is None],
        verbs,
    )
