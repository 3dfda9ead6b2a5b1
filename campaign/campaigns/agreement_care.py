"""Whose care an agreement is in: who, beside the installation's operator, may change it and its signatories.

As of companies (`campaign.targets.care`): agreements are shared rows, which everybody reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.models import Agreement, AgreementCare
from campaign.campaigns.queries import find_agreement, get_agreement
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ForbiddenError
from campaign.kernel.scoping import get_organization_id, of_organization, scoped

_CARE = text(f"""
SELECT a.slug AS agreement, o.slug AS organization
FROM agreement_care k JOIN agreements a ON a.id = k.agreement_id JOIN organizations o ON o.id = k.organization_id
WHERE {of_organization("k.organization_id")} ORDER BY a.slug, o.slug
""")  # noqa: S608 - joined from constants


@dataclass(frozen=True, slots=True)
class AgreementInCare:
    """That an organization has the care of an agreement; both by slug."""

    agreement: str
    organization: str


def list_agreement_care(session: Session, actor: Actor) -> Sequence[AgreementInCare]:
    """Return which agreements are in the care of the actor's organizations, by agreement, then organization."""
    return [AgreementInCare(*row) for row in session.execute(scoped(_CARE, actor))]


def give_agreement_care(session: Session, actor: Actor, *, agreement: str, organization: str) -> bool:
    """Give an organization the care of an agreement, both by slug; return False where it has it already.

    Raises:
        ForbiddenError: the actor is not the operator. NotFoundError: there is no such agreement or organization.
    """
    actor.require_operator("give the care of an agreement")
    row = get_agreement(session, agreement)
    owner = get_organization_id(session, actor, organization)
    values = {"organization_id": owner, "agreement_id": row.id}
    given = insert(AgreementCare).values(values).on_conflict_do_nothing().returning(AgreementCare.agreement_id)
    is_new = session.scalar(given) is not None
    if is_new:
        record(session, actor, "give_care", Thing("agreement", row.slug, owner))
    return is_new


def end_agreement_care(session: Session, actor: Actor, *, agreement: str, organization: str) -> bool:
    """Take the care of an agreement back from an organization, both by slug; return False where it did not have it.

    Raises:
        ForbiddenError: the actor is not the operator. NotFoundError: there is no such agreement or organization.
    """
    actor.require_operator("take the care of an agreement back")
    row = get_agreement(session, agreement)
    owner = get_organization_id(session, actor, organization)
    ended = delete(AgreementCare).filter_by(organization_id=owner, agreement_id=row.id)
    was_there = session.scalar(ended.returning(AgreementCare.agreement_id)) is not None
    if was_there:
        record(session, actor, "end_care", Thing("agreement", row.slug, owner))
    return was_there


def has_agreement_care(session: Session, actor: Actor, slug: str) -> bool:
    """Whether an organization of the actor's has the care of the agreement of this slug; the operator has of all."""
    if actor.is_operator:
        return find_agreement(session, slug) is not None
    known = exists().where(Agreement.id == AgreementCare.agreement_id, Agreement.slug == slug)
    query = select(AgreementCare.agreement_id).where(known)
    return session.scalar(scoped(query, actor).limit(1)) is not None


def check_agreement_care(session: Session, actor: Actor, agreement: Agreement) -> None:
    """Raise `ForbiddenError` unless the actor is the operator, or publishes for an organization that has the care."""
    actor.require(Power.PUBLISH)
    if not has_agreement_care(session, actor, agreement.slug):
        raise ForbiddenError(f"{actor.name} may not change agreement {agreement.slug}: it is in others' care")
