"""What operators do with organizations and campaigns: add the one, add the other, change its status."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.campaigns.models import STATUSES, Agreement, Campaign, CampaignTally, Organization
from campaign.campaigns.queries import find_moved
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now as present
from campaign.kernel.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import scoped
from campaign.kernel.slugs import RESERVED_ORGANIZATIONS, is_slug
from campaign.kernel.text import NAME_LENGTH, fault_of
from campaign.outbox.holds import hold, unhold
from campaign.revisions.differences import UNSAID, Difference, Values, added, bring, take_columns
from campaign.revisions.service import Edit, write_down

HELD_WHILE = tuple(status for status in STATUSES if status != "open")
"""Statuses during which no letter goes out. Each is also the reason its letters are held for."""


def add_organization(session: Session, actor: Actor, slug: str, name: str) -> Organization:
    """Add an organization.

    Raises:
        ForbiddenError: the actor is not the operator.
        InvalidError: the slug or the name cannot be used.
        ConflictError: the slug is taken.
    """
    actor.require_operator("add an organization")
    if not is_slug(slug):
        raise InvalidError(f"{slug!r} cannot be a slug: use lower-case letters and digits joined by hyphens")
    if slug in RESERVED_ORGANIZATIONS:
        raise InvalidError(f"{slug!r} stands for a page of the organizers' side: choose another slug")
    name = name.strip()
    if fault_of(name, NAME_LENGTH, one_line=True) is not None:
        raise InvalidError(f"the name must be one line of 1 to {NAME_LENGTH} characters")
    row = insert(Organization).values(slug=slug, name=name).on_conflict_do_nothing().returning(Organization)
    organization = session.scalars(row).one_or_none()
    if organization is None:
        raise ConflictError(f"there is already an organization {slug!r}")
    thing = Thing("organization", organization.public_id, organization.id)
    differences = [Difference(is_new=True, values=added(take_columns(organization)))]
    write_down(session, actor, Edit("add", present()), thing, differences, row_id=organization.id, verb="add")
    return organization


def add_campaign(
    session: Session, actor: Actor, campaign: Campaign, edit: Edit, *, status: str = "draft", at: datetime | None = None
) -> Difference:
    """Add a campaign with its tally, bring it to `status` (`at`: since when, by default now); return what it holds.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: its organization is none of theirs.
        RefusedError: as `refuse_old`.

    Side effects: rows in campaigns, campaign_tallies, the audit log and its history; a hold on its letters unless it is
    open.
    """
    actor.require(Power.PUBLISH)
    if not actor.acts_for(campaign.organization_id):
        raise NotFoundError("there is no such organization")
    campaign.status = "draft"
    session.add(campaign)
    session.flush()
    # Asked last: whoever was giving a slug up meanwhile has been waited for by now, and their old one is seen.
    refuse_old(session, actor, campaign.slug)
    session.add(CampaignTally(campaign_id=campaign.id))
    _enter(session, campaign, status, at or present())
    columns = take_columns(campaign, UNSAID | {"organization_id", "agreement_id"})
    names = {"organization": _slug_of(session, Organization, campaign.organization_id)}
    names["agreement"] = _slug_of(session, Agreement, campaign.agreement_id)
    difference = Difference(is_new=True, values=added({**names, **columns}))
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, [difference], row_id=campaign.id, verb="add")
    return difference


def refuse_old(session: Session, actor: Actor, slug: str) -> None:
    """Raise `RefusedError` where a campaign had a slug before, and is found by it for ever.

    `renamed`, with `now`: it is one of the actor's, which is called so now; `taken`: another's.
    """
    moved = find_moved(session, slug)
    if moved is None:
        return
    if actor.acts_for(moved.organization_id):
        raise RefusedError(Problem(("slug",), "renamed", {"given": slug, "now": moved.slug}))
    raise RefusedError(Problem(("slug",), "taken", {"given": slug}))


def bring_campaign(session: Session, campaign: Campaign, values: Mapping[str, object]) -> list[Difference]:
    """Bring a campaign that is locked to `values`; return what differs: who leads it and its agreement by slug."""
    changed = dict(bring(campaign, values))
    for name, model in (("organization", Organization), ("agreement", Agreement)):
        if ids := changed.pop(f"{name}_id", None):
            changed[name] = [_slug_of(session, model, row_id) for row_id in ids]
    return [Difference(values=changed)] if changed else []


def _slug_of(session: Session, model: type[Organization] | type[Agreement], row_id: int | None) -> str | None:
    return None if row_id is None else session.scalar(select(model.slug).where(model.id == row_id))


def change_status(
    session: Session,
    actor: Actor,
    campaign_slug: str,
    status: str,
    at: datetime | None = None,
    *,
    edit: Edit | None = None,
) -> str:
    """Bring a campaign to another status; its letters are held, or go on, in the same transaction.

    Args:
        session: the caller's.
        actor: who changes it.
        campaign_slug: which campaign.
        status: one of `STATUSES`.
        at: since when (a win is dated), by default now.
        edit: what it is a part of, by default one of its own.

    Returns:
        The status it had before.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: there is no such campaign, or it is not theirs.
        InvalidError: there is no such status.
    """
    actor.require(Power.PUBLISH)
    if status not in STATUSES:
        raise InvalidError(f"{status!r} is no status: use one of {', '.join(STATUSES)}")
    # FOR NO KEY UPDATE: signing, which checks its foreign key here, does not wait for us.
    query = select(Campaign).where(Campaign.slug == campaign_slug).with_for_update(key_share=True)
    campaign = session.scalars(scoped(query, actor)).one_or_none()
    if campaign is None:
        raise NotFoundError(f"there is no campaign {campaign_slug!r}")
    before = campaign.status
    if before != status or (status == "won" and at is not None):
        values = _enter(session, campaign, status, at or present())
        differences = [Difference(values=values)] if values else []
        thing = Thing("campaign", campaign.public_id, campaign.organization_id)
        write_down(session, actor, edit or Edit("status", present()), thing, differences, row_id=campaign.id)
    return before


def _enter(session: Session, campaign: Campaign, status: str, at: datetime) -> Values:
    opened_at = campaign.opened_at or at if status == "open" else campaign.opened_at
    # A win declared by mistake leaves no date behind.
    won_at, closed_at = (at if status == word else None for word in ("won", "closed"))
    dates = {"opened_at": opened_at, "won_at": won_at, "closed_at": closed_at, "opens_at": None, "opens_zone": None}
    changed = bring(campaign, {"status": status, **dates})
    session.flush()
    if status in HELD_WHILE:
        hold(session, campaign_id=campaign.id, reason=status)
    for reason in HELD_WHILE:
        if reason != status:
            unhold(session, campaign_id=campaign.id, reason=reason)
    return changed


def forget_holds(session: Session, campaign_id: int) -> None:
    """End every hold a status put on the letters of a campaign, before the campaign is deleted."""
    for reason in HELD_WHILE:
        unhold(session, campaign_id=campaign_id, reason=reason)
