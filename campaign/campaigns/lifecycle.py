"""How a campaign goes from one part of its life to the next, by an organizer's hand or at the time they set.

Each step says from where it leads, so that of two who take it at once the later is told that it was done already, and
nobody closes what another just paused without knowing. What a step does to letters, `service` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.campaigns.commands import Due
from campaign.campaigns.models import Campaign
from campaign.campaigns.service import change_status
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now as present
from campaign.kernel.errors import InvalidError, NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import scoped
from campaign.revisions.differences import Difference, Values, bring
from campaign.revisions.service import Edit, write_down

NOTES_LENGTH = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Step:
    """From which statuses a step leads to which."""

    froms: tuple[str, ...]
    to: str


STEPS: Mapping[str, Step] = {
    "publish": Step(("draft",), "open"),
    "pause": Step(("open",), "paused"),
    "close": Step(("open", "paused"), "closed"),
    "reopen": Step(("paused", "closed"), "open"),
    "win": Step(("open", "paused", "closed"), "won"),
    "unwin": Step(("won",), "open"),
}
"""Every step that an organizer can take."""


def lock_own(session: Session, actor: Actor, slug: str) -> Campaign:
    """Return a campaign of the actor's that nobody else changes until the transaction ends; raise `NotFoundError`."""
    query = select(Campaign).where(Campaign.slug == slug).with_for_update(key_share=True, of=Campaign)
    campaign = session.scalars(scoped(query, actor)).one_or_none()
    if campaign is None:
        raise NotFoundError(f"there is no campaign {slug!r}")
    return campaign


def take_step(
    session: Session, actor: Actor, slug: str, step: str, edit: Edit, *, at: datetime | None = None
) -> Campaign:
    """Take one of `STEPS`; return the campaign.

    Args:
        session: the caller's.
        actor: who takes it.
        slug: of which campaign.
        step: its name.
        edit: what it is a part of.
        at: since when it holds (a win is dated), by default now.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        InvalidError: there is no such step.
        RefusedError: it does not lead from where the campaign stands now (`moved`, with `status`).

    Side effects: those of `change_status`.
    """
    actor.require(Power.PUBLISH)
    if step not in STEPS:
        raise InvalidError(f"{step!r} is no step of a campaign")
    campaign = lock_own(session, actor, slug)
    _check_from(campaign, STEPS[step].froms)
    change_status(session, actor, slug, STEPS[step].to, at, edit=edit)
    return campaign


def schedule_opening(session: Session, actor: Actor, slug: str, due: Due | None, edit: Edit) -> None:
    """Let a draft open by itself at a time, or (None) no more.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: it is no draft (any more): `moved`.
    """
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    _check_from(campaign, ("draft",))
    values = bring(campaign, {"opens_at": due and due.at, "opens_zone": due and due.timezone})
    _write(session, actor, campaign, edit, values)


def keep_notes(session: Session, actor: Actor, slug: str, notes: str, edit: Edit) -> None:
    """Keep what organizers note for one another on a campaign; the history tells that they changed, not what they say.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: they are too long.
    """
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    if len(notes) > NOTES_LENGTH:
        raise RefusedError(Problem(("notes",), "too_long", {"most": NOTES_LENGTH}))
    at = campaign.updated_at  # the page has not changed
    values = bring(campaign, {"notes": notes})
    campaign.updated_at = at
    _write(session, actor, campaign, edit, values)


def open_due(session: Session, most: int = 20) -> int:
    """Open those drafts whose time has come; return how many.

    Whoever scheduled it is in the history; this is done in the schedule's name, for its organization alone.
    """
    query = select(Campaign).where(Campaign.status == "draft", Campaign.opens_at <= present())
    locked = query.order_by(Campaign.id).limit(most).with_for_update(skip_locked=True, key_share=True, of=Campaign)
    campaigns = session.scalars(locked).all()
    for campaign in campaigns:
        edit = Edit("schedule", present())
        change_status(
            session, schedule_of(campaign.organization_id), campaign.slug, "open", campaign.opens_at, edit=edit
        )
    return len(campaigns)


def schedule_of(organization_id: int) -> Actor:
    """Return who acts when the time comes that an organizer set, for one organization."""
    return Actor("schedule", frozenset({Power.PUBLISH}), frozenset({organization_id}))


def _check_from(campaign: Campaign, froms: tuple[str, ...]) -> None:
    if campaign.status not in froms:
        raise RefusedError(Problem(("status",), "moved", {"status": campaign.status}))


def _write(session: Session, actor: Actor, campaign: Campaign, edit: Edit, values: Values) -> None:
    differences = [Difference(values=values)] if values else []
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, differences, row_id=campaign.id)
