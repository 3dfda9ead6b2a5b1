"""Read proposals: those of one's organizations, and those that one may decide on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from campaign.campaigns.agreement_care import has_agreement_care
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import of_organization, scoped
from campaign.proposals.commands import Proposed
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company, CompanyCare
from campaign.targets.queries import find_company, find_office_at

_MOST = 500
_KEPT = 90  # days after which a decided proposal goes

_IN_CARE = f"""(EXISTS (SELECT FROM company_care k JOIN companies c ON c.id = k.company_id
    WHERE p.thing = 'company' AND c.slug = p.slug AND {of_organization("k.organization_id")})
    OR EXISTS (SELECT FROM agreement_care k JOIN agreements a ON a.id = k.agreement_id
    WHERE p.thing = 'agreement' AND a.slug = p.slug AND {of_organization("k.organization_id")}))"""  # noqa: S608 - joined from constants

_THEIRS = f"""
SELECT p.id, p.public_id, p.thing, p.slug, p.name, p.content, p.note, p.state, p.reason, p.proposed_by,
    p.proposed_account, p.decided_by, p.decided_at, p.created_at, o.name AS organization,
    {of_organization("p.organization_id")} AS is_own, {_IN_CARE} AS is_in_care
FROM proposals p JOIN organizations o ON o.id = p.organization_id
WHERE ({of_organization("p.organization_id")} OR {_IN_CARE})
"""  # noqa: S608 - joined from constants

_LIST = text(f"{_THEIRS} AND (p.state = 'open') = :is_open ORDER BY p.id DESC LIMIT :most")
_GET = text(f"{_THEIRS} AND p.public_id = :public_id")


@dataclass(frozen=True)
class ProposalView:
    """A proposal as one who may read it sees it.

    `proposed_by`: who of the actor's own organization; of another one its name is enough. `may_decide`: whether it is
    theirs to refuse, and, unless `is_mine`, to accept.
    """

    public_id: UUID
    thing: str
    slug: str
    name: str
    organization: str
    content: Mapping[str, Any]
    note: str
    state: str
    reason: str
    proposed_by: str
    decided_at: datetime | None
    created_at: datetime
    is_own: bool
    is_mine: bool
    may_decide: bool


def list_proposals(session: Session, actor: Actor, *, is_open: bool = True) -> Sequence[ProposalView]:
    """Return proposals that wait, or those that were decided lately; the latest first.

    Raises:
        ForbiddenError: the actor may not publish.
    """
    actor.require(Power.PUBLISH)
    rows = session.execute(scoped(_LIST, actor), {"is_open": is_open, "most": _MOST}).mappings()
    return [_view(actor, dict(row)) for row in rows]


def get_proposal(session: Session, actor: Actor, public_id: UUID) -> ProposalView:
    """Return one that the actor made or decides on; raise `NotFoundError`.

    Raises:
        ForbiddenError: the actor may not publish.
    """
    actor.require(Power.PUBLISH)
    row = session.execute(scoped(_GET, actor), {"public_id": public_id}).mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such proposal")
    return _view(actor, dict(row))


def get_proposal_id(session: Session, actor: Actor, public_id: UUID) -> int:
    """Return the id of one that the actor made or decides on; raise `NotFoundError`."""
    found = session.scalar(scoped(_GET, actor), {"public_id": public_id})
    if found is None:
        raise NotFoundError("there is no such proposal")
    return int(found)


def _view(actor: Actor, row: Mapping[str, Any]) -> ProposalView:
    return ProposalView(
        public_id=row["public_id"],
        thing=row["thing"],
        slug=row["slug"],
        name=row["name"],
        organization=row["organization"],
        content=row["content"],
        note=row["note"],
        state=row["state"],
        reason=row["reason"],
        proposed_by=row["proposed_by"] if row["is_own"] else "",
        decided_at=row["decided_at"],
        created_at=row["created_at"],
        is_own=row["is_own"],
        is_mine=actor.account is not None and row["proposed_account"] == actor.account,
        may_decide=actor.is_operator or row["is_in_care"],
    )


def is_decider(session: Session, actor: Actor, thing: str, slug: str) -> bool:
    """Whether the actor decides on proposals about a thing: the operator does, and who has its care."""
    if actor.is_operator:
        return True
    return (has_care if thing == "company" else has_agreement_care)(session, actor, slug)


def has_care(session: Session, actor: Actor, slug: str) -> bool:
    """Whether an organization of the actor's has the care of the company of this slug; the operator has of all."""
    if actor.is_operator:
        return find_company(session, slug) is not None
    company = exists().where(Company.id == CompanyCare.company_id, Company.slug == slug)
    query = select(CompanyCare.company_id).where(company)
    return session.scalar(scoped(query, actor).limit(1)) is not None


def check_offices(session: Session, command: Proposed) -> None:
    """Refuse an address that is another company's office's, now rather than when it is accepted."""
    if not isinstance(command, SaveCompany):
        return
    company = find_company(session, command.slug)
    for place, address in enumerate(command.offices.values()):
        other = find_office_at(session, address, but=company.id if company else None)
        if other is not None:
            names = {"address": address, "office": other.office, "company": other.company.name}
            raise RefusedError(Problem(("executives", place, "address"), "office_taken", names))


_PURGE = text("""
DELETE FROM proposals WHERE id = ANY(ARRAY(
    SELECT id FROM proposals WHERE decided_at < now() - make_interval(days => :kept) ORDER BY decided_at LIMIT :most))
RETURNING id
""")


def purge_decided(session: Session, most: int = 1_000) -> int:
    """Delete `most` of the proposals that were decided ninety days ago; return how many."""
    return len(session.execute(_PURGE, {"kept": _KEPT, "most": most}).all())
