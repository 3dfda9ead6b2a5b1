"""Make a campaign of what was typed: with its texts, whom it addresses, and the pictures of the one it is made of."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from campaign.actions.after.part import PART
from campaign.actions.after.saving import save_after
from campaign.actions.kind import ActionKind
from campaign.actions.queries import has_actions
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import find_campaign, get_own_campaign_by_slug
from campaign.campaigns.saving import save_campaign
from campaign.content.specs import LoadCampaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.media.service import copy_media
from campaign.organize.creating.starts import Start
from campaign.revisions.service import Edit
from campaign.targets.saving import address_companies


def create_campaign(
    session: Session,
    actor: Actor,
    command: LoadCampaign,
    edit: Edit,
    *,
    start: Start,
    kinds: Sequence[ActionKind],
) -> Campaign:
    """Add a campaign as a draft; return it, with its organization and agreement.

    Args:
        session: the caller's.
        actor: who makes it.
        command: what it is, checked by the rules of content files.
        edit: what it is a part of.
        start: what it begins from, which the actor was let read.
        kinds: whose texts may come with it.

    Raises:
        ForbiddenError: the actor may not publish.
        RefusedError: its slug is taken (`slug`).
        UnknownNameError: its organization is none of the actor's; it would address a company that does not exist.
    """
    actor.require(Power.PUBLISH)
    if find_campaign(session, command.slug) is not None:
        raise RefusedError(Problem(("slug",), "taken"))
    campaign = save_campaign(session, actor, command.save, edit, has_actions=has_actions).row
    if command.standings:
        address_companies(session, actor, campaign.id, command.standings, edit)
    for kind in kinds:
        if kind.texts is not None and command.parts.get(kind.texts.name) is not None:
            kind.texts.save(session, actor, campaign, command.parts[kind.texts.name], edit)
    if command.parts.get(PART) is not None:
        save_after(session, actor, campaign, command.parts[PART], edit)
    if start.source is not None:
        copy_media(session, actor, edit, from_id=start.source, to_id=campaign.id)
    session.flush()
    return get_own_campaign_by_slug(session, actor, command.slug)
