"""Show the page of a campaign that is only typed yet: it is made, drawn, and unmade, all in one savepoint."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.campaigns.previewing import DrawUnsaved
from campaign.content.specs import LoadCampaign
from campaign.kernel.actors import Actor
from campaign.organize.creating.saving import create_campaign
from campaign.organize.creating.starts import Start
from campaign.revisions.service import Edit


def look_at(
    session: Session,
    actor: Actor,
    command: LoadCampaign,
    edit: Edit,
    *,
    start: Start,
    kinds: Sequence[ActionKind],
    draw: DrawUnsaved,
) -> str:
    """Return the page of what `create_campaign` would make; nothing is stored.

    Raises: as `create_campaign`.
    """
    savepoint = session.begin_nested()
    try:
        return draw(session, create_campaign(session, actor, command, edit, start=start, kinds=kinds))
    finally:
        savepoint.rollback()
