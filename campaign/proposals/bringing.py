"""Bring a company or an agreement to what an organizer says: at once what is theirs, as a proposal what takes others.

Who has the care of a company changes its name, zone and pace, and says that an address was checked; a new address of an
office takes a second person. Who has the care of an agreement changes it and its signatories. Who has no care proposes
all of it.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from campaign.campaigns.agreement_care import has_agreement_care
from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.queries import find_agreement, list_signatories
from campaign.campaigns.saving import save_agreement
from campaign.kernel.actors import Actor, Power
from campaign.proposals.commands import Propose
from campaign.proposals.queries import has_care
from campaign.proposals.service import propose
from campaign.revisions.service import Edit
from campaign.targets.commands import SaveCompany
from campaign.targets.queries import find_company, list_company_executives
from campaign.targets.saving import save_company

_COUNTED = {"signatories_count", "signatories_as_of"}


@dataclass(frozen=True)
class Plan:
    """What a command comes to. `at_once`: what is changed now; `proposed`: what waits for somebody else.

    Both are None where the company is so already.
    """

    at_once: SaveCompany | None
    proposed: SaveCompany | None
    is_new: bool = False


@dataclass(frozen=True)
class Brought:
    """What was done. `proposal`: the public id of what now waits."""

    is_changed: bool
    proposal: UUID | None


def plan_company(session: Session, actor: Actor, command: SaveCompany) -> Plan:
    """Return what a command would come to for this actor, who may be anybody; nothing is changed.

    Raises:
        ForbiddenError: the actor may not publish.
    """
    actor.require(Power.PUBLISH)
    company = find_company(session, command.slug)
    if company is None:
        return Plan(None, command, is_new=True)
    offices = {one.office: one for one in list_company_executives(session, company.id)}
    values = {name: value for name, value in command.values.items() if getattr(company, name) != value}
    moved, same, told = dict[str, str](), dict[str, str](), {}
    for office, address in command.offices.items():
        known, said = offices.get(office), command.office_values.get(office, {})
        if known is None or known.address != address:
            moved[office], told[office] = address, said
        elif differing := {name: value for name, value in said.items() if getattr(known, name) != value}:
            same[office], told[office] = address, differing
    if command.letters_per_hour is not None:
        same = {**{office: one.address for office, one in offices.items() if office not in moved}, **same}
    pace = command.letters_per_hour
    if not has_care(session, actor, command.slug):
        return Plan(None, _some(SaveCompany(command.slug, values, {**same, **moved}, pace, told)))
    told_now = {office: said for office, said in told.items() if office in same}
    told_then = {office: said for office, said in told.items() if office in moved}
    return Plan(
        _some(SaveCompany(command.slug, values, same, pace, told_now)),
        _some(SaveCompany(command.slug, {}, moved, None, told_then)),
    )


def _some(command: SaveCompany) -> SaveCompany | None:
    return command if command.values or command.offices else None


def bring_company(
    session: Session, actor: Actor, organization: str, command: SaveCompany, edit: Edit, *, note: str = ""
) -> Brought:
    """Do what `plan_company` says, for an organization (by slug) of the actor's.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the organization is none of theirs.
        RefusedError: as of `propose`.
    """
    plan = plan_company(session, actor, command)
    if plan.at_once is not None:
        save_company(session, actor, plan.at_once, edit)
    if plan.proposed is None:
        return Brought(plan.at_once is not None, None)
    company = find_company(session, command.slug)
    name = company.name if company is not None else str(command.values["name"])
    return Brought(plan.at_once is not None, propose(session, actor, Propose(organization, plan.proposed, name, note)))


def plan_agreement(session: Session, command: SaveAgreement) -> SaveAgreement | None:
    """Return what of a command is not so yet; None where all is. Nothing is changed.

    Signatories without a year leave the one that is known.
    """
    agreement = find_agreement(session, command.slug)
    if agreement is None:
        return command
    values = {name: value for name, value in command.values.items() if getattr(agreement, name) != value}
    if values.keys() & _COUNTED:
        # What is counted and as of when are said together, or neither.
        values |= {name: command.values[name] for name in _COUNTED & command.values.keys()}
    known = {one.name: one.since for one in list_signatories(session, agreement.id)}
    signed = {
        name: since
        for name, since in command.signatories.items()
        if name not in known or (since is not None and since != known[name])
    }
    gone = [name for name in command.gone if name in known]
    return SaveAgreement(command.slug, values, signed, gone) if values or signed or gone else None


def bring_agreement(
    session: Session, actor: Actor, organization: str, command: SaveAgreement, edit: Edit, *, note: str = ""
) -> Brought:
    """Bring an agreement to what a command says, or propose that, for an organization (by slug) of the actor's.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the organization is none of theirs.
        RefusedError: as of `propose`.
    """
    actor.require(Power.PUBLISH)
    left = plan_agreement(session, command)
    if left is None:
        return Brought(is_changed=False, proposal=None)
    if has_agreement_care(session, actor, command.slug):
        save_agreement(session, actor, left, edit)
        return Brought(is_changed=True, proposal=None)
    agreement = find_agreement(session, command.slug)
    name = agreement.name if agreement is not None else str(command.values["name"])
    return Brought(is_changed=False, proposal=propose(session, actor, Propose(organization, left, name, note)))
