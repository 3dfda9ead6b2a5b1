"""Whose care a company is in: who, beside the installation's operator, may change it and its offices.

Companies, offices and agreements are shared rows: every organization's campaigns address them, and everybody reads
them. Organizations may be given the care of a company; whoever publishes for one of these may change it.

Source: docs/adr/0035-who-acts-for-whom.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ForbiddenError
from campaign.kernel.scoping import get_organization_id, of_organization, scoped
from campaign.targets.models import Company, CompanyCare
from campaign.targets.queries import get_company

_CARE = text(f"""
SELECT c.slug AS company, o.slug AS organization
FROM company_care k JOIN companies c ON c.id = k.company_id JOIN organizations o ON o.id = k.organization_id
WHERE {of_organization("k.organization_id")} ORDER BY c.slug, o.slug
""")  # noqa: S608 - joined from constants


@dataclass(frozen=True, slots=True)
class Care:
    """That an organization has the care of a company; both by slug."""

    company: str
    organization: str


def list_care(session: Session, actor: Actor) -> Sequence[Care]:
    """Return which companies are in the care of the actor's organizations, by company, then organization."""
    return [Care(*row) for row in session.execute(scoped(_CARE, actor))]


def give_care(session: Session, actor: Actor, *, company: str, organization: str) -> bool:
    """Give an organization the care of a company, both by slug; return False where it has it already.

    Raises:
        ForbiddenError: the actor is not the operator. NotFoundError: there is no such company or organization.
    """
    actor.require_operator("give the care of a company")
    keys = _find(session, actor, company, organization)
    row = insert(CompanyCare).values(keys.columns).on_conflict_do_nothing().returning(CompanyCare.company_id)
    is_new = session.scalar(row) is not None
    if is_new:
        record(session, actor, "give_care", keys.thing)
    return is_new


def end_care(session: Session, actor: Actor, *, company: str, organization: str) -> bool:
    """Take the care of a company back from an organization, both by slug; return False where it did not have it.

    Raises:
        ForbiddenError: the actor is not the operator. NotFoundError: there is no such company or organization.
    """
    actor.require_operator("take the care of a company back")
    keys = _find(session, actor, company, organization)
    row = delete(CompanyCare).filter_by(**keys.columns).returning(CompanyCare.company_id)
    was_there = session.scalar(row) is not None
    if was_there:
        record(session, actor, "end_care", keys.thing)
    return was_there


def check_care(session: Session, actor: Actor, company: Company) -> None:
    """Raise `ForbiddenError` unless the actor is the operator, or publishes for an organization that has the care."""
    actor.require(Power.PUBLISH)
    query = select(CompanyCare.company_id).where(CompanyCare.company_id == company.id)
    if not actor.is_operator and session.scalar(scoped(query, actor).limit(1)) is None:
        raise ForbiddenError(f"{actor.name} may not change company {company.slug}: it is in others' care")


@dataclass(frozen=True, slots=True)
class _Keys:
    columns: dict[str, int]
    thing: Thing


def _find(session: Session, actor: Actor, company_slug: str, organization_slug: str) -> _Keys:
    company = get_company(session, company_slug)
    organization_id = get_organization_id(session, actor, organization_slug)
    return _Keys(
        {"organization_id": organization_id, "company_id": company.id},
        Thing("company", company.public_id, organization_id=organization_id),
    )
