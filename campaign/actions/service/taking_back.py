"""What a supporter takes back: withdraw an action, erase oneself, "this wasn't me"; and what time takes back.

Both withdrawing and erasing take a name out of the tally. Who is erased leaves no row: nothing need be kept to keep an
address from counting twice, for it does not count once. It may sign again, gets another number, and counts once again
(docs/adr/0050-erasing-takes-the-name-out-of-the-count.md).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.endings import WITHDRAWN
from campaign.actions.kind import ActionKind
from campaign.actions.models import Action
from campaign.actions.service.forgetting import allowance_keys, forget_lonely, forget_person, mailbox_keys, signer_keys
from campaign.actions.service.unlinking_mails import untie
from campaign.delivery.daily_limit import forget_allowances
from campaign.kernel.personal import emptying
from campaign.outbox import service as outbox
from campaign.outbox.by_mailbox import forget

UNCONFIRMED_KEPT_FOR = timedelta(days=30)
UNDONE_WITHIN = timedelta(hours=1)
"""So long a withdrawing can be undone; as long as an unsubscribing (`campaign.people.stopping`)."""

_LOCK = text("""
SELECT id, kind, campaign_id, person_id, state, is_counted FROM actions WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
""")
# With what was merged, which has no person any more, but their signer's key, links and times of its own, and messages
# that went to them. Those that count last, as `confirm` locks what waits before the ones that it merges into or takes
# the place of.
_LOCK_PERSON = text("""
WITH theirs AS MATERIALIZED (
    SELECT id FROM actions WHERE person_id = :person
    UNION SELECT m.id FROM unnest(CAST(:signers AS bytea[])) AS s(signer_key)
    CROSS JOIN LATERAL (SELECT id FROM actions a WHERE a.signer_key = s.signer_key AND a.state = 'merged' OFFSET 0) m
)
SELECT id, kind, campaign_id, person_id, state, is_counted FROM actions
WHERE id = ANY(ARRAY(SELECT id FROM theirs)) ORDER BY state = 'confirmed', id FOR UPDATE
""")
_EMAIL = text("SELECT email FROM people WHERE id = :person")
_HOLD_PERSON = text("SELECT FROM people WHERE id = :person FOR UPDATE")
_WITHDRAW = text(f"""
UPDATE actions a SET state = 'withdrawn', withdrawn_at = now(), {emptying(Action, WITHDRAWN, "a")}
WHERE id = ANY(:ids)
""")  # noqa: S608 - joined from what columns declare
# What can be undone keeps what was typed until then (`restoring`).
_SET_ASIDE = text("""
UPDATE actions SET state = 'withdrawn', withdrawn_at = now(), undo_until = now() + CAST(:within AS interval)
WHERE id = ANY(:ids)
""")
_UNCOUNT = text("""
UPDATE campaign_tallies SET confirmed = confirmed - :count, as_of = now() WHERE campaign_id = :campaign
""")

# Whom somebody brought along is part of what is known of them.
_UNLINK = text("UPDATE actions SET referred_by_id = NULL WHERE referred_by_id = ANY(:ids)")
_DELETE = text("DELETE FROM actions WHERE id = ANY(:ids)")
_DELETE_NOTES = text("DELETE FROM unmixed_actions WHERE action_id = ANY(:ids)")
# Of one signer and kind, with what was merged into it. What waits of the same address is another matter: its own links
# confirm it or refuse it.
_LOCK_SIGNED = text("""
SELECT a.id, a.kind, a.campaign_id, a.person_id, a.state, a.is_counted FROM actions a
WHERE a.id = :id OR a.id = ANY(ARRAY(
    SELECT m.id FROM actions o CROSS JOIN LATERAL (
        SELECT id, kind FROM actions s WHERE s.signer_key = o.signer_key AND s.state = 'merged' OFFSET 0) m
    WHERE o.id = :id AND m.kind = o.kind))
