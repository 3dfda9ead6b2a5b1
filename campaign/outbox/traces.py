"""What the outbox remembers of a mailbox: what is planned for it, and forgetting it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

_PLANNED = text("""
SELECT DISTINCT recipient_key FROM outbox_messages
WHERE recipient_key = ANY(:keys) AND topic = :topic AND state IN ('due', 'held')
""")

_FORGET = text("UPDATE outbox_messages SET person_id = NULL, recipient_key = NULL WHERE action_id = ANY(:action_ids)")


def find_planned(session: Session, recipient_keys: Sequence[bytes], topic: str) -> set[bytes]:
    """Return those of `recipient_keys` that a message of `topic` is still to go to."""
    rows = session.scalars(_PLANNED, {"keys": list(recipient_keys), "topic": topic})
    return {bytes(key) for key in rows}


def forget(session: Session, action_ids: Sequence[int]) -> None:
    """Cut the thread between the messages of these actions and who they went to; the messages stay, as counts."""
    session.execute(_FORGET, {"action_ids": list(action_ids)})
