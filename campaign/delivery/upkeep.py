"""Periodic care of delivery: forget what is old, and ask the provider's log about what nobody knows."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.ports import MailLog
from campaign.outbox.leases import News, follow

CONFIRMATIONS_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=90)
ASKED_FOR = timedelta(days=3)
"""An unknown mail is looked for in the provider's log for so long (the plan that has it keeps 3 to 30 days)."""

ASK_AT_ONCE = 20

_PURGES = (
    text(
        "DELETE FROM outbox_messages WHERE id IN (SELECT id FROM outbox_messages "
        "WHERE settled_at < now() - CAST(:confirmations AS interval) AND lane <> 'letters' "
        "LIMIT 20000)"
    ),
    text(
        "DELETE FROM delivery_events WHERE id IN (SELECT id FROM delivery_events "
        "WHERE received_at < now() - CAST(:events AS interval) LIMIT 20000)"
    ),
    text("DELETE FROM outbox_switches WHERE until < now() - CAST(:confirmations AS interval)"),
)


def purge(session: Session) -> None:
    """Forget mails to supporters settled 30 days ago, events of 90, brakes long over. Letters stay: a record."""
    for statement in _PURGES:
        names = [name for name in ("confirmations", "events") if f":{name} " in statement.text]
        values = {"confirmations": CONFIRMATIONS_KEPT, "events": EVENTS_KEPT}
        session.execute(statement, {name: values[name] for name in names})


# `available_at` of an unknown message is when to ask for it (again).
_TO_ASK = text(
    """
    UPDATE outbox_messages SET available_at = now() + interval '15 minutes'
    WHERE id IN (
        SELECT id FROM outbox_messages
        WHERE state = 'unknown' AND available_at <= now()
          AND settled_at BETWEEN now() - CAST(:asked_for AS interval) AND now() - interval '1 minute'
        ORDER BY available_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, public_id
    """
)


def reconcile(sessions: Callable[[], Session], mail_log: MailLog) -> int | None:
    """Look for unknown mails in the provider's log and write down what it knows; no transaction is open meanwhile.

    Returns how many were found, or None where there is no log to ask.
    """
    with sessions() as session:
        rows = session.execute(_TO_ASK, {"asked_for": ASKED_FOR, "limit": ASK_AT_ONCE}).all()
        asked = {str(public_id): message_id for message_id, public_id in rows}
        session.commit()
    if not asked:
        return 0
    taken = mail_log.find_taken(list(asked))
    if taken is None:
        return None
    with sessions() as session:
        found = follow(session, [News(asked[message], state) for message, state in taken.items() if message in asked])
        session.commit()
    return found
