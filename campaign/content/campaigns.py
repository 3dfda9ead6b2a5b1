"""Load a campaign: its texts, its status, the companies it addresses and where they stand, its news."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.campaigns.queries import find_agreement, find_campaign, find_organization
from campaign.campaigns.service import add_campaign, change_status
from campaign.content.errors import ContentError, Problem
from campaign.content.loading import Loading
from campaign.content.sections import CampaignPart
from campaign.content.specs import CampaignSpec, StandingSpec, UpdateSpec
from campaign.targets.models import CampaignTarget, Company
from campaign.targets.queries import find_company
from campaign.targets.service import record_stance


def apply_campaign(loading: Loading, spec: CampaignSpec, parts: Sequence[CampaignPart] = ()) -> None:
    """Add the campaign or bring it to what the file says; whatever of it changes, its page is of today.

    Raises:
        ContentError: the file changes its safety though somebody acted in it already, or gives it what its safety
            forbids (`parts`).
    """
    label = f"campaign {spec.slug}"
    said = len(loading.changes.lines)
    values = _values(loading, spec)
    campaign = find_campaign(loading.session, spec.slug)
    if campaign is None:
        campaign = Campaign(slug=spec.slug, is_demo=loading.is_demo, **values)
        add_campaign(loading.session, campaign, spec.status or "draft", spec.won.at if spec.won else None)
        loading.changes.say(label, f"added, {campaign.status}")
    else:
        _check_safety(loading, spec, campaign)
        loading.changes.bring(label, campaign, values)
        _apply_status(loading, label, spec, campaign)
    if spec.standings is not None:
        _apply_targets(loading, label, campaign, spec.standings)
    for update in spec.updates:
        _apply_update(loading, label, campaign, update)
    for part in parts:
        if part.name in spec.parts:
            part.apply(loading, label, spec.line, campaign, spec.parts[part.name])
    if len(loading.changes.lines) > said:
        campaign.updated_at = loading.now


def _values(loading: Loading, spec: CampaignSpec) -> dict[str, object]:
    values = dict(spec.values)
    organization = find_organization(loading.session, spec.organization.slug)
    values["organization_id"] = organization.id if organization else None
    if spec.says_agreement:
        agreement = find_agreement(loading.session, spec.agreement.slug) if spec.agreement else None
        values["agreement_id"] = agreement.id if agreement else None
    return values


def _check_safety(loading: Loading, spec: CampaignSpec, campaign: Campaign) -> None:
    is_high = spec.values.get("is_high_safety", campaign.is_high_safety)
    if is_high != campaign.is_high_safety and loading.has_actions(loading.session, campaign.id):
        # What was promised to those who signed, and what was kept of them, cannot be changed behind their backs.
        raise _refusal(spec, "its safety cannot change any more: people have already acted in it")


def _refusal(spec: CampaignSpec, text: str) -> ContentError:
    return ContentError([Problem(spec.line, f"campaign {spec.slug}: {text}")])


def _apply_status(loading: Loading, label: str, spec: CampaignSpec, campaign: Campaign) -> None:
    if spec.status is None:
        return
    loading.session.flush()
    won_before = campaign.won_at
    at = spec.won.settled(won_before) if spec.won and spec.status == "won" else None
    before = change_status(loading.session, spec.slug, spec.status, at)
    if before != spec.status:
        loading.changes.say(label, f"status {before} → {spec.status}")
    elif won_before and campaign.won_at and won_before != campaign.won_at:
        loading.changes.say(label, f"won at {won_before.date()} → {campaign.won_at.date()}")


def _apply_targets(loading: Loading, label: str, campaign: Campaign, standings: tuple[StandingSpec, ...]) -> None:
    """Address exactly these companies, in this order; where a company stood stays on record also when it goes."""
    query = select(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id)
    known = {target.company_id: target for target in loading.session.scalars(query)}
    for position, standing in enumerate(standings):
        company = find_company(loading.session, standing.company.slug)
        if company is None:  # check_references has asked
            continue
        target = known.pop(company.id, None)
        if target is None:
            loading.session.add(CampaignTarget(campaign_id=campaign.id, company_id=company.id, position=position))
            loading.changes.say(label, f"addresses {company.slug}")
        else:
            target.position = position
        _apply_stance(loading, label, campaign, company, standing)
    for target in known.values():
        gone = loading.session.get_one(Company, target.company_id)
        loading.session.delete(target)
        loading.changes.say(label, f"no longer addresses {gone.slug}")


def _apply_stance(loading: Loading, label: str, campaign: Campaign, company: Company, standing: StandingSpec) -> None:
    if standing.stance is None or standing.as_of is None:
        return
    loading.session.flush()
    is_new = record_stance(
        loading.session,
        campaign_id=campaign.id,
        company_id=company.id,
        stance=standing.stance,
        as_of=standing.as_of,
        evidence=standing.evidence,
    )
    if is_new:
        loading.changes.say(label, f"{company.slug} {standing.stance} as of {standing.as_of}")


def _apply_update(loading: Loading, label: str, campaign: Campaign, spec: UpdateSpec) -> None:
    own = campaign.language
    news = loading.session.scalars(select(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign.id))
    known = next((row for row in news if row.title.get(own) == spec.title[own]), None)
    published_at = spec.published.settled(known.published_at if known else None)
    values: Mapping[str, object] = {"published_at": published_at, "title": spec.title, "body": spec.body}
    if known is not None:
        loading.changes.bring(f"{label}, update {spec.title[own]!r}", known, values)
    else:
        loading.session.add(CampaignUpdate(campaign_id=campaign.id, **values))
        loading.changes.say(label, f"update {spec.title[own]!r} added")
