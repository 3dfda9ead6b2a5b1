"""What a supporter takes back: withdraw an action, erase oneself, "this wasn't me"; and what time takes back.

Withdrawing moves the tally; erasing does not: the count stays, without a person, and with a keyed hash so that the
address cannot count twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.actions.service.forgetting import allowance_keys, forget_lonely, mailbox_keys
from campaign.actions.service.untying import ERASED, untie
from campaign.delivery.allowances import forget_allowances
from campaign.outbox import service as outbox
from campaign.outbox.traces import forget

UNCONFIRMED_KEPT_FOR = timedelta(days=30)

_LOCK = text("""
SELECT id, kind, campaign_id, person_id, state, is_counted FROM actions WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
""")
# Those that count last, as `confirm` locks what waits before the ones that it merges into or takes the place of.
_LOCK_PERSON = text("""
SELECT id, kind, campaign_id, person_id, state, is_counted, signer_key FROM actions
WHERE person_id = :person ORDER BY state = 'confirmed', id FOR UPDATE
""")
_HOLD_PERSON = text("SELECT email FROM people WHERE id = :person FOR UPDATE")
# What others took the place of has no person any more, but messages of its own that went to one.
_SUPERSEDED = text("""
SELECT id FROM actions WHERE signer_key = ANY(:keys) AND NOT is_counted AND state = 'merged'
""")
# With the withdrawal a high-safety confirmation is settled: the address goes, and the language it was needed for.
_WITHDRAW = text("""
UPDATE actions SET state = 'withdrawn', withdrawn_at = now(), email = NULL, given_name = NULL, family_name = NULL,
    postal_code = NULL, country = NULL, comment = NULL, show_name = false, source = NULL, referred_by_id = NULL,
    language = CASE WHEN person_id IS NOT NULL THEN language END
WHERE id = ANY(:ids)
""")
_UNCOUNT = text("""
UPDATE campaign_tallies SET confirmed = confirmed - :count, as_of = now() WHERE campaign_id = :campaign
""")

_ERASE = text(f"""
UPDATE actions a SET {ERASED}, person_id = NULL, email = NULL, given_name = NULL, family_name = NULL,
    language = NULL, postal_code = NULL, country = NULL, comment = NULL, show_name = false, source = NULL,
    wording_id = NULL, referred_by_id = NULL
WHERE id = ANY(:ids)
""")  # noqa: S608 - a constant
# Whom somebody brought along is part of what is known of them.
_UNLINK = text("UPDATE actions SET referred_by_id = NULL WHERE referred_by_id = ANY(:ids)")
_DELETE = text("DELETE FROM actions WHERE id = ANY(:ids)")
# `asked_at` decides, so that a new mail's link has its 14 days. What waits stands in one of two indexes. Then
# it is looked up by its ids and nothing else: `coalesce` keeps the planner from another index that holds what waits.
_OVERDUE = text("""
SELECT id, kind, campaign_id, state, is_counted FROM actions
WHERE id = ANY(ARRAY(
    SELECT w.id FROM campaigns g CROSS JOIN LATERAL (
        (SELECT id FROM actions WHERE campaign_id = g.id AND asked_at < now() - CAST(:age AS interval)
             AND state = 'waiting' AND (reminded_at IS NOT NULL OR is_held) ORDER BY asked_at LIMIT :most)
        UNION ALL
        (SELECT id FROM actions WHERE campaign_id = g.id AND asked_at < now() - CAST(:age AS interval)
             AND state = 'waiting' AND reminded_at IS NULL AND NOT is_held ORDER BY asked_at LIMIT :most)
    ) w LIMIT :most))
  AND coalesce(state = 'waiting' AND asked_at < now() - CAST(:age AS interval), false)
