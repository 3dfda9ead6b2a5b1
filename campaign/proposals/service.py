"""Propose what shared rows are to hold; accept, refuse, withdraw.

A company or an agreement is decided on by the operator, or by whoever publishes for an organization that has its care;
what is new, by the operator. Nobody accepts what they proposed themselves: an address has two pairs of eyes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.saving import save_agreement
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import get_organization_id
from campaign.kernel.text import NAME_LENGTH, fault_of
from campaign.proposals.commands import Propose, command_of, content_of
from campaign.proposals.models import Proposal
from campaign.proposals.queries import check_offices, get_proposal_id, is_decider
from campaign.revisions.service import Edit
from campaign.targets.saving import Readdressed, save_company

MOST_OPEN = 500
"""So many proposals of one organization may wait at once: more is not read by anybody."""


@dataclass(frozen=True)
class Accepted:
    """What came of a proposal: the thing, and by office whose letters follow to a new address."""

    thing: str
    slug: str
    readdressed: Mapping[str, Readdressed] = field(default_factory=dict)


def propose(session: Session, actor: Actor, command: Propose) -> UUID:
    """Keep a proposal until it is decided; return its public id.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the organization is none of theirs.
        RefusedError: the note cannot be used (`note`), an office's address is another company's
            (`executives.….address`), or too many wait (`()`).
    """
    actor.require(Power.PUBLISH)
    organization_id = get_organization_id(session, actor, command.organization)
    fault = fault_of(command.note, NAME_LENGTH, one_line=True) if command.note else None
    if fault is not None:
        raise RefusedError(Problem(("note",), fault, {"most": NAME_LENGTH}))
    check_offices(session, command.what)
    waiting = select(func.count()).select_from(Proposal).where(Proposal.organization_id == organization_id)
    if (session.scalar(waiting.where(Proposal.state == "open")) or 0) >= MOST_OPEN:  # narrowed: it is in scope
        raise RefusedError(Problem((), "too_many_wait", {"most": MOST_OPEN}))
    row = Proposal(
        organization_id=organization_id,
        thing=command.thing,
        slug=command.what.slug,
        name=command.name,
        content=content_of(command.what),
        note=command.note,
        proposed_by=actor.name,
        proposed_account=actor.account,
    )
    session.add(row)
    session.flush()
    record(session, actor, "propose", Thing("proposal", row.public_id, organization_id))
    return row.public_id


def accept(session: Session, actor: Actor, public_id: UUID, edit: Edit) -> Accepted:
    """Carry out what is proposed, and remember who accepted it.

    Raises:
        NotFoundError: the actor neither made nor decides it. ForbiddenError: it is for others to decide, or their own.
        ConflictError: it is decided. RefusedError: an address has become another company's.

    Side effects: as of `save_company` or `save_agreement`, whose audit entry and revision name who accepts.
    """
    row = _to_decide(session, actor, public_id)
    if actor.account is not None and row.proposed_account == actor.account:
        raise ForbiddenError(f"{actor.name} may not accept what they proposed: it takes a second person")
    command = command_of(row.thing, row.slug, row.content)
    if isinstance(command, SaveAgreement):
        save_agreement(session, actor, command, edit)
        outcome = Accepted(row.thing, row.slug)
    else:
        saved = save_company(session, actor, command, edit)
        outcome = Accepted(row.thing, row.slug, saved.readdressed)
    _decide(session, actor, row, "accepted", edit.at)
    return outcome


def refuse(session: Session, actor: Actor, public_id: UUID, reason: str, at: datetime) -> None:
    """Refuse a proposal; its organization reads `reason`, one line.

    Raises:
        NotFoundError: the actor neither made nor decides it. ForbiddenError: it is for others to decide.
        ConflictError: it is decided. RefusedError: there is no reason, or it cannot be used (`reason`).
    """
    row = _to_decide(session, actor, public_id)
    reason = reason.strip()
    fault = fault_of(reason, NAME_LENGTH, one_line=True)
    if fault is not None:
        raise RefusedError(Problem(("reason",), fault, {"most": NAME_LENGTH}))
    row.reason = reason
    _decide(session, actor, row, "refused", at)


def withdraw(session: Session, actor: Actor, public_id: UUID, at: datetime) -> None:
    """Take a proposal of one's organization back.

    Raises:
        ForbiddenError: the actor may not publish, or it is another organization's. NotFoundError: as of `accept`.
        ConflictError: it is decided.
    """
    actor.require(Power.PUBLISH)
    row = _open(session, actor, public_id)
    if not actor.acts_for(row.organization_id):
        raise ForbiddenError(f"{actor.name} may not withdraw what another organization proposed")
    _decide(session, actor, row, "withdrawn", at)


def _to_decide(session: Session, actor: Actor, public_id: UUID) -> Proposal:
    actor.require(Power.PUBLISH)
    row = _open(session, actor, public_id)
    if not is_decider(session, actor, row.thing, row.slug):
        raise ForbiddenError(f"{actor.name} may not decide on {row.thing} {row.slug}: it is in others' care")
    return row


def _open(session: Session, actor: Actor, public_id: UUID) -> Proposal:
    """Return a proposal that is still to be decided, locked, so that nobody else decides it meanwhile."""
    proposal_id = get_proposal_id(session, actor, public_id)
    row = session.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)  # narrowed: found in scope
    if row is None:
        raise NotFoundError("there is no such proposal")
    if row.state != "open":
        raise ConflictError(f"this proposal is {row.state}")
    return row


def _decide(session: Session, actor: Actor, row: Proposal, state: str, at: datetime) -> None:
    row.state, row.decided_at, row.decided_by, row.content = state, at, actor.name, {}
    verb = {"accepted": "accept", "refused": "refuse", "withdrawn": "withdraw"}[state]
    record(session, actor, verb, Thing("proposal", row.public_id, row.organization_id))
