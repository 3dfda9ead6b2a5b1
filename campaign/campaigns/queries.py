"""Read campaigns: for the public, who never sees a draft, and for operators, who see all.

Public queries load the organization and the agreement along, because a page shows both and
`lazy="raise"` forbids asking later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.models import (
    PUBLIC,
    Agreement,
    Campaign,
    CampaignDay,
    CampaignTally,
    CampaignUpdate,
    OldSlug,
    Organization,
    Signatory,
)
from campaign.kernel.actors import Actor
from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError
from campaign.kernel.scoping import scoped
from campaign.kernel.slugs import LENGTH, RESERVED

COARSE_STEP = 10
"""What the public count of a high-safety campaign is rounded down to, in names."""

STATUS_ORDER_AT_HOME = ("open", "paused", "won", "closed")


@dataclass(frozen=True)
class CampaignCard:
    """A campaign as a list shows it: with its organization loaded, and the number that `get_count` tells."""

    campaign: Campaign
    confirmed: int


@dataclass(frozen=True)
class Count:
    """How many confirmed pledges the public is told of, and as of when (aware)."""

    confirmed: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a campaign is now that had another slug before."""

    slug: str
    organization_id: int
    is_public: bool


def get_public_campaign(session: Session, slug: str) -> Campaign:
    """Return the campaign with its organization and agreement.

    Raises:
        NotFoundError: there is none, or it is a draft, which exists for nobody outside.
    """
    campaign = session.scalars(_public().where(Campaign.slug == slug)).one_or_none()
    if campaign is None:
        raise NotFoundError(f"there is no campaign {slug!r}")
    return campaign


def get_campaign(session: Session, slug: str) -> Campaign:
    """Return the campaign in whatever status, for operators and jobs; raise `NotFoundError`."""
    campaign = find_campaign(session, slug)
    if campaign is None:
        raise NotFoundError(f"there is no campaign {slug!r}")
    return campaign


def get_own_campaign(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return a campaign of the actor's in whatever status; raise `NotFoundError`."""
    campaign = session.scalars(scoped(select(Campaign).where(Campaign.id == campaign_id), actor)).one_or_none()
    if campaign is None:
        raise NotFoundError("there is no such campaign")
    return campaign


def get_own_campaign_by_slug(session: Session, actor: Actor, slug: str) -> Campaign:
    """Return a campaign of the actor's by its slug, with its organization and agreement; raise `NotFoundError`."""
    query = _with_owners(select(Campaign).where(Campaign.slug == slug))
    campaign = session.scalars(scoped(query, actor)).one_or_none()
    if campaign is None:
        raise NotFoundError("there is no such campaign")
    return campaign


def get_campaign_id(session: Session, actor: Actor, slug: str) -> int:
    """Return the id of a campaign of the actor's; raise `NotFoundError`."""
    found = session.scalar(scoped(select(Campaign.id).where(Campaign.slug == slug), actor))
    if found is None:
        raise NotFoundError(f"there is no campaign {slug!r}")
    return found


def list_high_safety_ids(session: Session, actor: Actor) -> Sequence[int]:
    """Return the ids of the actor's high-safety campaigns, in their order."""
    query = select(Campaign.id).where(Campaign.is_high_safety).order_by(Campaign.id)
    return session.scalars(scoped(query, actor)).all()


def name_owners(session: Session, actor: Actor) -> dict[tuple[str, int], str]:
    """Return what the actor's campaigns and organizations are called: slugs, by ``"campaign"`` or so and id."""
    campaigns = session.execute(scoped(select(Campaign.id, Campaign.slug), actor))
    organizations = session.execute(scoped(select(Organization.id, Organization.slug), actor))
    return {("campaign", row.id): row.slug for row in campaigns} | {
        ("organization", row.id): row.slug for row in organizations
    }


def find_campaign(session: Session, slug: str) -> Campaign | None:
    """Return the campaign in whatever status, or None."""
    return session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()


def find_moved(session: Session, slug: str) -> Moved | None:
    """Return where the campaign is that had a slug before and does not now; None where none had."""
    query = select(Campaign.slug, Campaign.organization_id, Campaign.status).join(OldSlug).where(OldSlug.slug == slug)
    row = session.execute(query).one_or_none()
    return Moved(row.slug, row.organization_id, row.status in PUBLIC) if row else None


def list_old_slugs(session: Session, actor: Actor, campaign_id: int) -> Sequence[str]:
    """Return the slugs that a campaign of the actor's had before, latest first."""
    query = select(OldSlug.slug).where(OldSlug.campaign_id == campaign_id)
    return session.scalars(scoped(query.order_by(OldSlug.created_at.desc(), OldSlug.slug), actor)).all()


def find_free_slug(session: Session, wanted: str) -> str:
    """Return a slug that no campaign has: `wanted`, or that with the first number behind it that is free."""
    stem = wanted[: LENGTH - 3].rstrip("-")
    now, before = (select(column).where(column.startswith(stem)) for column in (Campaign.slug, OldSlug.slug))
    taken = set(session.scalars(now.union_all(before)))
    if wanted not in taken and wanted not in RESERVED:
        return wanted
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)


