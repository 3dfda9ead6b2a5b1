"""Who may stop mail by hand, and of what: the operator of everything, an organization of its own."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.models import Campaign, Organization
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import InvalidError, NotFoundError
from campaign.kernel.lanes import LaneName
from campaign.kernel.scoping import scoped
from campaign.kernel.text import fault_of
from campaign.outbox.pauses import Paused, pause, resume

WHY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """Which mail: of a lane, of an organization, of a campaign (slugs); all that is given must hold, None is any."""

    lane: LaneName | None = None
    organization: str | None = None
    campaign: str | None = None


def pause_mail(session: Session, actor: Actor, mail: Mail, why: str) -> bool:
    """Stop mail until it is resumed; return False where it was stopped for that reason already.

    Raises:
        ForbiddenError: the actor may not send; or would stop what is not of one organization, and is not the operator.
        NotFoundError: there is no such organization or campaign, or it is not theirs.
        InvalidError: `why` is no line of 1 to `WHY_LENGTH` characters.

    Side effects: a row of `outbox_switches`; a row in the audit log.
    """
    paused, thing = _find(session, actor, mail)
    why = why.strip()
    if fault_of(why, WHY_LENGTH, one_line=True) is not None:
        raise InvalidError(f"say why in one line of 1 to {WHY_LENGTH} characters")
    is_new = pause(session, paused, why, actor.name)
    if is_new:
        record(session, actor, "pause", thing)
    return is_new


def resume_mail(session: Session, actor: Actor, mail: Mail) -> int:
    """End the pauses of exactly this mail, an organizer only their own; return how many there were.

    Raises:
        ForbiddenError: as for `pause_mail`.
        NotFoundError: as for `pause_mail`.

    Side effects: what waited goes on; a row in the audit log.
    """
    paused, thing = _find(session, actor, mail)
    ended = resume(session, paused, None if actor.is_operator else actor.name)
    if ended:
        record(session, actor, "resume", thing)
    return ended


def _find(session: Session, actor: Actor, mail: Mail) -> tuple[Paused, Thing]:
    """Return what to stop or let go on, and what the audit log calls it; checks that it is the actor's."""
    actor.require(Power.SEND)
    paused, thing = Paused(mail.lane), None
    if mail.organization is not None:
        query = select(Organization).where(Organization.slug == mail.organization)
        organization = session.scalar(scoped(query, actor))
        if organization is None:
            raise NotFoundError(f"there is no organization {mail.organization!r}")
        paused = replace(paused, organization_id=organization.id)
        thing = Thing("mail", organization.public_id, organization.id)
    if mail.campaign is not None:
        campaign = session.scalar(scoped(select(Campaign).where(Campaign.slug == mail.campaign), actor))
        if campaign is None:
            raise NotFoundError(f"there is no campaign {mail.campaign!r}")
        paused = replace(paused, campaign_id=campaign.id)
        thing = Thing("mail", campaign.public_id, campaign.organization_id)
    if thing is None:
        actor.require_operator("stop the mail of everybody")
        thing = Thing("mail", mail.lane or "all")
    return paused, thing
