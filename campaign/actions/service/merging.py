"""Puts what somebody signed again into what counts already: the words typed last hold, in whatever order they came.

    waiting ─► merged    (its values went to the action that counts, or nowhere where others were typed later)

A kind that may be done more than once says itself what takes the place of what (`supersede`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.endings import MERGED
from campaign.actions.models import Action
from campaign.actions.service.rows import read
from campaign.actions.service.unlinking_mails import untie
from campaign.kernel.personal import emptying
from campaign.people.sharedfields import TYPED

_NEVER = datetime.min.replace(tzinfo=UTC)

_COUNTED = text("""
SELECT signer_key, id, number, coalesce(typed_at, created_at) AS typed_at
FROM actions
WHERE signer_key = ANY(:keys) AND state = 'confirmed' AND is_counted ORDER BY id FOR UPDATE
""")

# Settled, an action of high safety holds no language any more. Where somebody came from stays, unless they came by
# another link since.
_TAKEN = ", ".join(f"{name} = s.{name}" for name in TYPED if name not in ("language", "source"))
_TAKEN += ", source = coalesce(s.source, t.source)"
_MERGE = text(f"""
UPDATE actions t SET {_TAKEN}, language = CASE WHEN s.person_id IS NOT NULL THEN s.language END,
    wording_id = s.wording_id, person_id = s.person_id, typed_at = coalesce(s.typed_at, s.created_at), erased_at = NULL
FROM unnest(CAST(:sources AS bigint[]), CAST(:targets AS bigint[])) AS u(source, target)
JOIN actions s ON s.id = u.source WHERE t.id = u.target
""")  # noqa: S608 - joined from names of columns

_EMPTY_MERGED = text(f"""
UPDATE actions a SET state = 'merged', merged_into_id = u.target, confirmed_at = now(), {emptying(Action, MERGED, "a")}
FROM unnest(CAST(:sources AS bigint[]), CAST(:targets AS bigint[])) AS u(source, target) WHERE a.id = u.source
""")  # noqa: S608 - joined from what columns declare


@dataclass(frozen=True, slots=True)
class Merges:
    """Rows whose signer counts already, by id: the id (and number) of the action that counts.

    `winners`: by id of one that counts, the row whose words it takes; absent where its own were typed last.
    """

    into: dict[int, tuple[int, int | None]]
    winners: dict[int, int]


def find_merges(session: Session, rows: Sequence[Row[Any]]) -> Merges:
    """Return which of these rows, locked before, go into which that count, also among themselves; locks the latter."""
    keys = sorted({bytes(row.signer_key) for row in rows if row.is_counted and row.is_signed_before})
    counted = session.execute(_COUNTED, {"keys": keys}).all() if keys else ()
    first: dict[bytes, tuple[int, int | None]] = {bytes(row.signer_key): (row.id, row.number) for row in counted}
    latest = {row.id: (row.typed_at, row.id) for row in counted}
    into: dict[int, tuple[int, int | None]] = {}
    for row in rows:
        if row.is_counted:
            target = first.setdefault(bytes(row.signer_key), (row.id, None))
            if target[0] != row.id:
                into[row.id] = target
            latest[target[0]] = max(latest.get(target[0], (_NEVER, 0)), (row.typed_at, row.id))
    return Merges(into, {target: source for target, (_, source) in latest.items() if target != source})


def merge(session: Session, merges: Merges) -> Sequence[Row[Any]]:
    """Put rows into those that count, which take the words of the one typed last; return those that count."""
    if not merges.into:
        return ()
    targets = [target for target, _ in merges.into.values()]
    if merges.winners:
        values = {"sources": list(merges.winners.values()), "targets": list(merges.winners)}
        session.execute(_MERGE, values)
    session.execute(_EMPTY_MERGED, {"sources": list(merges.into), "targets": targets})
    return read(session, targets)


def supersede(session: Session, pairs: Mapping[int, int]) -> None:
    """Empty actions that others of the same signer take the place of; `pairs` maps the old id to the new one."""
    if pairs:
        session.execute(_EMPTY_MERGED, {"sources": list(pairs), "targets": list(pairs.values())})
        untie(session, list(pairs))
