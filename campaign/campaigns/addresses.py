"""The address of a campaign, its slug, which can change: every one it had leads to it for ever, and is no other's.

a ──► b ──► c        a and b are old: each leads straight to c
c ──► a              a is its own again; b and c are old
"""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.campaigns.lifecycle import lock_own
from campaign.campaigns.models import Campaign, OldSlug
from campaign.campaigns.queries import find_campaign, get_own_campaign_by_slug, list_old_slugs
from campaign.campaigns.service import refuse_old
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.revisions.differences import Difference
from campaign.revisions.service import Edit, write_down


def check_free(session: Session, actor: Actor, slug: str) -> None:
    """Raise `RefusedError` where a slug is a campaign's, or was another's.

    Codes: `taken`; those of `refuse_old`.
    """
    refuse_old(session, actor, slug)
    if find_campaign(session, slug) is not None:
        raise RefusedError(Problem(("slug",), "taken", {"given": slug}))


def check_move(session: Session, actor: Actor, slug: str, to: str) -> None:
    """Raise what `move_campaign` would raise; nothing is changed, and nobody is waited for."""
    actor.require(Power.PUBLISH)
    campaign = get_own_campaign_by_slug(session, actor, slug)
    if to != slug and to not in list_old_slugs(session, actor, campaign.id):
        check_free(session, actor, to)


def move_campaign(session: Session, actor: Actor, slug: str, to: str, edit: Edit) -> Campaign:
    """Give a campaign another slug, which the rules found right (`rules.check_slug`); return it.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: as `check_free`; a slug that it had before it can have again.

    Side effects: the one it had is kept as old.
    """
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    if to == slug:
        return campaign
    check_move(session, actor, slug, to)
    kept = insert(OldSlug).values(slug=slug, campaign_id=campaign.id)
    session.execute(kept.on_conflict_do_nothing())  # narrowed: the campaign is in scope
    again = delete(OldSlug).where(OldSlug.slug == to, OldSlug.campaign_id == campaign.id)
    session.execute(again)  # narrowed: as above
    campaign.slug, campaign.updated_at = to, edit.at
    session.flush()
    refuse_old(session, actor, to)  # of whoever gave it up while we waited for them
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, [Difference(values={"slug": (slug, to)})], row_id=campaign.id)
    return campaign


def share_content(session: Session, actor: Actor, slug: str, edit: Edit, *, is_shared: bool) -> None:
    """Let organizers of other organizations make campaigns of a campaign's texts and pictures, or no more.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
    """
    actor.require(Power.PUBLISH)
    campaign = lock_own(session, actor, slug)
    if campaign.is_shared != is_shared:
        at, before = campaign.updated_at, campaign.is_shared  # its page does not change
        campaign.is_shared, campaign.updated_at = is_shared, at
        session.flush()
        thing = Thing("campaign", campaign.public_id, campaign.organization_id)
        difference = Difference(values={"is_shared": (before, is_shared)})
        write_down(session, actor, edit, thing, [difference], row_id=campaign.id)
