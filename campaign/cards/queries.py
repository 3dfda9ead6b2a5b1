"""Read cards: what each campaign's should show against what is stored, and the stored ones for pages and readers."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign, CampaignTally, Organization
from campaign.campaigns.queries import public_count
from campaign.cards.models import CampaignCard
from campaign.cards.showing import Showing, digest_of, showing_of


@dataclass(frozen=True)
class Cards:
    """The cards of one campaign, or of what else has some: those it should have, by digest, and those stored.

    `stored`: their digests by language.
    """

    owner_id: int
    wanted: dict[str, Showing]
    stored: dict[str, str]

    @property
    def languages(self) -> list[str]:
        """Every language that should have a card."""
        return [showing.language for showing in self.wanted.values()]

    @property
    def stale(self) -> dict[str, Showing]:
        """What is to be drawn, by its digest."""
        return {
            digest: showing for digest, showing in self.wanted.items() if self.stored.get(showing.language) != digest
        }

    @property
    def is_stale(self) -> bool:
        """Whether something is to be drawn, or there are cards of languages that it no longer has."""
        return bool(self.stale) or not self.stored.keys() <= set(self.languages)


def list_cards(session: Session, campaign_ids: Collection[int] | None = None) -> list[Cards]:
    """Return the cards of all public campaigns, or of those given that are public; one query, without the pictures."""
    stored = (
        select(func.json_object_agg(CampaignCard.language, CampaignCard.digest))
        .where(CampaignCard.campaign_id == Campaign.id)
        .scalar_subquery()
    )
    query = (
        select(Campaign, Organization.name, public_count(), stored)
        .join(Organization, Organization.id == Campaign.organization_id)
        .outerjoin(CampaignTally, CampaignTally.campaign_id == Campaign.id)
        .where(Campaign.status != "draft")
        .order_by(Campaign.id)
    )
    if campaign_ids is not None:
        query = query.where(Campaign.id.in_(campaign_ids))
    return [
        Cards(campaign.id, _wanted(campaign, organization, confirmed), digests or {})
        for campaign, organization, confirmed, digests in session.execute(query)
    ]


def find_card(session: Session, campaign_id: int, language: str) -> CampaignCard | None:
    """Return the stored card with its picture, or None while none was drawn."""
    return session.get(CampaignCard, (campaign_id, language))


def find_digest(session: Session, campaign_id: int, language: str) -> str | None:
    """Return what names the stored card in its address, or None while none was drawn."""
    return session.scalars(
        select(CampaignCard.digest).where(CampaignCard.campaign_id == campaign_id, CampaignCard.language == language)
    ).one_or_none()


def _wanted(campaign: Campaign, organization: str, confirmed: int) -> dict[str, Showing]:
    showings = (showing_of(campaign, organization, confirmed, language) for language in campaign.page_languages)
    return {digest_of(showing): showing for showing in showings}
