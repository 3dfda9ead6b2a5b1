"""What a company is as a thing that is edited: how its history is found."""

from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.revisions.histories import FROM_A_FILE, Edited, Found
from campaign.targets.care import check_care
from campaign.targets.queries import get_company


def _find_company(session: Session, actor: Actor, slug: str) -> Found:
    """Return the company, for who may change it: everybody reads companies, but not who else changed one."""
    company = get_company(session, slug)
    check_care(session, actor, company)
    return Found(company.id, company.timezone)


COMPANY = Edited("company", _find_company, FROM_A_FILE)
