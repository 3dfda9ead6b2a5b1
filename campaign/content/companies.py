"""Load a company and its offices, and set the pace at which each office's mailbox is written to."""

from sqlalchemy import select

from campaign.audit.service import Thing
from campaign.content.loading import Loading
from campaign.outbox.readdressing import readdress
from campaign.targets.care import check_care
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company, Executive
from campaign.targets.queries import find_company
from campaign.targets.service import pace_office


def apply_company(loading: Loading, spec: SaveCompany) -> None:
    """Add the company or bring it to what the file says; offices the file is silent about stay.

    Raises:
        ForbiddenError: it is new, or in others' care, and the actor is not the operator.
    """
    label = f"company {spec.slug}"
    said = len(loading.changes.lines)
    company = find_company(loading.session, spec.slug)
    verb, changed = "change", set[str]()
    if company is None:
        loading.actor.require_operator("add a company")
        verb = "add"
        company = Company(slug=spec.slug, **loading.marks, **spec.values)
        loading.session.add(company)
        loading.session.flush()
        loading.changes.say(label, "added")
    else:
        check_care(loading.session, loading.actor, company)
        changed = loading.changes.bring(label, company, spec.values)
    moved = "timezone" in changed
    offices = select(Executive).where(Executive.company_id == company.id)
    known = {executive.office: executive for executive in loading.session.scalars(offices)}
    said_of_itself = len(loading.changes.lines)
    for office, address in spec.offices.items():
        executive = known.pop(office, None)
        if executive is None:
            executive = Executive(company_id=company.id, office=office, address=address, **loading.marks)
            loading.session.add(executive)
            loading.changes.say(label, f"{office} added")
            is_new = True
        else:
            old = executive.address
            is_new = bool(loading.changes.bring(f"{label}, {office}", executive, {"address": address}))
            if is_new:
                _follow(loading, f"{label}, {office}", executive, old)
        if is_new or moved or spec.letters_per_hour is not None:
            pace_office(loading.session, executive, company.timezone, spec.letters_per_hour)
    if len(loading.changes.lines) > said_of_itself:
        changed.add("offices")
    if moved:
        for executive in known.values():
            pace_office(loading.session, executive, company.timezone, spec.letters_per_hour)
    if len(loading.changes.lines) > said:
        loading.record(verb, Thing("company", company.public_id, changed=changed))


def _follow(loading: Loading, label: str, executive: Executive, old: str) -> None:
    """Let the letters that have not gone yet follow the office to its new address."""
    moved = readdress(
        loading.session, company_id=executive.company_id, executive_id=executive.id, old=old, new=executive.address
    )
    if moved:
        loading.changes.say(label, f"letters that have not gone yet follow to the new address: {moved}")
