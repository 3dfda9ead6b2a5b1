"""The link to a draft's pages: for whoever has it, until its time is over. The draft exists for nobody else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign.audit.service import Thing, record
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError
from campaign.kernel.installation import Installation
from campaign.kernel.scoping import scoped
from campaign.kernel.tokens import Signer

DRAW_KEY = "campaign.draw_unsaved"
"""Where an application keeps what draws the page of a campaign that is not stored yet: `DrawUnsaved`."""

DrawUnsaved = Callable[[Session, Campaign], str]

LASTS = timedelta(days=7)
"""How long a link shows a draft: long enough to be looked at by everybody who has a word in it."""


def preview_signer(installation: Installation) -> Signer:
    """Links to a campaign's preview. Claim: its public id."""
    return installation.signer("preview", int(LASTS.total_seconds()))


def allow_preview(session: Session, actor: Actor, slug: str) -> UUID:
    """Let a campaign be looked at by a link; return the public id that the link is to carry.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: it is none of theirs.

    Side effects: the audit log says that a link was made.
    """
    actor.require(Power.PUBLISH)
    campaign = session.scalar(scoped(select(Campaign).where(Campaign.slug == slug), actor))
    if campaign is None:
        raise NotFoundError(f"there is no campaign {slug!r}")
    record(session, actor, "preview", Thing("campaign", campaign.public_id, campaign.organization_id))
    return campaign.public_id


def get_previewed(session: Session, public_id: UUID) -> Campaign:
    """Return a campaign for the holder of a link, in whatever status; raise `NotFoundError`."""
    query = select(Campaign).where(Campaign.public_id == public_id)
    loaded = query.options(joinedload(Campaign.organization), joinedload(Campaign.agreement))
    campaign = session.scalars(loaded).one_or_none()
    if campaign is None:
        raise NotFoundError("there is no such campaign")
    return campaign
