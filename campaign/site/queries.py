"""Read what the public pages hold. Everybody may see all of it: no draft, no supporter, no address."""

from sqlalchemy.orm import Session

from campaign.campaigns import queries as campaigns
from campaign.campaigns.look import palette_for
from campaign.campaigns.milestones import next_milestone
from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import pick
from campaign.site.pages import (
    AgreementEntry,
    CampaignPage,
    Card,
    CompanyCampaign,
    CompanyPage,
    HomePage,
    StanceRecord,
    StandingEntry,
    UpdateEntry,
)
from campaign.targets import queries as targets
from campaign.targets.models import Company, Stance
from campaign.targets.queries import Standing


def get_home(session: Session, language: str) -> HomePage:
    """Return the home page in `language`."""
    cards = [_card(item.campaign, item.confirmed, language) for item in campaigns.list_home(session)]
    return HomePage(
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
    return CampaignPage(
        card=_card(campaign, campaigns.get_tally(session, campaign.id).confirmed, language),
        place=campaign.organization.place,
        donate_url=web_address(campaign.organization.donate_url),
        closed_at=campaign.closed_at,
        story=pick(campaign.story, language, languages),
        won_text=pick(campaign.won_text, language, languages),
        standings=tuple(
            _standing(standing, campaign, language) for standing in targets.list_stances(session, campaign.id)
        ),
        updates=tuple(
            UpdateEntry(
                update.published_at, pick(update.title, language, languages), pick(update.body, language, languages)
            )
            for update in campaigns.list_updates(session, campaign.id)
        ),
        agreement=_agreement(session, campaign),
    )


def get_company_page(session: Session, company: Company, language: str) -> CompanyPage:
    """Return the page of a company in `language`: each public campaign that addresses it, in the order they began."""
    addressed = [standing.campaign_id for standing in targets.list_company_stances(session, company.id)]
    public = {item.campaign.id: item for item in campaigns.list_home(session)}
    history = targets.stance_history(session, company.id)
    return CompanyPage(
        slug=company.slug,
        name=company.name,
        country=company.country,
        campaigns=tuple(
            CompanyCampaign(
                card=_card(item.campaign, item.confirmed, language),
                is_agreement=item.campaign.agreement_id is not None,
                records=tuple(_record(row, item.campaign, language) for row in history if row.campaign_id == key),
            )
            for key, item in ((key, public[key]) for key in addressed if key in public)
        ),
        offices=tuple(executive.office for executive in targets.list_company_executives(session, company.id)),
    )


def _card(campaign: Campaign, confirmed: int, language: str) -> Card:
    return Card(
        slug=campaign.slug,
        first_language=campaign.language,
        status=campaign.status,
        organization=campaign.organization.name,
        title=pick(campaign.title, language, campaign.languages),
        demand=pick(campaign.demand, language, campaign.languages),
        confirmed=confirmed,
        goal=campaign.goal,
        milestone=next_milestone(confirmed, campaign.goal),
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


def web_address(url: str | None) -> str | None:
    """Return `url` if a link may lead there; an organizer's `javascript:` may not."""
    return url if url and url.startswith(("https://", "http://")) else None
