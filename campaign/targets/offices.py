"""What is done with an office's letters and address, beside changing it: held, let go on, checked again.

    letters go ─ hold ─► held by those who have the care ─ resume ─► letters go
        └─ its mailbox returned a letter, or complained ─► held ─ resume, or a new address ─► letters go

A company that met the demand is held by its stance (`targets.service`), which nobody resumes here.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor
from campaign.kernel.errors import NotFoundError
from campaign.outbox.holds import hold, unhold
from campaign.outbox.mailboxes import RETURNED
from campaign.revisions.differences import Difference, bring
from campaign.revisions.service import Edit, lock, write_down
from campaign.targets.care import check_care
from campaign.targets.models import Company, Executive
from campaign.targets.queries import get_company

HELD = "office held"
"""The reason of a hold by those who have the care of a company."""


def get_office(session: Session, company: Company, public_id: UUID) -> Executive:
    """Return an office of a company; raise `NotFoundError`."""
    query = select(Executive).where(Executive.company_id == company.id, Executive.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("there is no such office")
    return found


def hold_office(session: Session, actor: Actor, company_slug: str, public_id: UUID) -> None:
    """Hold the letters to an office, those that are still to be written, too; nothing that waits is lost.

    Raises:
        ForbiddenError: the company is in others' care. NotFoundError: there is no such company or office.
    """
    company, office = _find(session, actor, company_slug, public_id)
    hold(session, company_id=company.id, mailbox=office.address, reason=HELD, by_whom="care")
    record(session, actor, "hold", Thing("office", office.public_id))


def resume_office(session: Session, actor: Actor, company_slug: str, public_id: UUID) -> None:
    """Let the letters to an office go on: what held its mailbox is over, a returned letter, too.

    Raises:
        ForbiddenError: the company is in others' care. NotFoundError: there is no such company or office.
    """
    company, office = _find(session, actor, company_slug, public_id)
    unhold(session, company_id=company.id, mailbox=office.address, reason=HELD)
    for reason in RETURNED.values():
        unhold(session, mailbox=office.address, reason=reason)
    record(session, actor, "resume", Thing("office", office.public_id))


def check_office(
    session: Session, actor: Actor, company_slug: str, public_id: UUID, edit: Edit, *, source: str, on: date
) -> None:
    """Note that somebody saw on a day that an office's address is right, and where.

    Raises:
        ForbiddenError: the company is in others' care. NotFoundError: there is no such company or office.
    """
    company, office = _find(session, actor, company_slug, public_id)
    lock(session, company)
    values = bring(office, {"source": source, "checked_on": on})
    differences = [Difference("offices", office.office, values=values)] if values else []
    write_down(session, actor, edit, Thing("company", company.public_id), differences, row_id=company.id)


def _find(session: Session, actor: Actor, company_slug: str, public_id: UUID) -> tuple[Company, Executive]:
    company = get_company(session, company_slug)
    check_care(session, actor, company)
    return company, get_office(session, company, public_id)
