"""What the outbox remembers of a mailbox: what is planned for it, what it got lately, and forgetting it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_PLANNED = text("""
SELECT DISTINCT recipient_key FROM outbox_messages
WHERE recipient_key = ANY(:keys) AND topic = :topic AND state IN ('due', 'held')
""")

# A message that was put off counts on the day it goes.
_RECENT = text("""
SELECT recipient_key, array_agg(topic) AS topics FROM outbox_messages
WHERE recipient_key = ANY(:keys) AND topic = ANY(:topics) AND greatest(created_at, available_at) >= :since
  AND state NOT IN ('withdrawn', 'suppressed') GROUP BY recipient_key
""")

_FORGET = text("UPDATE outbox_messages SET person_id = NULL, recipient_key = NULL WHERE action_id = ANY(:action_ids)")


def find_planned(session: Session, recipient_keys: Sequence[bytes], topic: str) -> set[bytes]:
    """Return those of `recipient_keys` that a message of `topic` is still to go to."""
    rows = session.scalars(_PLANNED, {"keys": list(recipient_keys), "topic": topic})
    return {bytes(key) for key in rows}


def list_recent(
    session: Session, recipient_keys: Sequence[bytes], topics: Sequence[str], since: datetime
) -> dict[bytes, list[str]]:
    """Return, by mailbox, the topics of its messages since then, planned ones too; who got none is absent."""
    values = {"keys": list(recipient_keys), "topics": list(topics), "since": since}
    return {bytes(row.recipient_key): list(row.topics) for row in session.execute(_RECENT, values)}


def forget(session: Session, action_ids: Sequence[int]) -> None:
    """Cut the thread between the messages of these actions and who they went to; the messages stay, as counts."""
    session.execute(_FORGET, {"action_ids": list(action_ids)})
