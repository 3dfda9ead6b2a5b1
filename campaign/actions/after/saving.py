"""Brings a campaign to what is said of what follows signing in it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from campaign.actions.after.stored import MAILS, STEPS, columns_of, stored_of
from campaign.audit.service import Thing
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.revisions.differences import Difference
from campaign.revisions.service import Edit, lock, write_down

_PART = "after"


def save_after(
    session: Session, actor: Actor, campaign: Campaign, columns: Mapping[str, Any] | None, edit: Edit
) -> Difference | None:
    """Bring what follows signing to `columns` (`stored.columns_of`), or to what is so everywhere (None).

    Returns what differs, by column, if anything. Mails that wait to be sent already say it in the new words.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: a subject of its own, in a campaign of high safety.

    Side effects: the campaign's column, the audit log, the campaign's revision.
    """
    actor.require(Power.PUBLISH)
    lock(session, campaign)
    if not actor.acts_for(campaign.organization_id):
        raise NotFoundError("there is no such campaign")
    before, after = columns_of(campaign.after_signing), dict(columns or {})
    for name in after:
        if campaign.is_high_safety and name.startswith(f"{MAILS}.") and name.endswith(".subject"):
            raise RefusedError(Problem((_PART, *name.split(".")), "subject_fixed"))
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names:
        return None
    campaign.after_signing = stored_of(after)
    campaign.updated_at = edit.at
    difference = Difference(_PART, values={name: _pair(name, before, after) for name in names})
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, [difference], row_id=campaign.id)
    return difference


def _pair(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return old and new; no text in any language is an empty mapping, as of any text of a campaign."""
    nothing: Any = None if name == STEPS else {}
    return before.get(name, nothing), after.get(name, nothing)
