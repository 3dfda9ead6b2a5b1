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
from campaign.actions.service.forgetting import forget_lonely
from campaign.actions.service.undoing import by_kind
from campaign.outbox.traces import forget

_HELD = text("""
SELECT a.public_id, a.kind, c.slug AS campaign, a.state, a.created_at, a.source, a.door
FROM actions a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.is_held AND a.state IN ('waiting', 'held') ORDER BY a.id LIMIT :most
""")
_WHICH = text("SELECT public_id FROM actions WHERE public_id = ANY(:ids) AND is_held AND state IN ('waiting', 'held')")
_COUNT = text("""
SELECT count(*) AS count, coalesce(max(id), 0) AS last FROM actions WHERE is_held AND state IN ('waiting', 'held')
""")
_NEXT = text("""
SELECT id, public_id FROM actions
WHERE is_held AND state IN ('waiting', 'held') AND id > :after AND id <= :last ORDER BY id LIMIT :most
""")
_LOCK_ALL = text("SELECT id FROM actions WHERE public_id = ANY(:ids) AND is_held ORDER BY id FOR UPDATE")
_RELEASE = text("UPDATE actions SET is_held = false WHERE id = ANY(:ids) RETURNING id, state")
_LOCK = text("""
SELECT id, kind, person_id FROM actions
WHERE public_id = ANY(:ids) AND is_held AND state IN ('waiting', 'held') ORDER BY id FOR UPDATE
""")
_DISCARD = text("""
UPDATE actions SET state = 'discarded', is_held = false, person_id = NULL, email = NULL, given_name = NULL,
    family_name = NULL, language = NULL, postal_code = NULL, country = NULL, comment = NULL, show_name = false,
    source = NULL, wording_id = NULL, referred_by_id = NULL, erased_at = now()
WHERE id = ANY(:ids)
""")


def list_held(session: Session, most: int = 200) -> Sequence[Row[Any]]:
    """Return what waits for review: public id, kind, campaign, state, time, door, source; no names, no addresses."""
    return session.execute(_HELD, {"most": most}).all()


def count_held(session: Session) -> tuple[int, int]:
    """Return how many wait for review, and the id of the one that came last."""
    count, last = session.execute(_COUNT).one()
    return count, last


def list_next_held(session: Session, after: int, last: int, most: int) -> Sequence[Row[Any]]:
    """Return `id` and `public_id` of what waits for review, oldest first, from the id after `after` to `last`."""
    return session.execute(_NEXT, {"after": after, "last": last, "most": most}).all()


def find_held(session: Session, public_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of `public_ids` that wait for review."""
    return set(session.scalars(_WHICH, {"ids": list(public_ids)}))


def release(session: Session, public_ids: Sequence[UUID], kinds: Mapping[str, ActionKind]) -> int:
    """Let held actions through; those confirmed meanwhile count now. Return how many."""
    ids = session.scalars(_LOCK_ALL, {"ids": list(public_ids)}).all()
    rows = session.execute(_RELEASE, {"ids": ids}).all()
    settle_released(session, [row.id for row in rows if row.state == "held"], kinds)
    return len(rows)


def discard(session: Session, public_ids: Sequence[UUID], kinds: Mapping[str, ActionKind]) -> int:
    """Empty held actions for good; return how many. People of whom nothing else is left go with them."""
    rows = session.execute(_LOCK, {"ids": list(public_ids)}).all()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    forget(session, ids)
    for kind, kind_ids in by_kind(rows).items():
        kinds[kind].on_erased(session, kind_ids)
    session.execute(_DISCARD, {"ids": ids})
    forget_lonely(session, sorted({row.person_id for row in rows if row.person_id is not None}))
    return len(ids)
