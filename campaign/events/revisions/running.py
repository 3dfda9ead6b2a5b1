"""What who runs an event does to it: cancel it, give a leg more or fewer places, close and open it.

Nobody loses a place because fewer are given out; the waiting list moves as soon as something is free again.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.events.capacity.counting import lock_legs
from campaign.events.models import Event, Leg
from campaign.events.revisions.effects import Effects
from campaign.events.revisions.settling import settle_change
from campaign.events.revisions.snapshots import take_snapshot
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ConflictError, NotFoundError
from campaign.kernel.scoping import check_campaign, scoped
from campaign.revisions.service import Edit, lock

_NUMBERS = text("""
SELECT coalesce(sum(amount) FILTER (WHERE state = 'going' OR until > :at), 0) AS taken,
       coalesce(sum(amount) FILTER (WHERE state = 'queued'), 0) AS waiting
FROM rsvp_claims WHERE leg_id = :id AND resource = 'place'
""")


@dataclass(frozen=True)
class LegNumbers:
    """How a leg stands, in people. `taken`: going, held and offered; `capacity`: None where nothing bounds it.

    `effects`: whom the change that led there touches.
    """

    status: str
    capacity: int | None
    taken: int
    waiting: int
    effects: Effects = field(default_factory=lambda: Effects({}))


def get_event(session: Session, actor: Actor, slug: str) -> Event:
    """Return an event of the actor's, whatever its status; raise `NotFoundError` where there is none."""
    event = session.scalar(scoped(select(Event).where(Event.slug == slug), actor))
    if event is None:
        raise NotFoundError(f"there is no event {slug!r}")
    return event


def cancel_event(session: Session, actor: Actor, event: Event, at: datetime) -> int:
    """Cancel an event; return how many people are told by mail. A second time does nothing.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the event is none of theirs.

    Side effects: all that anybody had of what is still to come of it ends; one outbox message to each whom it concerns.
    """
    actor.require(Power.PUBLISH)
    check_campaign(session, actor, event.campaign_id)
    lock(session, event)
    if event.status == "cancelled":
        return 0
    before = take_snapshot(session, event)
    lock_legs(session, before.legs, at)
    event.status = "cancelled"
    event.updated_at = at
    _, effects = settle_change(session, actor, event, before, Edit("cancel", at))
    record(session, actor, "cancel", Thing("event", event.public_id, campaign_id=event.campaign_id, changed={"status"}))
    return effects.told


def set_leg(
    session: Session,
    actor: Actor,
    event: Event,
    position: int,
    at: datetime,
    *,
    capacity: int | None = None,
    is_open: bool | None = None,
) -> LegNumbers:
    """Give a leg another capacity (None: as it is), open or close it (None: as it is); return how it stands then.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the event has no such leg, or is none of theirs.
        ConflictError: the leg is cancelled.

    Side effects: what is free is offered to those who wait, by mail.
    """
    actor.require(Power.PUBLISH)
    check_campaign(session, actor, event.campaign_id)
    lock(session, event)
    query = select(Leg).where(Leg.event_id == event.id, Leg.position == position)
    leg = session.scalar(scoped(query, actor).execution_options(populate_existing=True))
    if leg is None:
        raise NotFoundError(f"event {event.slug!r} has no leg {position}")
    if leg.status == "cancelled":
        raise ConflictError(f"leg {position} is cancelled")
    before = take_snapshot(session, event)
    if capacity is not None:
        leg.capacity = capacity
    if is_open is not None:
        leg.status = "open" if is_open else "closed"
    differences, effects = settle_change(session, actor, event, before, Edit("leg", at))
    if changed := {name for one in differences if one.leg_id == leg.id for name in one.values}:
        record(session, actor, "change", Thing("leg", leg.public_id, campaign_id=event.campaign_id, changed=changed))
    numbers = session.execute(_NUMBERS, {"id": leg.id, "at": at}).one()  # narrowed: the leg was found in scope
    return LegNumbers(leg.status, leg.capacity, int(numbers.taken), int(numbers.waiting), effects)
