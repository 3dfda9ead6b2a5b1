"""Load a company and its offices, and set the pace at which each office's mailbox is written to."""

from sqlalchemy import select

from campaign.content.loading import Loading
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.readdressing import readdress
from campaign.outbox.service import DEFAULT_PER_HOUR_MAILBOX
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company, Executive
from campaign.targets.queries import find_company

DEMO_LETTERS_PER_HOUR = 3600
"""The same for demonstration companies, at all hours. Source: docs/delivery.md, "Pace"."""


def apply_company(loading: Loading, spec: SaveCompany) -> None:
    """Add the company or bring it to what the file says; offices the file is silent about stay."""
    label = f"company {spec.slug}"
    company = find_company(loading.session, spec.slug)
    moved = False
    if company is None:
        company = Company(slug=spec.slug, is_demo=loading.is_demo, **spec.values)
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
            executive = Executive(company_id=company.id, office=office, address=address, is_demo=loading.is_demo)
            loading.session.add(executive)
            loading.changes.say(label, f"{office} added")
            is_new = True
        else:
            old = executive.address
            is_new = bool(loading.changes.bring(f"{label}, {office}", executive, {"address": address}))
            if is_new:
                _follow(loading, f"{label}, {office}", executive, old)
        if is_new or moved or spec.letters_per_hour is not None:
            _set_pace(loading, company, executive, spec.letters_per_hour)
    if moved:
        for executive in known.values():
            _set_pace(loading, company, executive, spec.letters_per_hour)


def _follow(loading: Loading, label: str, executive: Executive, old: str) -> None:
    """Let the letters that have not gone yet follow the office to its new address."""
    moved = readdress(
        loading.session, company_id=executive.company_id, executive_id=executive.id, old=old, new=executive.address
    )
    if moved:
        loading.changes.say(label, f"letters that have not gone yet follow to the new address: {moved}")


def _set_pace(loading: Loading, company: Company, executive: Executive, letters_per_hour: int | None) -> None:
    # An office added to a demonstration company by its operator may be real: it gets a real office's hours.
    set_mailbox_pace(
        loading.session,
        executive.address,
        per_hour=DEMO_LETTERS_PER_HOUR if executive.is_demo else letters_per_hour or DEFAULT_PER_HOUR_MAILBOX,
        timezone=company.timezone,
        is_always_open=executive.is_demo,
    )
