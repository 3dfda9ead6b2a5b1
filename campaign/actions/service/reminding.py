"""Reminds those who did not confirm: once, a day after they were asked, and never again.

    asked ─24 h─► due ─► reminded: one mail for all that waits of the person, or none where a mail would be one too many
                   └─ 13 days ─► left alone: the link in it would be over within a day

Nobody is reminded on a high-safety campaign, because its form promises one message and no more; nor of what is under
review, nor from an address that said "this wasn't me", unsubscribed, complained or bounced. A reminder counts among
the mails of a day (`campaign.delivery.daily_limit`), and the late mail that confirms all is a reminder already.
Whatever the reason, `reminded_at` is set: whoever got no reminder today gets none tomorrow.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import compress
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.keys import mailbox_key, recipient_key
from campaign.actions.service.asking import CONFIRM_ALL, DAY, REMIND
from campaign.campaigns.models import TAKING_PART
from campaign.delivery.daily_limit import allow_each
from campaign.delivery.suppression import Addressee, find_suppressed
from campaign.kernel.clock import now
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.periodic import Batch
from campaign.kernel.rowset import as_rows
from campaign.outbox.by_mailbox import list_recent
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

REMIND_AFTER = DAY
REMIND_WITHIN = timedelta(days=13)
"""Source: the link works for 14 days from asking; a reminder has to leave a day to use it."""

# Campaign by campaign, in the order of asking, by the index of those that nobody has looked at yet. Then locked,
# looked up by ids and nothing else: `coalesce` keeps the planner from another index that holds what waits.
_DUE = text("""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id, p.email
FROM actions a JOIN campaigns c ON c.id = a.campaign_id JOIN people p ON p.id = a.person_id
WHERE a.id = ANY(ARRAY(
    SELECT w.id FROM campaigns g CROSS JOIN LATERAL (
        SELECT id FROM actions
        WHERE campaign_id = g.id AND state = 'waiting' AND reminded_at IS NULL AND NOT is_held
          AND asked_at BETWEEN :earliest AND :latest AND NOT is_made_up
        ORDER BY asked_at LIMIT :most) w
    WHERE NOT g.is_high_safety AND g.status = ANY(:taking_part) LIMIT :most))
  AND coalesce(a.state = 'waiting' AND a.reminded_at IS NULL AND NOT a.is_held
               AND a.asked_at BETWEEN :earliest AND :latest, false)
ORDER BY a.id FOR UPDATE OF a SKIP LOCKED
""")
_SETTLE = text("UPDATE actions SET reminded_at = now() WHERE id = ANY(:ids)")

# What else waits of somebody who is mailed now is in that mail, too: its link confirms all.
_SETTLE_REST = text("""
UPDATE actions SET reminded_at = now() WHERE id IN (
    SELECT id FROM actions
    WHERE person_id = ANY(:persons) AND coalesce(state = 'waiting' AND reminded_at IS NULL, false)
    FOR UPDATE SKIP LOCKED)
""")

_LEAVE_BE = text("""
UPDATE actions SET reminded_at = coalesce(reminded_at, now()), mended_at = now() WHERE id IN (
    SELECT a.id FROM actions a
    JOIN json_to_recordset(CAST(:rows AS json)) AS u(signer_key bytea, digest bytea) USING (signer_key, digest)
    WHERE a.state = 'waiting' FOR UPDATE OF a SKIP LOCKED)
""")


def leave_be(session: Session, requests: Sequence[tuple[bytes, bytes]]) -> None:
    """Remind nobody of requests (signer's key and digest) that were sent anew under another address, and show none.

    Whoever has the mistyped address sees nothing of what was typed. It is left to expire, not deleted, and can still be
    confirmed: who posts what a stranger typed, word for word, comes to the stranger's row, and must be able to do no
    more there than to save them a mail and the sight of their own words. Sent again as it was, it is shown again.
    """
    if requests:
        rows = [{"signer_key": signer_key, "digest": digest} for signer_key, digest in requests]
        session.execute(_LEAVE_BE, {"rows": as_rows(rows)})


def remind(session: Session, hashes: KeyedHash, most: int = 1000) -> Batch:
    """Append the reminders that are due of `most` actions; the rest is found the next time.

    Returns how many actions were looked at, and how many reminders that made.

    Side effects: `reminded_at` of what was looked at, outbox messages in the same transaction.
    """
    at = now()
    values = {"latest": at - REMIND_AFTER, "earliest": at - REMIND_WITHIN, "taking_part": list(TAKING_PART)}
    rows = session.execute(_DUE, {**values, "most": most}).all()
    if not rows:
        return Batch(0, 0)
    keys = {row.person_id: recipient_key(hashes, row.email) for row in rows}
    reminded = list_recent(session, list(keys.values()), [CONFIRM_ALL], now() - DAY)
    latest = {row.person_id: row for row in _without_suppressed(session, rows, keys)}
    messages = [
        NewMessage.about_action(row, lane="critical", topic=REMIND, recipient_key=keys[row.person_id])
        for row in _grant(session, hashes, [row for row in latest.values() if keys[row.person_id] not in reminded])
    ]
    append(session, messages)
    session.execute(_SETTLE, {"ids": [row.id for row in rows]})
    session.execute(_SETTLE_REST, {"persons": [message.person_id for message in messages]})
    return Batch(len(rows), len(messages))


def _grant(session: Session, hashes: KeyedHash, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return those whose mailbox, in whatever spelling, has room for a mail today."""
    may_go = allow_each(session, [mailbox_key(hashes, row.email) for row in rows])
    return list(compress(rows, may_go))


def _without_suppressed(session: Session, rows: Sequence[Row[Any]], keys: dict[int, bytes]) -> list[Row[Any]]:
    asked = [
        Addressee(
            keys[r.person_id],
            "critical",
            r.organization_id,
            is_suppressible=True,
            asks_for=r.campaign_id,
            is_unasked=True,
        )
        for r in rows
    ]
    kinds = find_suppressed(session, asked)
    return [row for row, kind in zip(rows, kinds, strict=True) if kind is None]
