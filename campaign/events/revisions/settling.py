"""What follows from a change of an event, whoever made it: mails, places that end or are offered, a revision.

Called once, in the transaction of the change, after it: the file that was loaded, the event cancelled, a leg given
other numbers. The event is locked since before its snapshot was taken.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from campaign.events.capacity.counting import lock_legs
from campaign.events.capacity.offers import give_freed_places
from campaign.events.models import Event, Leg
from campaign.events.revisions.effects import Effects, LegEffects
from campaign.events.revisions.snapshots import NUMBERED, Difference, Snapshot, compare, take_snapshot
from campaign.events.revisions.telling import tell_of_change
from campaign.events.revisions.versions import keep_version
from campaign.kernel.actors import Actor
from campaign.revisions.service import Edit

_ROOM = NUMBERED | {"status"}
"""Where one of these changes, something may have come free."""

_CANCEL = text("""
UPDATE rsvp_claims c SET state = 'gone', until = NULL
FROM (SELECT * FROM rsvp_claims WHERE leg_id = ANY(:legs) AND state <> 'gone' FOR UPDATE) was
WHERE c.id = was.id
RETURNING c.leg_id, c.resource, was.state AS was, was.until AS stood_until, c.amount
""")


def settle_change(
    session: Session, actor: Actor, event: Event, before: Snapshot | None, edit: Edit
) -> tuple[list[Difference], Effects]:
    """Carry out what follows from what changed since the snapshot `before` (None: the event is new).

    `actor` was let change it; `edit`: by which door, and when.

    Returns:
        What changed, and whom that touches; nothing of either where nothing changed.

    Side effects: SEQUENCE of calendar entries, outbox messages, claims, a row of the event's history.
    """
    at = edit.at
    after = take_snapshot(session, event)
    differences = compare(before, after)
    effects = Effects(
        {leg_id: LegEffects(after.numbers[leg_id], values["place"]) for leg_id, values in after.legs.items()}
    )
    of_event = select(Leg).where(Leg.event_id == event.id)
    legs = {leg.id: leg for leg in session.scalars(of_event)}  # narrowed: the actor was let change the event
    changed = {one.leg_id: one for one in differences if not one.is_of_event}
    cancelled = [leg_id for leg_id, one in changed.items() if one.is_cancelled]
    for leg_id, one in changed.items():
        legs[leg_id].version += one.is_material
    whole = next((one for one in differences if one.is_of_event), None)
    if whole is not None and whole.is_cancelled:
        cancelled = [leg_id for leg_id, leg in legs.items() if leg.starts_at > at]  # what has begun stays as its record
    moved = [leg_id for leg_id, one in changed.items() if one.is_moved and leg_id not in cancelled]
    is_material = bool(moved or cancelled) or (whole is not None and whole.is_material)
    event.version += is_material
    session.flush()
    if moved or cancelled:
        stamps = {leg_id: before.stamps[leg_id] for leg_id in moved} if before else {}
        tell_of_change(session, event, [*moved, *cancelled], at, before=stamps, after=after, effects=effects)
        cancel_claims(session, cancelled, at, effects)
    roomier = [leg_id for leg_id, one in changed.items() if not one.is_new and one.values.keys() & _ROOM]
    _count_offers(effects, give_freed_places(session, roomier, at))
    keep_version(session, actor, event, differences, edit, told=effects.told)
    return differences, effects


def cancel_claims(session: Session, leg_ids: Sequence[int], at: datetime, effects: Effects | None = None) -> None:
    """End all that anybody has of cancelled legs; whom that touches is added to `effects`."""
    if not lock_legs(session, leg_ids, at):
        return
    for row in session.execute(_CANCEL, {"legs": list(leg_ids)}):
        leg = effects.legs.get(row.leg_id) if effects is not None else None
        if leg is None or row.resource != "place":
            continue
        if row.was == "going" or (row.stood_until is not None and row.stood_until > at):
            leg.lose += row.amount
        elif row.was == "queued":
            leg.lose_turn += row.amount


def _count_offers(effects: Effects, offered: Iterable[Row[Any]]) -> None:
    actions = set()
    for claim in offered:
        leg = effects.legs[claim.leg_id]
        leg.offered[claim.resource] = leg.offered.get(claim.resource, 0) + claim.amount
        leg.offers[claim.resource] = leg.offers.get(claim.resource, 0) + 1
        actions.add(claim.action_id)
    effects.offers += len(actions)
