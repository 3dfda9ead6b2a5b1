"""Load a company and its offices, and set the pace at which each office's mailbox is written to."""

from sqlalchemy import select

from campaign.content.loading import Loading
from campaign.outbox.readdressing import readdress
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company, Executive
from campaign.targets.queries import find_company
from campaign.targets.service import pace_office


def apply_company(loading: Loading, spec: SaveCompany) -> None:
    """Add the company or bring it to what the file says; offices the file is silent about stay."""
    label = f"company {spec.slug}"
    company = find_company(loading.session, spec.slug)
    moved = False
    if company is None:
        company = Company(slug=spec.slug, **loading.marks, **spec.values)
        loading.session.add(company)
        loading.session.flush()
        loading.changes.say(label, "added")
    else:
        moved = "timezone" in loading.changes.bring(label, company, spec.values)
    offices = select(Executive).where(Executive.company_id == company.id)
    known = {executive.office: executive for executive in loading.session.scalars(offices)}
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
    if moved:
        for executive in known.values():
            pace_office(loading.session, executive, company.timezone, spec.letters_per_hour)


def _follow(loading: Loading, label: str, executive: Executive, old: str) -> None:
    """Let the letters that have not gone yet follow the office to its new address."""
    moved = readdress(
        loading.session, company_id=executive.company_id, executive_id=executive.id, old=old, new=executive.address
    )
    if moved:
        loading.changes.say(label, f"letters that have not gone yet follow to the new address: {moved}")
