"""Load a campaign: its texts, its status, the companies it addresses and where they stand, its news."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from campaign.audit.service import Thing
from campaign.campaigns.commands import News, SaveCampaign
from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.campaigns.queries import find_agreement, find_campaign, find_organization
from campaign.campaigns.service import add_campaign, change_status
from campaign.content.loading import Loading
from campaign.content.sections import CampaignPart
from campaign.content.specs import LoadCampaign, Placed
from campaign.kernel.actors import Power
from campaign.targets.commands import TakesStance
from campaign.targets.models import CampaignTarget, Company
from campaign.targets.queries import find_company
from campaign.targets.service import record_stance


def apply_campaign(loading: Loading, placed: Placed[LoadCampaign], parts: Sequence[CampaignPart] = ()) -> None:
    """Add the campaign or bring it to what the file says; whatever of it changes, its page is of today.

    Raises:
        ContentError: the file changes its safety though somebody acted in it already, or gives it what its safety
            forbids (`parts`); it names an organization, or has an address, that is another's than the actor's.
        ForbiddenError: the actor may not publish.
    """
    loading.actor.require(Power.PUBLISH)
    spec, standings = placed.command.save, placed.command.standings
    label = f"campaign {spec.slug}"
    said = len(loading.changes.lines)
    campaign = find_campaign(loading.session, spec.slug)
    if campaign is not None and not loading.actor.acts_for(campaign.organization_id):
        raise placed.refusal(f"{label}: this address is taken")
    values = _values(loading, placed)
    changed = set[str]()
    if campaign is None:
        campaign = Campaign(slug=spec.slug, **loading.marks, **values)
        at = spec.won.at if spec.won else None
        add_campaign(loading.session, loading.actor, campaign, spec.status or "draft", at)
        loading.changes.say(label, f"added, {campaign.status}")
    else:
        _check_safety(loading, placed, campaign)
        changed = loading.changes.bring(label, campaign, values)
        _apply_status(loading, label, spec, campaign)
    if standings is not None and _apply_targets(loading, label, campaign, standings):
        changed.add("companies")
    for update in spec.news:
        if _apply_update(loading, label, campaign, update):
            changed.add("updates")
    for part in parts:
        if part.name in placed.command.parts and part.apply(loading, placed, campaign, placed.command.parts[part.name]):
            changed.add(part.name)
    if changed:
        thing = Thing("campaign", campaign.public_id, campaign.organization_id, changed=changed)
        loading.record("change", thing)
    if len(loading.changes.lines) > said:
        campaign.updated_at = loading.now


def _values(loading: Loading, placed: Placed[LoadCampaign]) -> dict[str, object]:
    spec = placed.command.save
    values = dict(spec.values)
    organization = find_organization(loading.session, spec.organization)
    if organization is not None and not loading.actor.acts_for(organization.id):
        raise placed.refusal(
            f"campaign {spec.slug}: there is no organization {spec.organization!r} of yours", "organization"
        )
    values["organization_id"] = organization.id if organization else None
    if spec.says_agreement:
        agreement = find_agreement(loading.session, spec.agreement) if spec.agreement else None
        values["agreement_id"] = agreement.id if agreement else None
    return values


def _check_safety(loading: Loading, placed: Placed[LoadCampaign], campaign: Campaign) -> None:
    spec = placed.command.save
    is_high = spec.values.get("is_high_safety", campaign.is_high_safety)
    if is_high != campaign.is_high_safety and loading.has_actions(loading.session, campaign.id):
        # What was promised to those who signed, and what was kept of them, cannot be changed behind their backs.
        raise placed.refusal(
            f"campaign {spec.slug}: its safety cannot change any more: people have already acted in it"
        )


def _apply_status(loading: Loading, label: str, spec: SaveCampaign, campaign: Campaign) -> None:
    if spec.status is None:
        return
    loading.session.flush()
    won_before = campaign.won_at
    at = spec.won.settled(won_before) if spec.won and spec.status == "won" else None
    before = change_status(loading.session, loading.actor, spec.slug, spec.status, at)
    if before != spec.status:
        loading.changes.say(label, f"status {before} → {spec.status}")
    elif won_before and campaign.won_at and won_before != campaign.won_at:
        loading.changes.say(label, f"won at {won_before.date()} → {campaign.won_at.date()}")


def _apply_targets(loading: Loading, label: str, campaign: Campaign, standings: tuple[TakesStance, ...]) -> bool:
    """Address exactly these companies, in this order; where a company stood stays on record also when it goes.

    Returns whether it addressed others, or in another order.
    """
    query = select(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id)
    known = {target.company_id: target for target in loading.session.scalars(query)}
    is_changed = False
    for position, standing in enumerate(standings):
        company = find_company(loading.session, standing.company)
        if company is None:  # check_references has asked
            continue
        target = known.pop(company.id, None)
        if target is None:
            loading.session.add(CampaignTarget(campaign_id=campaign.id, company_id=company.id, position=position))
            loading.changes.say(label, f"addresses {company.slug}")
            is_changed = True
        else:
            is_changed |= target.position != position
            target.position = position
        _apply_stance(loading, label, campaign, company, standing)
    for target in known.values():
        gone = loading.session.get_one(Company, target.company_id)
        loading.session.delete(target)
        loading.changes.say(label, f"no longer addresses {gone.slug}")
    return is_changed or bool(known)


def _apply_stance(loading: Loading, label: str, campaign: Campaign, company: Company, standing: TakesStance) -> None:
    if standing.stance is None or standing.as_of is None:
        return
    loading.session.flush()
    is_new = record_stance(
        loading.session,
        loading.actor,
        campaign_id=campaign.id,
        company_id=company.id,
        stance=standing.stance,
        as_of=standing.as_of,
        evidence=standing.evidence,
    )
    if is_new:
        loading.changes.say(label, f"{company.slug} {standing.stance} as of {standing.as_of}")


def _apply_update(loading: Loading, label: str, campaign: Campaign, spec: News) -> bool:
    """Add the news, or bring them to what the file says; return whether that changed anything."""
    own = campaign.language
    news = loading.session.scalars(select(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign.id))
    known = next((row for row in news if row.title.get(own) == spec.title[own]), None)
    published_at = spec.published.settled(known.published_at if known else None)
    values: Mapping[str, object] = {"published_at": published_at, "title": spec.title, "body": spec.body}
    if known is not None:
        return bool(loading.changes.bring(f"{label}, update {spec.title[own]!r}", known, values))
    loading.session.add(CampaignUpdate(campaign_id=campaign.id, **values))
    loading.changes.say(label, f"update {spec.title[own]!r} added")
    return True
