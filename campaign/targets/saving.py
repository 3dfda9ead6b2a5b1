"""Bring companies, and whom a campaign addresses, to what a command says, whichever door it comes by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError, UnknownNameError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import lock_campaign, scoped
from campaign.outbox.readdressing import readdress
from campaign.revisions.differences import NO_MARKS, Difference, Marks, Saved, added, bring, take_columns
from campaign.revisions.service import Edit, lock, write_down
from campaign.targets.care import check_care
from campaign.targets.commands import SaveCompany, TakesStance
from campaign.targets.models import CampaignTarget, Company, Executive
from campaign.targets.queries import find_company, find_office_at, find_stance, list_company_executives
from campaign.targets.service import pace_office, record_stance, touch_campaign


@dataclass(frozen=True, slots=True)
class Readdressed:
    """An office whose address changed, and how many letters that have not gone yet follow it there."""

    old: str
    new: str
    letters_count: int


@dataclass(frozen=True)
class SavedCompany(Saved[Company]):
    """What a command made of a company. `readdressed`: by office, for whoever saves it and for no history."""

    readdressed: Mapping[str, Readdressed]


def save_company(
    session: Session, actor: Actor, command: SaveCompany, edit: Edit, marks: Marks = NO_MARKS
) -> SavedCompany:
    """Add the company, or bring it to what the command says; offices that it is silent about stay.

    Raises:
        ForbiddenError: it is new, or in others' care, and the actor is not the operator.
        RefusedError: an office's address is one of another company's.

    Side effects: the pace of its offices' mailboxes; letters that have not gone yet follow an office's new address.
    """
    company = find_company(session, command.slug)
    verb, differences = "change", list[Difference]()
    is_moved = False
    if company is None:
        actor.require_operator("add a company")
        verb = "add"
        company = Company(slug=command.slug, **marks, **command.values)
        session.add(company)
        session.flush()
        differences.append(Difference(is_new=True, values=added(take_columns(company))))
    else:
        check_care(session, actor, company)
        lock(session, company)
        if values := bring(company, command.values):
            differences.append(Difference(values=values))
            is_moved = "timezone" in values
    offices, readdressed = _save_offices(session, company, command, marks)
    changed = {one.name for one in offices}
    for executive in list_company_executives(session, company.id):
        is_paced = executive.office in command.offices and command.letters_per_hour is not None
        if is_moved or is_paced or executive.office in changed:
            pace_office(session, executive, company.timezone, command.letters_per_hour)
    differences += offices
    write_down(session, actor, edit, Thing("company", company.public_id), differences, row_id=company.id, verb=verb)
    return SavedCompany(company, differences, readdressed)


def _save_offices(
    session: Session, company: Company, command: SaveCompany, marks: Marks
) -> tuple[list[Difference], dict[str, Readdressed]]:
    known = {executive.office: executive for executive in list_company_executives(session, company.id)}
    differences, readdressed = list[Difference](), {}
    for place, (office, address) in enumerate(command.offices.items()):
        executive, told = known.get(office), command.office_values.get(office, {})
        if executive is None or executive.address != address:
            _check_free(session, company, address, place)
        if executive is None:
            session.add(Executive(company_id=company.id, office=office, address=address, **told, **marks))
            differences.append(Difference("offices", office, is_new=True))
            continue
        old = executive.address
        if not (values := bring(executive, {"address": address, **told})):
            continue
        differences.append(Difference("offices", office, values=values))
        if "address" in values:
            count = readdress(session, company_id=company.id, executive_id=executive.id, old=old, new=address)
            readdressed[office] = Readdressed(old, address, count)
    return differences, readdressed


def _check_free(session: Session, company: Company, address: str, place: int) -> None:
    """Refuse an address of another company's office: what its supporters write would reach the wrong one."""
    other = find_office_at(session, address, but=company.id)
    if other is not None:
        names = {"address": address, "office": other.office, "company": other.company.name}
        raise RefusedError(Problem(("executives", place, "address"), "office_taken", names))


def _is_told(session: Session, campaign_id: int, company: Company, standing: TakesStance) -> bool:
    """Whether a stance whose day was told in days ago is the present one already, word by word."""
    present = find_stance(session, campaign_id, company.id) if standing.is_counted else None
    return present is not None and (present.stance, present.evidence) == (standing.stance, dict(standing.evidence))


def address_companies(
    session: Session, actor: Actor, campaign_id: int, standings: Sequence[TakesStance], edit: Edit
) -> list[Difference]:
    """Let a campaign address exactly these companies, in this order, and record where they stand, where it is said.

    Where a company stood stays on record also when it is no longer addressed.

    Returns:
        What differs: `companies`, and `stances` of them, each by the company's slug.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        UnknownNameError: there is no such company.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    query = select(CampaignTarget).where(CampaignTarget.campaign_id == campaign_id)
    known = {target.company_id: target for target in session.scalars(scoped(query, actor))}
    differences = list[Difference]()
    for position, standing in enumerate(standings):
        company = find_company(session, standing.company)
        if company is None:
            problem = Problem(("companies", position, "company"), "no_company", {"given": standing.company})
            raise UnknownNameError(problem)
        target = known.pop(company.id, None)
        if target is None:
            row = CampaignTarget(campaign_id=campaign_id, company_id=company.id, position=position, **standing.asked)
            session.add(row)
            differences.append(Difference("companies", company.slug, is_new=True, values=added(standing.asked)))
        elif values := bring(target, {"position": position, **standing.asked}):
            differences.append(Difference("companies", company.slug, values=values))
        if _is_told(session, campaign_id, company, standing):
            continue
        if standing.stance is not None and standing.as_of is not None:
            stance = record_stance(
                session,
                actor,
                edit,
                campaign_id=campaign_id,
                company_id=company.id,
                stance=standing.stance,
                as_of=standing.as_of,
                evidence=standing.evidence,
            )
            differences += [stance] if stance else []
    for target in known.values():
        differences.append(Difference("companies", session.get_one(Company, target.company_id).slug, is_gone=True))
        session.delete(target)
    if addressed := [one for one in differences if one.part == "companies"]:
        touch_campaign(session, actor, edit, campaign_id)
        thing = Thing("campaign", campaign_id=campaign_id)
        write_down(session, actor, edit, thing, addressed, row_id=campaign_id)
    return differences
