"""The demonstration: load what is missing of it, and take back what it loaded.

Everything it adds is marked `is_demo`. Loading again adds what is missing and touches nothing that is there: an
operator's edits and statuses stay. A demonstration campaign never addresses a company that is not of the demonstration,
because that company's executives may be real.
"""

from dataclasses import replace
from datetime import datetime
from importlib.resources import files

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.models import Agreement, Campaign, OldSlug, Organization
from campaign.campaigns.saving import HasActions
from campaign.campaigns.service import forget_holds
from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.references import references
from campaign.content.sections import Brought, Section, sections_of
from campaign.content.service import load
from campaign.content.specs import CampaignsOwn, Content, Placed
from campaign.kernel.actors import Actor
from campaign.targets.models import Company, Executive
from campaign.targets.service import forget_company_holds

Demonstrable = Campaign | Company | Agreement | Organization


def load_demo(
    session: Session, actor: Actor, now: datetime, has_actions: HasActions, brought: Brought = ()
) -> list[str]:
    """Load what is missing of the demonstration; return what was added, counted, and what was left out.

    Raises:
        ForbiddenError: the actor is not the operator.
    """
    actor.require_operator("load the demonstration")
    raw = files("campaign.campaigns").joinpath("demo.yml").read_bytes()
    loading = Loading(session, actor, now, has_actions, marks={"is_demo": True})
    content, refused = _what_is_missing(session, read_content(raw, now, brought))
    content = replace(content, more={section.name: _due(loading, section, content) for section in sections_of(brought)})
    load(loading, content, brought)
    return _counted(content) + refused


def _counted(content: Content) -> list[str]:
    """Say how much was added; line by line it would bury what the operator's terminal shows at the first start."""
    sizes = {
        "organizations": len(content.organizations),
        "agreements": len(content.agreements),
        "companies": len(content.companies),
        "campaigns": len(content.campaigns),
        **{name: len(specs) for name, specs in content.more.items()},
    }
    return [f"{name}: {size} added" for name, size in sizes.items() if size]


def clear_demo(session: Session, actor: Actor) -> list[str]:
    """Delete what the demonstration loaded, unless something of the installation's own hangs on it.

    Made-up actions must be gone before: whatever action is left is a supporter's, and its campaign stays.

    Returns:
        What was deleted and what stays, one line each.

    Raises:
        ForbiddenError: the actor is not the operator.
    """
    actor.require_operator("take the demonstration back")
    # What needs something goes before what it needs.
    rows: list[Demonstrable] = [
        *session.scalars(select(Campaign).where(Campaign.is_demo).order_by(Campaign.id)),
        *session.scalars(select(Company).where(Company.is_demo).order_by(Company.id)),
        *session.scalars(select(Agreement).where(Agreement.is_demo).order_by(Agreement.id)),
        *session.scalars(select(Organization).where(Organization.is_demo).order_by(Organization.id)),
    ]
    return [_remove(session, actor, row) for row in rows]


def _remove(session: Session, actor: Actor, row: Demonstrable) -> str:
    """Delete a row where the database lets it go: its foreign keys know every feature that hangs on it."""
    label = f"{type(row).__name__.lower()} {row.slug}"
    try:
        with session.begin_nested():
            if isinstance(row, Campaign):
                forget_holds(session, row.id)
                forget_company_holds(session, row.id)
            if isinstance(row, Company):
                session.execute(delete(Executive).where(Executive.company_id == row.id, Executive.is_demo))
            record(session, actor, "delete", _thing(row))
            session.execute(delete(type(row)).where(type(row).id == row.id))
    except IntegrityError:
        return f"{label}: stays, because {_reason(row)}"
    return f"{label}: deleted"


def _thing(row: Demonstrable) -> Thing:
    match row:
        case Campaign():
            return Thing("campaign", row.public_id, row.organization_id)
        case Organization():
            return Thing("organization", row.public_id, row.id)
        case Company():
            return Thing("company", row.public_id)
    return Thing("agreement", row.slug)


def _reason(row: Demonstrable) -> str:
    return "supporters acted in it" if isinstance(row, Campaign) else "something that stays needs it"


def _due(loading: Loading, section: Section, content: Content) -> tuple[Placed[CampaignsOwn], ...]:
    """Return what the section adds or brings forward, in campaigns that are the demonstration's own."""
    own = {placed.command.slug for placed in content.campaigns}
    own |= set(loading.session.scalars(select(Campaign.slug).where(Campaign.is_demo)))
    specs = content.more.get(section.name, ())
    return tuple(
        one for one in specs if one.command.campaign in own and not section.is_ahead(loading, one.command.slug)
    )


def _what_is_missing(session: Session, content: Content) -> tuple[Content, list[str]]:
    campaigns, refused = [], []
    stored = set(session.scalars(select(Campaign.slug).union_all(select(OldSlug.slug))))
    own = {
        "organization": set(session.scalars(select(Organization.slug).where(~Organization.is_demo))),
        "agreement": set(session.scalars(select(Agreement.slug).where(~Agreement.is_demo))),
        "company": set(session.scalars(select(Company.slug).where(~Company.is_demo))),
    }
    for placed in content.campaigns:
        slug = placed.command.slug
        needs = references(placed.command)
        taken = next((f"{kind} {needed}" for kind, needed, _ in needs if needed in own[kind]), None)
        if slug in stored:
            continue
        if taken is not None:
            refused.append(f"campaign {slug}: left out, because the {taken} is not of the demonstration")
        else:
            campaigns.append(placed)
    organizations = set(session.scalars(select(Organization.slug)))
    agreements = set(session.scalars(select(Agreement.slug)))
    companies = set(session.scalars(select(Company.slug)))
    missing = replace(
        content,
        organizations=tuple(spec for spec in content.organizations if spec.command.slug not in organizations),
        agreements=tuple(spec for spec in content.agreements if spec.command.slug not in agreements),
        companies=tuple(spec for spec in content.companies if spec.command.slug not in companies),
        campaigns=tuple(campaigns),
    )
    return missing, refused
