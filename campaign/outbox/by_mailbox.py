"""What the outbox remembers of a mailbox: what is planned for it, what it got lately, and forgetting it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.forgotten import UNTIED

# A message that was put off counts on the day it goes.
_RECENT = text("""
SELECT recipient_key, array_agg(topic) AS topics FROM outbox_messages
WHERE recipient_key = ANY(:keys) AND topic = ANY(:topics) AND greatest(created_at, available_at) >= :since
  AND state NOT IN ('withdrawn', 'suppressed') GROUP BY recipient_key
""")

# Rows are looked up by index, then locked by id, then changed: so whatever statistics say, and in everybody's order.
_FORGET = text(f"""
WITH theirs AS MATERIALIZED (
    SELECT id FROM outbox_messages WHERE action_id = ANY(:action_ids)
    UNION
    SELECT id FROM outbox_messages WHERE recipient_key = ANY(:keys)
), locked AS MATERIALIZED (
    SELECT id, state IN ('waiting', 'held', 'due') OR (state = 'sending' AND begun_at IS NULL) AS can_be_taken_back
    FROM outbox_messages WHERE id = ANY(ARRAY(SELECT id FROM theirs)) ORDER BY id FOR UPDATE
)
UPDATE outbox_messages m SET {UNTIED},
    state = CASE WHEN l.can_be_taken_back THEN 'withdrawn' ELSE m.state END,
    held_reason = CASE WHEN l.can_be_taken_back THEN NULL ELSE m.held_reason END,
    lease_token = CASE WHEN l.can_be_taken_back THEN NULL ELSE m.lease_token END,
    lease_until = CASE WHEN l.can_be_taken_back THEN NULL ELSE m.lease_until END,
    settled_at = CASE WHEN l.can_be_taken_back THEN now() ELSE m.settled_at END
FROM locked l WHERE m.id = l.id AND m.id = ANY(ARRAY(SELECT id FROM locked))
""")  # noqa: S608 - joined from constants


def list_recent(
    session: Session, recipient_keys: Sequence[bytes], topics: Sequence[str], since: datetime
) -> dict[bytes, list[str]]:
    """Return, by mailbox, the topics of its messages since then, planned ones too; who got none is absent."""
    values = {"keys": list(recipient_keys), "topics": list(topics), "since": since}
    return {bytes(row.recipient_key): list(row.topics) for row in session.execute(_RECENT, values)}


def forget(session: Session, action_ids: Sequence[int], keys: Sequence[bytes] = ()) -> None:
    """Cut the thread between messages and who they went to; the messages stay, as counts.

    What has not begun is taken back, claimed or not: its worker finds that the message is no longer its own. What has
    begun cannot be called back, and keeps nothing that ties.

    Args:
        session: the transaction.
        action_ids: actions whose messages are meant.
        keys: mailboxes (`recipient_key`) whose messages are meant, whatever they are about, or nothing of an action.
    """
    if action_ids or keys:
        session.execute(_FORGET, {"action_ids": list(action_ids), "keys": list(keys)})
