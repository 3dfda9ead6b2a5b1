"""Undoes a withdrawing within the hour, and empties what nobody took back by then.

    withdrawn, whole ─┬─ undone within the hour ─► as it was, with its number; it counts again
                      └─ the hour is over ─► emptied (`emptying`)

The number is the one it had: nobody else was given it. Whoever signed again meanwhile counts already: there is nothing
to undo, and it is emptied in its time.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.endings import WITHDRAWN
from campaign.actions.kind import ActionKind
from campaign.actions.models import Action
from campaign.kernel.personal import emptying

# One that counts by now of the same signer is looked for by the index of those that count.
_LOCK = text("""
SELECT a.id, a.kind, a.campaign_id, a.is_counted FROM actions a
WHERE a.id = :id AND a.state = 'withdrawn' AND a.undo_until > now() AND NOT (a.is_counted AND EXISTS (
    SELECT FROM actions x WHERE x.signer_key = a.signer_key AND x.state = 'confirmed' AND x.is_counted))
FOR UPDATE
""")
_RESTORE = text("""
UPDATE actions SET state = 'confirmed', withdrawn_at = NULL, undo_until = NULL
WHERE id = :id
""")
_COUNT = text("""
UPDATE campaign_tallies SET confirmed = confirmed + 1, as_of = now() WHERE campaign_id = :campaign
""")
_EMPTY = text(f"""
UPDATE actions a SET {emptying(Action, WITHDRAWN, "a")}
WHERE id = ANY(ARRAY(
    SELECT id FROM actions WHERE undo_until < now() ORDER BY undo_until LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING a.id
""")  # noqa: S608 - joined from what columns declare


def restore(session: Session, action_id: int, kinds: Mapping[str, ActionKind]) -> bool:
    """Undo a withdrawing; return whether there was one to undo.

    Raises:
        IntegrityError: the same signer confirmed at this moment; run again, it finds that.
    """
    row: Row[Any] | None = session.execute(_LOCK, {"id": action_id}).one_or_none()
    give_back = kinds[row.kind].withdrawing.restore if row is not None else None
    if row is None or give_back is None:
        return False
    session.execute(_RESTORE, {"id": row.id})
    give_back(session, [row.id])
    if row.is_counted:
        session.execute(_COUNT, {"campaign": row.campaign_id})
    return True


def empty_withdrawn(session: Session, most: int = 1000) -> int:
    """Empty `most` of what was withdrawn and can be undone no longer; return how many."""
    return len(session.execute(_EMPTY, {"most": most}).all())