ORDER BY a.state = 'confirmed', a.id FOR UPDATE OF a
""")
# Releases before 0040 emptied the rows of who erased themselves, and let them count.
_LOCK_ERASED = text("""
SELECT id, kind, campaign_id, person_id, state, is_counted FROM actions
WHERE erased_at IS NOT NULL AND state <> 'discarded' ORDER BY erased_at LIMIT :most FOR UPDATE SKIP LOCKED
""")
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
Kinds = Mapping[str, ActionKind]


def withdraw(session: Session, action_ids: Sequence[int], kinds: Kinds) -> int:
    """Take back confirmed or waiting actions; return how many. The tally follows; a number is never given again.

    What counted, of a person, and of a kind that can give it back, can be restored for an hour; all else is emptied.
    """
    rows = [row for row in _lock(session, action_ids) if row.state in ("waiting", "confirmed", "held")]
    if not rows:
        return 0
    ids = [row.id for row in rows]
    aside = [row.id for row in rows if _can_be_restored(row, kinds)]
    session.execute(_WITHDRAW, {"ids": sorted(set(ids) - set(aside))})
    session.execute(_SET_ASIDE, {"ids": aside, "within": UNDONE_WITHIN})
    outbox.withdraw(session, ids)
    for kind, kind_ids in by_kind(rows).items():
        kinds[kind].on_withdrawn(session, kind_ids)
    untie(session, [row.id for row in rows if row.person_id is None])
    _uncount(session, rows)
    return len(rows)


def _can_be_restored(row: Row[Any], kinds: Kinds) -> bool:
    """Whether a withdrawing can be undone: not of high safety, where what is over leaves nothing at once."""
    return row.state == "confirmed" and (row.person_id is not None and kinds[row.kind].withdrawing.restore is not None)


def _uncount(session: Session, rows: Sequence[Row[Any]]) -> None:
    """Take rows, as they were when they were locked, out of the tallies that count them."""
    counts = Counter(row.campaign_id for row in rows if row.is_counted and row.state == "confirmed")
    for campaign_id in sorted(counts):
        session.execute(_UNCOUNT, {"campaign": campaign_id, "count": counts[campaign_id]})


def erase_person(session: Session, person_id: int, kinds: Kinds) -> None:
    """Delete all that is known of a person: what they did and typed, every letter's text, the address.

    All mail to their mailbox that has not begun is taken back, also what is about no action (their own page's link).
    """
    email = session.scalar(_EMAIL, {"person": person_id})
    theirs = {"person": person_id, "signers": signer_keys(session, email) if email else []}
    session.execute(_LOCK_PERSON, theirs)
    session.execute(_HOLD_PERSON, {"person": person_id})  # from here on nothing new can be theirs
    rows = session.execute(_LOCK_PERSON, theirs).all()  # with what came until then
    _erase(session, rows, kinds)
    forget(session, [], mailbox_keys(session, [email] if email else []))
    forget_allowances(session, allowance_keys(session, email) if email else [])
    forget_person(session, person_id)


def erase_action(session: Session, action_id: int, kinds: Kinds) -> None:
    """Delete one action that has no person (high safety), with what was merged into it, and its mails."""
    _lock(session, [action_id])  # where it was put elsewhere in the table meanwhile
    _erase(session, session.execute(_LOCK_SIGNED, {"id": action_id}).all(), kinds)


def forget_erased(session: Session, kinds: Kinds, most: int = 500) -> int:
    """Delete `most` of what releases before this one kept of who erased themselves, nameless; return how many."""
    rows = session.execute(_LOCK_ERASED, {"most": most}).all()
    _erase(session, rows, kinds)
    return len(rows)


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
    """Delete rows with all that hangs on them. Their messages stay as counts, tied to nobody; of high safety, none."""
    settled = [row for row in rows if row.state != "waiting"]
    ids = [row.id for row in settled]
    if ids:
        forget(session, ids)
        # What was merged, its kind has emptied already.
        for kind, kind_ids in by_kind([row for row in settled if row.state != "merged"]).items():
            kinds[kind].on_erased(session, kind_ids)
        outbox.delete_for_actions(session, [row.id for row in settled if row.person_id is None])
        session.execute(_UNLINK, {"ids": ids})
        session.execute(_DELETE_NOTES, {"ids": ids})
        session.execute(_DELETE, {"ids": ids})
    _delete(session, [row for row in rows if row.state == "waiting"])
    _uncount(session, settled)


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