ORDER BY id FOR UPDATE SKIP LOCKED
""")
_PERSONS = text("SELECT DISTINCT person_id FROM actions WHERE id = ANY(:ids) AND person_id IS NOT NULL")
_FORGET = tuple(
    text(f"DELETE FROM {table} WHERE {column} = :person")  # noqa: S608 - constants
    for table, column in (
        ("consents", "person_id"),
        ("supporters", "person_id"),
        ("my_links", "person_id"),
        ("people", "id"),
    )
)

Kinds = Mapping[str, ActionKind]


def withdraw(session: Session, action_ids: Sequence[int], kinds: Kinds) -> int:
    """Take back confirmed or waiting actions; return how many. The tally follows; a number is never given again."""
    rows = [row for row in _lock(session, action_ids) if row.state in ("waiting", "confirmed", "held")]
    if not rows:
        return 0
    ids = [row.id for row in rows]
    session.execute(_WITHDRAW, {"ids": ids})
    outbox.withdraw(session, ids)
    for kind, kind_ids in by_kind(rows).items():
        kinds[kind].on_withdrawn(session, kind_ids)
    untie(session, [row.id for row in rows if row.person_id is None])
    uncounted: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.is_counted and row.state == "confirmed":
            uncounted[row.campaign_id] += 1
    for campaign_id in sorted(uncounted):
        session.execute(_UNCOUNT, {"campaign": campaign_id, "count": uncounted[campaign_id]})
    return len(rows)


def erase_person(session: Session, person_id: int, kinds: Kinds) -> None:
    """Forget a person: everything typed, every letter's text, the address. What was counted stays counted.

    All mail to their mailbox that has not begun is taken back, also what is about no action (their own page's link).
    """
    session.execute(_LOCK_PERSON, {"person": person_id})
    email = session.scalar(_HOLD_PERSON, {"person": person_id})  # from here on nothing new can be theirs
    rows = session.execute(_LOCK_PERSON, {"person": person_id}).all()  # with what came until then
    signers = sorted({bytes(row.signer_key) for row in rows})
    superseded = session.scalars(_SUPERSEDED, {"keys": signers}).all() if signers else ()
    _erase(session, rows, kinds)
    forget(session, superseded, mailbox_keys(session, [email] if email else []))
    forget_allowances(session, allowance_keys(session, email) if email else [])
    for statement in _FORGET:
        session.execute(statement, {"person": person_id})


def erase_action(session: Session, action_id: int, kinds: Kinds) -> None:
    """Forget one action that has no person (high safety): its pseudonym and its mails go, its count stays."""
    _erase(session, _lock(session, [action_id]), kinds)


def delete_waiting(session: Session, action_ids: Sequence[int]) -> int:
    """Delete unconfirmed actions with all that hangs on them ("this wasn't me", or their time is over)."""
    rows = _lock(session, action_ids)
    return _delete(session, [row for row in rows if row.state == "waiting"])


def purge_unconfirmed(session: Session, most: int = 1000) -> int:
    """Delete `most` of the actions that nobody confirmed in 30 days from the last asking; return how many."""
    return _delete(session, session.execute(_OVERDUE, {"age": UNCONFIRMED_KEPT_FOR, "most": most}).all())


def _lock(session: Session, action_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Lock actions; where one was put elsewhere in the table meanwhile (`untying.mix_rows`), a second look finds it."""
    rows = session.execute(_LOCK, {"ids": list(action_ids)}).all()
    return rows if len(rows) == len(set(action_ids)) else session.execute(_LOCK, {"ids": list(action_ids)}).all()


def _erase(session: Session, rows: Sequence[Row[Any]], kinds: Kinds) -> None:
    waiting = [row for row in rows if row.state == "waiting"]
    kept = [row for row in rows if row.state != "waiting"]
    ids = [row.id for row in kept]
    if ids:
        forget(session, ids)
        for kind, kind_ids in by_kind(kept).items():
            kinds[kind].on_erased(session, kind_ids)
        session.execute(_ERASE, {"ids": ids})
        session.execute(_UNLINK, {"ids": ids})
        untie(session, [row.id for row in kept if row.person_id is None])
    _delete(session, waiting)


def _delete(session: Session, rows: Sequence[Row[Any]]) -> int:
    if not rows:
        return 0
    ids = [row.id for row in rows]
    people = list(session.scalars(_PERSONS, {"ids": ids}))
    outbox.delete_for_actions(session, ids)
    session.execute(_DELETE, {"ids": ids})
    forget_lonely(session, people)
    return len(ids)


def by_kind(rows: Sequence[Row[Any]]) -> dict[str, list[int]]:
    """Return the ids of actions by their kind."""
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.kind].append(row.id)
    return ids
