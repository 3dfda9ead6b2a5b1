"""The operator's review of what looked like a machine's doing (a filled honeypot).

Nothing is dropped: the confirmation mail went, the row stands aside. Released, it counts as of now (or as soon as it is
confirmed); discarded, it is emptied and never counts.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.actions.service.confirming import settle_released
from campaign.outbox import service as outbox
from campaign.outbox.traces import forget

_HELD = text("""
SELECT a.public_id, a.kind, c.slug AS campaign, a.state, a.created_at, a.source, a.door
FROM actions a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.is_held AND a.state IN ('waiting', 'held') ORDER BY a.id LIMIT :most
""")
_WHICH = text("SELECT public_id FROM actions WHERE public_id = ANY(:ids) AND is_held AND state IN ('waiting', 'held')")
_RELEASE = text("UPDATE actions SET is_held = false WHERE public_id = ANY(:ids) AND is_held RETURNING id, state")
_DISCARD = text("""
UPDATE actions SET state = 'discarded', is_held = false, person_id = NULL, email = NULL, given_name = NULL,
    family_name = NULL, language = NULL, postal_code = NULL, country = NULL, comment = NULL, show_name = false,
    source = NULL, wording_id = NULL, erased_at = now()
WHERE public_id = ANY(:ids) AND is_held AND state IN ('waiting', 'held') RETURNING id, kind
""")


def list_held(session: Session, most: int = 200) -> Sequence[Row[Any]]:
    """Return what waits for review: public id, kind, campaign, state, time, door, source; no names, no addresses."""
    return session.execute(_HELD, {"most": most}).all()


def find_held(session: Session, public_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of `public_ids` that wait for review."""
    return set(session.scalars(_WHICH, {"ids": list(public_ids)}))


def release(session: Session, public_ids: Sequence[UUID], kinds: Mapping[str, ActionKind]) -> int:
    """Let held actions through; those confirmed meanwhile count now. Return how many."""
    rows = session.execute(_RELEASE, {"ids": list(public_ids)}).all()
    settle_released(session, [row.id for row in rows if row.state == "held"], kinds)
    return len(rows)


def discard(session: Session, public_ids: Sequence[UUID], kinds: Mapping[str, ActionKind]) -> int:
    """Empty held actions for good; return how many."""
    rows = session.execute(_DISCARD, {"ids": list(public_ids)}).all()
    ids = [row.id for row in rows]
    outbox.withdraw(session, ids)
    forget(session, ids)
    for row in rows:
        kinds[row.kind].on_erased(session, [row.id])
    return len(ids)
