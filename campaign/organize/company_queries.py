"""What organizers see of companies: in whose care, how their offices' addresses stand, what waits to go there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.kernel.scoping import of_organization, scoped
from campaign.outbox.mailboxes import NOTHING, RETURNED, MailboxState, find_mailbox_states
from campaign.targets.care import list_care
from campaign.targets.models import Company, Executive
from campaign.targets.offices import HELD
from campaign.targets.queries import get_company, list_company_executives


@dataclass(frozen=True)
class OfficeRow:
    """An office and how its mailbox stands."""

    public_id: UUID
    office: str
    address: str
    source: str
    checked_on: date | None
    state: MailboxState

    @property
    def has_returned(self) -> bool:
        """Whether a letter came back from there, or somebody there complained."""
        return any(reason in RETURNED.values() for reason in self.state.holds)

    @property
    def is_held(self) -> bool:
        """Whether those who have the care hold its letters."""
        return HELD in self.state.holds


@dataclass(frozen=True)
class CompanyRow:
    """A company in a list. `checked_on`: of the address whose check is the oldest; None where one was never checked."""

    slug: str
    name: str
    country: str
    timezone: str
    sector: str
    is_in_care: bool
    offices: Sequence[OfficeRow]

    @property
    def queued(self) -> int:
        """How many letters are due to its offices."""
        return sum(one.state.queued for one in self.offices)

    @property
    def returned(self) -> int:
        """How many of its offices returned a letter."""
        return sum(one.has_returned for one in self.offices)

    @property
    def held(self) -> int:
        """How many of its offices are held."""
        return sum(one.is_held for one in self.offices)

    @property
    def checked_on(self) -> date | None:
        """When the address was checked whose check is the oldest."""
        days = [one.checked_on for one in self.offices]
        return None if None in days or not days else min(day for day in days if day is not None)


def list_companies(session: Session, actor: Actor) -> list[CompanyRow]:
    """Return all companies, by name; those in the actor's care first."""
    in_care = {one.company for one in list_care(session, actor)}
    companies = session.scalars(select(Company).order_by(Company.name, Company.id)).all()
    offices: dict[int, list[Executive]] = {}
    for office in session.scalars(select(Executive).order_by(Executive.company_id, Executive.id)):
        offices.setdefault(office.company_id, []).append(office)
    states = find_mailbox_states(
        session, [(one.company_id, one.address) for several in offices.values() for one in several]
    )
    rows = [_row(company, offices.get(company.id, ()), states, in_care) for company in companies]
    return sorted(rows, key=lambda row: not row.is_in_care)


def get_company_row(session: Session, actor: Actor, slug: str) -> CompanyRow:
    """Return one company; raise `NotFoundError`."""
    company = get_company(session, slug)
    in_care = {one.company for one in list_care(session, actor)}
    offices = list_company_executives(session, company.id)
    states = find_mailbox_states(session, [(one.company_id, one.address) for one in offices])
    return _row(company, offices, states, in_care)


def _row(
    company: Company,
    offices: Sequence[Executive],
    states: dict[tuple[int, str], MailboxState],
    in_care: set[str],
) -> CompanyRow:
    rows = [
        OfficeRow(
            one.public_id,
            one.office,
            one.address,
            one.source,
            one.checked_on,
            states.get((one.company_id, one.address), NOTHING),
        )
        for one in offices
    ]
    is_in_care = company.slug in in_care
    return CompanyRow(company.slug, company.name, company.country, company.timezone, company.sector, is_in_care, rows)


@dataclass(frozen=True, slots=True)
class AddressedBy:
    """A campaign of one's own that addresses a company."""

    slug: str
    title: str


_ADDRESSED_BY = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title
FROM campaign_targets t JOIN campaigns c ON c.id = t.campaign_id JOIN companies k ON k.id = t.company_id
WHERE k.slug = :company AND {of_organization("c.organization_id")} ORDER BY title, c.id
""")  # noqa: S608 - joined from constants


def list_addressed_by(session: Session, actor: Actor, company: str) -> list[AddressedBy]:
    """Return the campaigns of the actor's organizations that address a company, by title."""
    return [AddressedBy(*row) for row in session.execute(scoped(_ADDRESSED_BY, actor), {"company": company})]


def list_company_names(session: Session) -> list[tuple[str, str]]:
    """Return slug and name of every company, by name."""
    return [(slug, name) for slug, name in session.execute(select(Company.slug, Company.name).order_by(Company.name))]