def find_organization(session: Session, slug: str) -> Organization | None:
    """Return the organization, or None."""
    return session.scalars(select(Organization).where(Organization.slug == slug)).one_or_none()


def get_own_organization(session: Session, actor: Actor, slug: str) -> Organization:
    """Return an organization that the actor acts for; raise `NotFoundError`."""
    found = session.scalars(scoped(select(Organization).where(Organization.slug == slug), actor)).one_or_none()
    if found is None:
        raise NotFoundError(f"there is no organization {slug!r}")
    return found


def find_agreement(session: Session, slug: str) -> Agreement | None:
    """Return the agreement, or None."""
    return session.scalars(select(Agreement).where(Agreement.slug == slug)).one_or_none()


def list_home(session: Session) -> list[CampaignCard]:
    """Return every public campaign with its number: open ones first, then paused, won (latest first) and closed."""
    places = {status: place for place, status in enumerate(STATUS_ORDER_AT_HOME)}
    place = case(places, value=Campaign.status, else_=len(places))
    rows = session.execute(
        _public()
        .add_columns(public_count())
        .outerjoin(CampaignTally, CampaignTally.campaign_id == Campaign.id)
        .order_by(place, Campaign.won_at.desc().nulls_last(), Campaign.id)
    )
    return [CampaignCard(campaign, confirmed or 0) for campaign, confirmed in rows]


def list_updates(session: Session, campaign_id: int, limit: int = 20) -> Sequence[CampaignUpdate]:
    """Return the campaign's published news, latest first."""
    return session.scalars(
        select(CampaignUpdate)
        .where(CampaignUpdate.campaign_id == campaign_id)
        .order_by(CampaignUpdate.published_at.desc(), CampaignUpdate.id.desc())
        .limit(limit)
    ).all()


def get_agreement(session: Session, slug: str) -> Agreement:
    """Return the agreement; raise `NotFoundError`."""
    found = find_agreement(session, slug)
    if found is None:
        raise NotFoundError(f"there is no agreement {slug!r}")
    return found


def list_agreements(session: Session) -> Sequence[Agreement]:
    """Return all agreements, by name."""
    return session.scalars(select(Agreement).order_by(Agreement.name, Agreement.id)).all()


def list_signatories(session: Session, agreement_id: int) -> Sequence[Signatory]:
    """Return the signatories known by name; the agreement's dated count may be larger."""
    return session.scalars(
        select(Signatory).where(Signatory.agreement_id == agreement_id).order_by(Signatory.since, Signatory.name)
    ).all()


def get_tally(session: Session, campaign_id: int) -> CampaignTally:
    """Return the campaign's count of confirmed pledges as it is, for operators and jobs; raise `NotFoundError`."""
    tally = session.get(CampaignTally, campaign_id)
    if tally is None:
        raise NotFoundError("there is no such campaign")
    return tally


def get_count(session: Session, campaign: Campaign) -> Count:
    """Return how many confirmed pledges a campaign has, as the public is told; raise `NotFoundError` without a tally.

    Of a high-safety campaign it is told once a day (UTC), in tens. A count that moves with every name tells whoever
    watches a suspect's phone that it was theirs; so nothing public moves by the second there, nor by one.
    """
    tally = get_tally(session, campaign.id)
    if not campaign.is_high_safety:
        return Count(tally.confirmed, tally.as_of)
    today = now().astimezone(UTC).date()
    coarse = session.scalar(_coarse_count(today).where(CampaignDay.campaign_id == campaign.id)) or 0
    return Count(coarse, datetime.combine(today, time(), UTC))


def list_days(session: Session, actor: Actor, campaign_id: int, since: date) -> list[tuple[date, int]]:
    """Return (day, names at its end), ascending, from the last one before `since` on; of a campaign of the actor's."""
    days = select(CampaignDay).where(CampaignDay.campaign_id == campaign_id)
    first = scoped(days.where(CampaignDay.day < since).order_by(CampaignDay.day.desc()).limit(1), actor)
    later = scoped(days.where(CampaignDay.day >= since).order_by(CampaignDay.day), actor)
    return [(one.day, one.confirmed) for one in [*session.scalars(first), *session.scalars(later)]]


def public_count() -> ColumnElement[int]:
    """Return `get_count`'s number as a column, for lists of campaigns; needs `CampaignTally` joined."""
    coarse = _coarse_count(now().astimezone(UTC).date()).where(CampaignDay.campaign_id == Campaign.id)
    return func.coalesce(
        case((Campaign.is_high_safety, coarse.correlate(Campaign).scalar_subquery()), else_=CampaignTally.confirmed), 0
    )


def _coarse_count(today: date) -> Select[int]:
    """Select the count at the end of the last day that was noted before `today`, rounded down."""
    return (
        select(CampaignDay.confirmed - CampaignDay.confirmed % COARSE_STEP)
        .where(CampaignDay.day < today)
        .order_by(CampaignDay.day.desc())
        .limit(1)
    )


def _public() -> Select[Campaign]:
    return _with_owners(select(Campaign).where(Campaign.status != "draft"))


def _with_owners(query: Select[Campaign]) -> Select[Campaign]:
    return query.options(joinedload(Campaign.organization), joinedload(Campaign.agreement))
