"""What organizers see of agreements: in whose care, how many signed as of when, who of them is known by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaign.campaigns.agreement_care import list_agreement_care
from campaign.campaigns.models import Agreement, Signatory
from campaign.campaigns.queries import get_agreement, list_agreements, list_signatories
from campaign.kernel.actors import Actor
from campaign.kernel.scoping import of_organization, scoped


@dataclass(frozen=True)
class AgreementRow:
    """An agreement. `known`: how many of its signatories are known by name."""

    slug: str
    name: str
    since: int | None
    signatories_count: int | None
    signatories_as_of: date | None
    is_in_care: bool
    known: int


@dataclass(frozen=True)
class Signed:
    """A company that signed: its name, and the year, where it is known."""

    name: str
    since: int | None


def list_agreement_rows(session: Session, actor: Actor) -> list[AgreementRow]:
    """Return all agreements, by name; those in the actor's care first."""
    query = select(Signatory.agreement_id, func.count()).group_by(Signatory.agreement_id)
    counts = {agreement_id: int(count) for agreement_id, count in session.execute(query)}
    in_care = _in_care(session, actor)
    rows = [_row(one, in_care, counts.get(one.id, 0)) for one in list_agreements(session)]
    return sorted(rows, key=lambda row: not row.is_in_care)


def get_agreement_row(session: Session, actor: Actor, slug: str) -> tuple[AgreementRow, Sequence[Signed]]:
    """Return one agreement with its signatories, by year, then name; raise `NotFoundError`."""
    agreement = get_agreement(session, slug)
    signed = [Signed(one.name, one.since) for one in list_signatories(session, agreement.id)]
    return _row(agreement, _in_care(session, actor), len(signed)), signed


def _in_care(session: Session, actor: Actor) -> set[str]:
    return {one.agreement for one in list_agreement_care(session, actor)}


def _row(agreement: Agreement, in_care: set[str], known: int) -> AgreementRow:
    return AgreementRow(
        agreement.slug,
        agreement.name,
        agreement.since,
        agreement.signatories_count,
        agreement.signatories_as_of,
        agreement.slug in in_care,
        known,
    )


@dataclass(frozen=True, slots=True)
class WantedBy:
    """A campaign of one's own that wants an agreement signed."""

    slug: str
    title: str


_WANTED_BY = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title
FROM campaigns c JOIN agreements a ON a.id = c.agreement_id
WHERE a.slug = :agreement AND {of_organization("c.organization_id")} ORDER BY title, c.id
""")  # noqa: S608 - joined from constants


def list_wanted_by(session: Session, actor: Actor, agreement: str) -> list[WantedBy]:
    """Return the campaigns of the actor's organizations that want an agreement signed, by title."""
    return [WantedBy(*row) for row in session.execute(scoped(_WANTED_BY, actor), {"agreement": agreement})]
