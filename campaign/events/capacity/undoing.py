"""Undoes what the holder of an RSVP did last: a change, or that they canceled it. For an hour.

    stands ──(changed, canceled)──► what it was is noted ─┬─ undone ─► as it was, as far as there is room
                                                         └─ the hour is over ─► forgotten

What was given up went to others at once: nobody waits for somebody who may change their mind. So an undoing asks for
it anew. What is left is taken; where it is not, the RSVP waits again, behind those who wait. Nothing is noted of who
cannot be written to (high safety): of them what is over leaves nothing at once.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.events.capacity.changes import bring
from campaign.events.capacity.counting import LOCK, list_legs_of, list_of_actions, lock_legs
from campaign.events.capacity.offers import catch_up, offer
from campaign.events.capacity.telling import tell_updated
from campaign.events.resources import PLACE
from campaign.kernel.clock import now
from campaign.kernel.errors import GoneError

_READ = text("SELECT claims, answers, children FROM rsvp_undos WHERE action_id = :id AND until > :at FOR UPDATE")
_FORGET = text("DELETE FROM rsvp_undos WHERE action_id = :id")
# Who made another RSVP meanwhile has that one.
_STAND_AGAIN = text("""
UPDATE rsvps r SET is_standing = true WHERE r.action_id = :id AND NOT EXISTS (
    SELECT FROM rsvps s WHERE s.event_id = r.event_id AND s.signer_key = r.signer_key AND s.is_standing
    AND s.action_id <> r.action_id)
RETURNING r.action_id
""")
_WRITE = text("""
UPDATE rsvps SET sequence = sequence + 1, changed_at = now(), children = CAST(:children AS jsonb),
    answers = CAST(:answers AS jsonb) WHERE action_id = :id
""")
_OVERDUE = text("""
DELETE FROM rsvp_undos WHERE action_id = ANY(ARRAY(
    SELECT action_id FROM rsvp_undos WHERE until < now() ORDER BY until LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING action_id
""")


def list_noted(session: Session, action_id: int) -> dict[tuple[int, str], int]:
    """Return how much an RSVP had before its last change, by leg and resource; nothing where none is noted."""
    noted = session.execute(_READ, {"id": action_id, "at": now()}).one_or_none()
    claims = noted.claims if noted is not None else ()
    return {(claim["leg"], claim["resource"]): claim["amount"] for claim in claims if claim["state"] == "going"}


def undo_change(session: Session, action_id: int) -> None:
    """Bring a standing RSVP back to what it was before its last change, as far as there is room.

    Side effects: locks the legs; what is freed is offered to those who wait; a mail to the holder.

    Raises:
        GoneError: it does not stand any more, or there is nothing to undo, or no longer.
    """
    row = session.execute(LOCK, {"ids": [action_id]}).one_or_none()
    if row is None or not row.is_standing:
        raise GoneError("this RSVP was canceled, or another took its place")
    _bring_back(session, action_id, now())


def restore(session: Session, action_ids: Sequence[int]) -> None:
    """Let RSVPs stand again that were withdrawn within the hour; the spine has set their actions as they were.

    Side effects: as of `undo_change`.

    Raises:
        GoneError: its signer has another RSVP for the event by now, or there is nothing to undo any more.
    """
    at = now()
    for action_id in sorted(action_ids):
        session.execute(LOCK, {"ids": [action_id]})
        if session.scalar(_STAND_AGAIN, {"id": action_id}) is None:
            raise GoneError("another RSVP took the place of this one")
        _bring_back(session, action_id, at)


def forget_undos(session: Session, most: int = 1000) -> int:
    """Forget `most` of what can no longer be undone; return how many."""
    return len(session.execute(_OVERDUE, {"most": most}).all())


def _bring_back(session: Session, action_id: int, at: datetime) -> None:
    noted = session.execute(_READ, {"id": action_id, "at": at}).one_or_none()
    if noted is None:
        raise GoneError("there is nothing to undo any more")
    legs = lock_legs(session, {*list_legs_of(session, [action_id]), *(claim["leg"] for claim in noted.claims)}, at)
    catch_up(session, legs, at)
    had = {(claim["leg"], claim["resource"]): claim["amount"] for claim in noted.claims}
    has = {(claim.leg_id, claim.resource) for claim in list_of_actions(session, [action_id]) if claim.state != "gone"}
    wanted = {
        key: amount
        for key, amount in had.items()
        if key[0] in legs and not legs[key[0]].is_cancelled and (key in has or legs[key[0]].pools[PLACE].is_open)
    }
    bring(session, action_id, legs, wanted, at)
    values = {"id": action_id, "children": json.dumps(noted.children), "answers": json.dumps(noted.answers)}
    session.execute(_WRITE, values)
    session.execute(_FORGET, {"id": action_id})
    offer(session, legs, at)
    tell_updated(session, [action_id])
