"""Read campaigns: for the public, who never sees a draft, and for operators, who see all.

Public queries load the organization and the agreement along, because a page shows both and
`lazy="raise"` forbids asking later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.models import (
    Agreement,
    Campaign,
    CampaignTally,
    CampaignUpdate,
    Organization,
    Signatory,
)
from campaign.kernel.errors import NotFoundError

STATUS_ORDER_AT_HOME = ("open", "paused", "won", "closed")


@dataclass(frozen=True)
class CampaignCard:
    """A campaign as a list shows it: with its organization loaded, and its number of confirmed pledges."""

    campaign: Campaign
    confirmed: int


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


def find_campaign(session: Session, slug: str) -> Campaign | None:
    """Return the campaign in whatever status, or None."""
    return session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()


def find_organization(session: Session, slug: str) -> Organization | None:
    """Return the organization, or None."""
    return session.scalars(select(Organization).where(Organization.slug == slug)).one_or_none()


def find_agreement(session: Session, slug: str) -> Agreement | None:
    """Return the agreement, or None."""
    return session.scalars(select(Agreement).where(Agreement.slug == slug)).one_or_none()


def list_home(session: Session) -> list[CampaignCard]:
    """Return every public campaign with its number: open ones first, then paused, won (latest first) and closed."""
    places = {status: place for place, status in enumerate(STATUS_ORDER_AT_HOME)}
    place = case(places, value=Campaign.status, else_=len(places))
    rows = session.execute(
        _public()
        .add_columns(CampaignTally.confirmed)
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


def list_signatories(session: Session, agreement_id: int) -> Sequence[Signatory]:
    """Return the signatories known by name; the agreement's dated count may be larger."""
    return session.scalars(
        select(Signatory).where(Signatory.agreement_id == agreement_id).order_by(Signatory.since, Signatory.name)
    ).all()


def get_tally(session: Session, campaign_id: int) -> CampaignTally:
    """Return the campaign's count of confirmed pledges, with its instant; raise `NotFoundError`."""
    tally = session.get(CampaignTally, campaign_id)
    if tally is None:
        raise NotFoundError("there is no such campaign")
    return tally


def _public() -> Select[Campaign]:
    return (
        select(Campaign)
        .where(Campaign.status != "draft")
        .options(joinedload(Campaign.organization), joinedload(Campaign.agreement))
    )
