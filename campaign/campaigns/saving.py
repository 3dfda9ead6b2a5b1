"""Bring organizations, agreements and campaigns to what a command says, whichever door it comes by.

What a command is silent about stays. Each writes down what differs, in the audit log and in the history of the thing,
and tells it to whoever called; where nothing differs, nothing is written.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.campaigns.agreement_care import check_agreement_care
from campaign.campaigns.commands import News, SaveAgreement, SaveCampaign, SaveOrganization
from campaign.campaigns.models import Agreement, Campaign, CampaignUpdate, Organization, Signatory
from campaign.campaigns.queries import find_agreement, find_campaign, find_organization
from campaign.campaigns.service import add_campaign, bring_campaign, change_status
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError, UnknownNameError
from campaign.kernel.problems import Problem
from campaign.revisions.differences import (
    NO_MARKS,
    Difference,
    Marks,
    Saved,
    added,
    bring,
    plain,
    take_columns,
)
from campaign.revisions.service import Edit, lock, write_down

HasActions = Callable[[Session, int], bool]
"""Whether somebody ever acted in the campaign of this id. Actions are a floor above: the door says who knows."""


def save_organization(
    session: Session, actor: Actor, command: SaveOrganization, edit: Edit, marks: Marks = NO_MARKS
) -> Saved[Organization]:
    """Add the organization, or bring it to what the command says; the pages of its campaigns are of today then.

    Raises:
        ForbiddenError: it is new, or another's, and the actor is not the operator; they may not administer.
    """
    row = find_organization(session, command.slug)
    if row is not None and actor.acts_for(row.id):
        actor.require(Power.ADMINISTER)
        lock(session, row)
        values = bring(row, command.values)
        differences = [Difference(values=values)] if values else []
        if differences:
            _touch(session, Campaign.organization_id == row.id, edit)
        thing = Thing("organization", row.public_id, row.id)
        write_down(session, actor, edit, thing, differences, row_id=row.id)
        return Saved(row, differences)
    actor.require_operator("add an organization")
    row = Organization(slug=command.slug, **marks, **command.values)
    session.add(row)
    session.flush()
    differences = [Difference(is_new=True, values=added(take_columns(row)))]
    thing = Thing("organization", row.public_id, row.id)
    write_down(session, actor, edit, thing, differences, row_id=row.id, verb="add")
    return Saved(row, differences)


def save_agreement(
    session: Session, actor: Actor, command: SaveAgreement, edit: Edit, marks: Marks = NO_MARKS
) -> Saved[Agreement]:
    """Add the agreement, or bring it to what the command says; signatories that it does not name stay.

    Raises:
        ForbiddenError: it is new, or in others' care, and the actor is not the operator.
    """
    row = find_agreement(session, command.slug)
    if row is None:
        actor.require_operator("add an agreement")
    else:
        check_agreement_care(session, actor, row)
        lock(session, row)
    values = dict(command.values)
    count = values.get("signatories_count")
    if count is not None and (row is None or row.signatories_count != count):
        # A count without a date says nothing: it is from the day it is said.
        values.setdefault("signatories_as_of", edit.at.date())
    verb, differences = "change", list[Difference]()
    if row is None:
        verb = "add"
        row = Agreement(slug=command.slug, **marks, **values)
        session.add(row)
        session.flush()
        differences.append(Difference(is_new=True, values=added(take_columns(row))))
    elif changed := bring(row, values):
        differences.append(Difference(values=changed))
    differences += _save_signatories(session, row, command)
    if differences:
        _touch(session, Campaign.agreement_id == row.id, edit)
    write_down(session, actor, edit, Thing("agreement", row.slug), differences, row_id=row.id, verb=verb)
    return Saved(row, differences)


def _save_signatories(session: Session, agreement: Agreement, command: SaveAgreement) -> list[Difference]:
    query = select(Signatory).where(Signatory.agreement_id == agreement.id)
    known = {row.name: row for row in session.scalars(query)}
    differences = []
    for name in command.gone:
        if (gone := known.pop(name, None)) is not None and name not in command.signatories:
            session.delete(gone)
            differences.append(Difference("signatories", name, is_gone=True))
    for name, since in command.signatories.items():
        row = known.get(name)
        if row is None:
            session.add(Signatory(agreement_id=agreement.id, name=name, since=since))
            differences.append(Difference("signatories", name, is_new=True, values=added({"since": since})))
        elif values := bring(row, {"since": since}):
            differences.append(Difference("signatories", name, values=values))
    return differences


def save_campaign(
    session: Session,
    actor: Actor,
    command: SaveCampaign,
    edit: Edit,
    *,
    has_actions: HasActions,
    marks: Marks = NO_MARKS,
) -> Saved[Campaign]:
    """Add the campaign, or bring it to what the command says; whatever of it changes, its page is of today.

    Raises:
        ForbiddenError: the actor may not publish.
        UnknownNameError: its organization or its agreement does not exist, or the former is not the actor's.
        RefusedError: its slug is another's; its safety would change though somebody acted in it already.

    Side effects: letters held or let go where its status changed.
    """
    actor.require(Power.PUBLISH)
    campaign = find_campaign(session, command.slug)
    if campaign is not None:
        lock(session, campaign)
        if not actor.acts_for(campaign.organization_id):
            raise RefusedError(Problem(("slug",), "taken"))
    values = _values(session, actor, command)
    brought = list[Difference]()
    if campaign is None:
        campaign = Campaign(slug=command.slug, **marks, **values)
        at = command.won.at if command.won else None
        written = [add_campaign(session, actor, campaign, edit, status=command.status or "draft", at=at)]
    else:
        _check_safety(session, campaign, command, has_actions)
        brought = bring_campaign(session, campaign, values)
        written = _change_status(session, actor, campaign, command, edit)
    news = _save_news(session, campaign, command.news)
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, [*brought, *news], row_id=campaign.id)
    differences = [*brought, *written, *news]
    if differences:
        campaign.updated_at = edit.at
    return Saved(campaign, differences)


def _values(session: Session, actor: Actor, command: SaveCampaign) -> dict[str, object]:
    organization = find_organization(session, command.organization)
    if organization is None or not actor.acts_for(organization.id):
        raise UnknownNameError(Problem(("organization",), "not_yours", {"given": command.organization}))
    values = {**command.values, "organization_id": organization.id}
    if command.says_agreement:
        agreement = find_agreement(session, command.agreement) if command.agreement else None
        if agreement is None and command.agreement:
            raise UnknownNameError(Problem(("agreement",), "no_agreement", {"given": command.agreement}))
        values["agreement_id"] = agreement.id if agreement else None
    return values


def _check_safety(session: Session, campaign: Campaign, command: SaveCampaign, has_actions: HasActions) -> None:
    is_high = command.values.get("is_high_safety", campaign.is_high_safety)
    if is_high != campaign.is_high_safety and has_actions(session, campaign.id):
        # What was promised to those who signed, and what was kept of them, cannot be changed behind their backs.
        raise RefusedError(Problem(("safety",), "acted_in"))


def _change_status(
    session: Session, actor: Actor, campaign: Campaign, command: SaveCampaign, edit: Edit
) -> list[Difference]:
    """Bring a stored campaign to its command's status, and write that down; return its change, or that of its win."""
    if command.status is None:
        return []
    session.flush()
    won_at = campaign.won_at
    at = command.won.settled(won_at) if command.won and command.status == "won" else None
    before = change_status(session, actor, campaign.slug, command.status, at, edit=edit)
    if before != command.status:
        return [Difference(values={"status": (before, command.status)})]
    if won_at and campaign.won_at and won_at != campaign.won_at:
        return [Difference(values={"won_at": (plain(won_at), plain(campaign.won_at))})]
    return []


def _save_news(session: Session, campaign: Campaign, news: Sequence[News]) -> list[Difference]:
    """Add news, or bring what has the same title in the campaign's own language to what they say."""
    own = campaign.language
    differences = []
    for one in news:
        stored = session.scalars(select(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign.id))
        known = next((row for row in stored if row.title.get(own) == one.title[own]), None)
        published_at = one.published.settled(known.published_at if known else None)
        values = {"published_at": published_at, "title": one.title, "body": one.body}
        if known is None:
            session.add(CampaignUpdate(campaign_id=campaign.id, **values))
            differences.append(Difference("updates", one.title[own], is_new=True, values=added(values)))
        elif changed := bring(known, values):
            differences.append(Difference("updates", one.title[own], values=changed))
    return differences


def _touch(session: Session, which: ColumnElement[bool], edit: Edit) -> None:
    """Note on campaigns that what their pages show of others has changed."""
    session.execute(update(Campaign).where(which).values(updated_at=edit.at))
