"""Read what the public pages hold. Everybody may see all of it: no draft, no supporter, no address."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from campaign.campaigns import queries as campaigns
from campaign.campaigns.look import palette_for
from campaign.campaigns.milestones import next_milestone
from campaign.campaigns.models import Campaign
from campaign.campaigns.pictures import show_picture
from campaign.campaigns.standfirsts import standfirst_of
from campaign.campaigns.texts import pick
from campaign.kernel import moments
from campaign.kernel.addresses import web_address
from campaign.kernel.errors import NotFoundError
from campaign.media.queries import list_shown
from campaign.site.organizations import get_organization
from campaign.site.pages import (
    AgreementEntry,
    CampaignLists,
    CampaignPage,
    Card,
    CompanyCampaign,
    CompanyPage,
    DocumentEntry,
    OrganizationPage,
    StanceRecord,
    StandingEntry,
    UpdateEntry,
)
from campaign.targets import queries as targets
from campaign.targets.models import CampaignTarget, Company, Stance
from campaign.targets.queries import Standing


def list_campaigns(session: Session, language: str) -> CampaignLists:
    """Return every public campaign in `language`."""
    return _listed(campaigns.list_home(session), language)


def get_organization_page(session: Session, slug: str, language: str) -> OrganizationPage:
    """Return the page of an organization in `language`; raise `NotFoundError` where it has no public campaign."""
    entry = get_organization(session, slug, language)
    led = [item for item in campaigns.list_home(session) if item.campaign.organization_slug == slug]
    return OrganizationPage(entry, _listed(led, language))


def _listed(items: Sequence[campaigns.CampaignCard], language: str) -> CampaignLists:
    cards = [_card(item.campaign, item.confirmed, language) for item in items]
    return CampaignLists(
        open=tuple(card for card in cards if card.status == "open"),
        won=tuple(card for card in cards if card.status == "won"),
        resting=tuple(card for card in cards if card.status not in ("open", "won")),
        confirmed_count=sum(card.confirmed for card in cards),
    )


def find_open_campaign(session: Session) -> Campaign | None:
    """Return some open campaign, with its organization loaded; None where there is none."""
    return next((item.campaign for item in campaigns.list_home(session) if item.campaign.is_open), None)


def get_campaign_page(session: Session, campaign: Campaign, language: str) -> CampaignPage:
    """Return the page of a public campaign (with its organization and agreement loaded) in `language`."""
    languages = campaign.languages
    shown = list_shown(session, campaign.id)
    return CampaignPage(
        card=_card(campaign, campaigns.get_count(session, campaign).confirmed, language),
        place=campaign.organization.place,
        donate_url=web_address(campaign.organization.donate_url),
        closed_at=campaign.closed_at,
        standfirst=standfirst_of(campaign, language),
        story=pick(campaign.story, language, languages),
        won_text=pick(campaign.won_text, language, languages),
        standings=tuple(
            _standing(standing, campaign, language) for standing in targets.list_stances(session, campaign.id)
        ),
        updates=tuple(
            UpdateEntry(
                update.published_at,
                pick(update.title, language, languages),
                pick(update.body, language, languages),
                update.corrected_at,
            )
            for update in campaigns.list_updates(session, campaign.id)
        ),
        agreement=_agreement(session, campaign),
        head=next((show_picture(one, languages, language) for one in shown.pictures if one.is_head), None),
        pictures={one.name: show_picture(one, languages, language) for one in shown.pictures},
        documents=tuple(
            DocumentEntry(str(one.public_id), one.digest, pick(one.title, language, languages), one.size_bytes)
            for one in shown.documents
        ),
    )


def get_company_page(session: Session, company: Company, language: str) -> CompanyPage:
    """Return the page of a company in `language`: each public campaign that addresses it, in the order they began.

    Raises:
        NotFoundError: no public campaign addresses it, and none ever recorded where it stands. What a draft prepares
            exists for nobody outside.
    """
    addressed = {one.campaign_id: one.target for one in targets.list_company_stances(session, company.id)}
    public = {item.campaign.id: item for item in campaigns.list_home(session)}
    history = [row for row in targets.stance_history(session, company.id) if row.campaign_id in public]
    asked = [public[key] for key in addressed if key in public]
    if not asked and not history:
        raise NotFoundError(f"there is no company {company.slug!r}")
    entries = tuple(_asked(item, addressed[item.campaign.id], history, language) for item in asked)
    return CompanyPage(
        slug=company.slug,
        name=company.name,
        country=company.country,
        campaigns=entries,
    )


def _asked(
    item: campaigns.CampaignCard, target: CampaignTarget, history: Sequence[Stance], language: str
) -> CompanyCampaign:
    campaign = item.campaign
    return CompanyCampaign(
        card=_card(campaign, item.confirmed, language),
        is_agreement=campaign.agreement_id is not None,
        asked_since=_say_since(target.asked_since, language),
        answer=pick(target.answer, language, campaign.languages),
        answered_on=target.answered_on,
        records=tuple(_record(row, campaign, language) for row in history if row.campaign_id == campaign.id),
    )


def _say_since(since: str, language: str) -> str:
    """Return a year, a month or a day (ISO 8601, as exactly as it is known) as people say it."""
    match since.count("-") if since else None:
        case 1:
            return moments.month(date.fromisoformat(f"{since}-01"), language)
        case 2:
            return moments.long_day(date.fromisoformat(since), language)
    return since


def _card(campaign: Campaign, confirmed: int, language: str) -> Card:
    return Card(
        slug=campaign.slug,
        first_language=campaign.language,
        status=campaign.status,
        organization=campaign.organization.name,
        organization_slug=campaign.organization.slug,
        title=pick(campaign.title, language, campaign.languages),
        demand=pick(campaign.demand, language, campaign.languages),
        confirmed=confirmed,
        goal=campaign.goal,
        milestone=next_milestone(confirmed, campaign.goal),
        is_coarse=campaign.is_high_safety,
        won_at=campaign.won_at,
        art=campaign.art,
        palette=palette_for(campaign.palette, campaign.art),
    )


def _standing(standing: Standing, campaign: Campaign, language: str) -> StandingEntry:
    row = standing.stance
    return StandingEntry(
        company_slug=standing.company.slug,
        company=standing.company.name,
        stance=row.stance if row else "",
        as_of=row.as_of if row else None,
        evidence=pick(row.evidence if row else {}, language, campaign.languages),
    )


def _record(row: Stance, campaign: Campaign, language: str) -> StanceRecord:
    return StanceRecord(row.stance, row.as_of, pick(row.evidence, language, campaign.languages))


def _agreement(session: Session, campaign: Campaign) -> AgreementEntry | None:
    agreement = campaign.agreement
    if agreement is None:
        return None
    return AgreementEntry(
        name=agreement.name,
        since=agreement.since,
        count=agreement.signatories_count,
        as_of=agreement.signatories_as_of,
        names=tuple(row.name for row in campaigns.list_signatories(session, agreement.id)),
    )
