"""Find what a file's slugs name: in the same file, else among what is stored. What is nowhere is told with its line."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaign.campaigns.models import Agreement, Organization
from campaign.content.errors import ContentError
from campaign.content.specs import Command, Content, LoadCampaign, Placed
from campaign.kernel.problems import Path
from campaign.targets.models import Company


def check_references(session: Session, content: Content) -> None:
    """Raise `ContentError` with every organization, agreement and company that is neither in the file nor stored."""
    known = {
        "organization": _known(session, content.organizations, Organization.slug),
        "agreement": _known(session, content.agreements, Agreement.slug),
        "company": _known(session, content.companies, Company.slug),
    }
    problems = [
        placed.problem(f"campaign {placed.command.slug}: there is no {kind} {slug!r}, here or in the database", *path)
        for placed in content.campaigns
        for kind, slug, path in references(placed.command)
        if slug not in known[kind]
    ]
    if problems:
        raise ContentError(problems)


def _known(session: Session, placed: Iterable[Placed[Command]], column: InstrumentedAttribute[str]) -> set[str]:
    return {one.command.slug for one in placed} | set(session.scalars(select(column)))


def references(campaign: LoadCampaign) -> Iterator[tuple[str, str, Path]]:
    """Yield what a campaign hangs on, as kind, slug and where in the campaign it is named."""
    yield "organization", campaign.save.organization, ("organization",)
    if campaign.save.agreement is not None:
        yield "agreement", campaign.save.agreement, ("agreement",)
    for index, standing in enumerate(campaign.standings or ()):
        yield "company", standing.company, ("companies", index, "company")
