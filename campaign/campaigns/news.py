"""News of a campaign: written, put off, published, corrected, thrown away.

::

    draft ──► published ──► corrected (its readers are told when)
      │ ▲         ▲
      ▼ │         │ at its time, by `publish_due`
    scheduled ────┘

A draft is a row of a table of its own, and published by moving it: nothing public ever reads where drafts are.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.commands import Due, NewsText
from campaign.campaigns.lifecycle import lock_own, schedule_of
from campaign.campaigns.models import Campaign, CampaignUpdate, UpdateDraft
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now as present
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import scoped
from campaign.revisions.differences import Difference, added, bring
from campaign.revisions.service import Edit, write_down

_THING = "update_draft"


def list_drafts(session: Session, actor: Actor, campaign_id: int) -> Sequence[UpdateDraft]:
    """Return what is written of a campaign and not published, what goes first by itself before others."""
    query = select(UpdateDraft).where(UpdateDraft.campaign_id == campaign_id)
    ordered = query.order_by(UpdateDraft.publishes_at.nulls_last(), UpdateDraft.updated_at.desc(), UpdateDraft.id)
    return session.scalars(scoped(ordered, actor)).all()


def get_draft(session: Session, actor: Actor, campaign_id: int, public_id: UUID) -> UpdateDraft:
    """Return a draft of the actor's; raise `NotFoundError`."""
    query = select(UpdateDraft).where(UpdateDraft.public_id == public_id, UpdateDraft.campaign_id == campaign_id)
    found = session.scalars(scoped(query, actor)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such update")
    return found


def get_update(session: Session, actor: Actor, campaign_id: int, public_id: UUID) -> CampaignUpdate:
    """Return published news of the actor's; raise `NotFoundError`."""
    query = select(CampaignUpdate).where(
        CampaignUpdate.public_id == public_id, CampaignUpdate.campaign_id == campaign_id
    )
    found = session.scalars(scoped(query, actor)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such update")
    return found


def save_draft(
    session: Session,
    actor: Actor,
    slug: str,
    public_id: UUID | None,
    *,
    news: NewsText,
    due: Due | None,
    read_at: datetime | None = None,
) -> UpdateDraft:
    """Keep news that are not to be published yet (None: new ones), or at a time; return their draft.

    `read_at`: the draft's `updated_at` when the one who saves it read it.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs, or has no such draft.
        RefusedError: the campaign has news of this title; somebody else changed the draft meanwhile (`changed`).
    """
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    _check_title(session, campaign, news)
    if public_id is None:
        draft = UpdateDraft(campaign_id=campaign.id)
        session.add(draft)
    else:
        draft = get_draft(session, actor, campaign.id, public_id)
        if read_at is not None and draft.updated_at != read_at:
            raise RefusedError(Problem((), "changed"))
    draft.title, draft.body = dict(news.title), dict(news.body)
    draft.publishes_at, draft.publishes_zone = (due.at, due.timezone) if due else (None, None)
    session.flush()
    record(session, actor, "save", _thing(campaign, draft))
    return draft


def publish_draft(session: Session, actor: Actor, slug: str, public_id: UUID, edit: Edit) -> CampaignUpdate:
    """Publish a draft as it is stored, as of now; raise as `save_draft` does."""
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    return _publish(session, actor, campaign, get_draft(session, actor, campaign.id, public_id), at=edit.at, edit=edit)


def delete_draft(session: Session, actor: Actor, slug: str, public_id: UUID) -> None:
    """Throw a draft away; raise as `save_draft` does."""
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    draft = get_draft(session, actor, campaign.id, public_id)
    record(session, actor, "delete", _thing(campaign, draft))
    session.delete(draft)


def correct_update(
    session: Session, actor: Actor, slug: str, public_id: UUID, *, news: NewsText, read_at: datetime, edit: Edit
) -> None:
    """Correct published news; their readers are told when.

    Args:
        session: the caller's.
        actor: who corrects.
        slug: of which campaign.
        public_id: of the news.
        news: what they are to say.
        read_at: their `updated_at` when the one who corrects them read them.
        edit: what it is a part of.

    Raises:
        ForbiddenError, NotFoundError: as `save_draft`.
        RefusedError: other news of the campaign have this title; somebody else changed these meanwhile (`changed`).
    """
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    stored = get_update(session, actor, campaign.id, public_id)
    if stored.updated_at != read_at:
        raise RefusedError(Problem((), "changed"))
    _check_title(session, campaign, news, but=stored)
    values = bring(stored, {"title": dict(news.title), "body": dict(news.body)})
    if values:
        stored.corrected_at = edit.at
        _write(session, actor, campaign, [Difference("updates", stored.title[campaign.language], values=values)], edit)


def publish_due(session: Session, most: int = 20) -> int:
    """Publish those drafts whose time has come, dated as it was set; return how many were dealt with.

    One whose title was published meanwhile stays a draft, without its time.
    """
    at = present()
    query = select(UpdateDraft.id, UpdateDraft.campaign_id).where(UpdateDraft.publishes_at <= at)
    due = session.execute(query.order_by(UpdateDraft.publishes_at, UpdateDraft.id).limit(most)).all()
    for draft_id, campaign_id in due:
        # In everybody's order: the campaign, then what is of it.
        campaign = session.get_one(Campaign, campaign_id, with_for_update={"key_share": True}, populate_existing=True)
        draft = session.get(UpdateDraft, draft_id, with_for_update=True, populate_existing=True)
        if draft is None or draft.publishes_at is None or draft.publishes_at > at:
            continue  # somebody was quicker
        dated, draft.publishes_at, draft.publishes_zone = draft.publishes_at, None, None
        try:
            _publish(
                session,
                schedule_of(campaign.organization_id),
                campaign,
                draft,
                at=dated,
                edit=Edit("schedule", at),
            )
        except RefusedError:
            continue
    return len(due)


def _publish(
    session: Session, actor: Actor, campaign: Campaign, draft: UpdateDraft, *, at: datetime, edit: Edit
) -> CampaignUpdate:
    news = NewsText(draft.title, draft.body)
    _check_title(session, campaign, news)
    values = {"published_at": at, "title": draft.title, "body": draft.body}
    update = CampaignUpdate(campaign_id=campaign.id, public_id=draft.public_id, **values)
    session.add(update)
    session.delete(draft)
    difference = Difference("updates", draft.title[campaign.language], is_new=True, values=added(values))
    _write(session, actor, campaign, [difference], edit)
    return update


def _check_title(session: Session, campaign: Campaign, news: NewsText, *, but: CampaignUpdate | None = None) -> None:
    """Refuse a title that published news have: by it files know them again."""
    own = campaign.language
    query = select(func.count()).select_from(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign.id)
    same = query.where(CampaignUpdate.title[own].astext == news.title[own])
    if but is not None:
        same = same.where(CampaignUpdate.id != but.id)
    if session.scalar(same):  # narrowed: of a campaign that was found in scope, and locked
        raise RefusedError(Problem(("title", own), "update_twice"))


def _write(session: Session, actor: Actor, campaign: Campaign, differences: Sequence[Difference], edit: Edit) -> None:
    campaign.updated_at = edit.at
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, differences, row_id=campaign.id)


def _thing(campaign: Campaign, draft: UpdateDraft) -> Thing:
    return Thing(_THING, draft.public_id, campaign.organization_id)
