"""Find what a file's slugs name: in the same file, else among what is stored. What is nowhere is told with its line."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns.models import Agreement, Organization
from campaign.content.errors import ContentError, Problem
from campaign.content.specs import CampaignSpec, Content, Reference
from campaign.targets.models import Company


def check_references(session: Session, content: Content) -> None:
    """Raise `ContentError` with every organization, agreement and company that is neither in the file nor stored."""
    known = {
        "organization": {spec.slug for spec in content.organizations} | set(session.scalars(select(Organization.slug))),
        "agreement": {spec.slug for spec in content.agreements} | set(session.scalars(select(Agreement.slug))),
        "company": {spec.slug for spec in content.companies} | set(session.scalars(select(Company.slug))),
    }
    problems = [
        Problem(reference.line, f"campaign {spec.slug}: there is no {kind} {reference.slug!r}, here or in the database")
        for spec, kind, reference in _references(content.campaigns)
        if reference.slug not in known[kind]
    ]
    if problems:
        raise ContentError(problems)


def _references(campaigns: Iterable[CampaignSpec]) -> Iterator[tuple[CampaignSpec, str, Reference]]:
    for spec in campaigns:
        yield spec, "organization", spec.organization
        if spec.agreement is not None:
            yield spec, "agreement", spec.agreement
        for standing in spec.standings or ():
            yield spec, "company", standing.company
