"""Periodic care of delivery: forget what is old, and ask the provider's log about what nobody knows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.ports import MailLog
from campaign.delivery.suppression import purge_refusals
from campaign.kernel.lanes import LANES
from campaign.outbox.leases import News, follow

CONFIRMATIONS_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=90)
ASKED_FOR = timedelta(days=3)
"""An unknown mail is looked for in the provider's log for so long (the plan that has it keeps 3 to 30 days)."""

ASKED_AFTER = timedelta(seconds=10)
"""Soon, so that the log can tell before a mail is sent again (`campaign.outbox.repeats`)."""

ASK_AT_ONCE = 20

NO_LOG_SECONDS = 3600.0
"""After the provider said that the plan has no log."""

_FORGOTTEN = tuple(lane for lane in LANES if lane != "letters")

# Stream by stream, of which there are few, by the index of what is over.
_PURGE_MAILS = text(
    """
    DELETE FROM outbox_messages WHERE id = ANY(ARRAY(
        SELECT m.id FROM outbox_turns t CROSS JOIN LATERAL (
            SELECT id FROM outbox_messages WHERE stream = t.stream AND settled_at < now() - CAST(:age AS interval)
            ORDER BY settled_at LIMIT :most FOR UPDATE SKIP LOCKED) m
        WHERE t.lane = ANY(:lanes) LIMIT :most))
    RETURNING id
    """
)
_PURGE_EVENTS = text(
    """
    DELETE FROM delivery_events WHERE id = ANY(ARRAY(
        SELECT id FROM delivery_events WHERE received_at < now() - CAST(:age AS interval)
        ORDER BY received_at LIMIT :most FOR UPDATE SKIP LOCKED))
    RETURNING id
    """
)
_PURGE_SWITCHES = text("DELETE FROM outbox_switches WHERE until < now() - CAST(:age AS interval) RETURNING id")


def purge(session: Session, most: int = 5000) -> int:
    """Forget mails to supporters settled 30 days ago and events of 90; `most` of each.

    Letters stay: a record. Returns how many rows went; none: nothing is left to forget. Until then the job is due,
    however many there are (`campaign.periodic`).
    """
    mails = session.execute(_PURGE_MAILS, {"lanes": list(_FORGOTTEN), "age": CONFIRMATIONS_KEPT, "most": most}).all()
    events = session.execute(_PURGE_EVENTS, {"age": EVENTS_KEPT, "most": most}).all()
    return len(mails) + len(events)


def purge_rules(session: Session) -> int:
    """Forget brakes and refusals that are long over; returns how many. Of brakes there are few: they are read whole."""
    brakes = session.execute(_PURGE_SWITCHES, {"age": CONFIRMATIONS_KEPT}).all()
    return len(brakes) + purge_refusals(session)


# `available_at` of an unknown message is when to ask for it (again).
_TO_ASK = text(
    """
    UPDATE outbox_messages SET available_at = now() + interval '15 minutes'
    WHERE id IN (
        SELECT id FROM outbox_messages
        WHERE state = 'unknown' AND available_at <= now()
          AND settled_at BETWEEN now() - CAST(:asked_for AS interval) AND now() - CAST(:asked_after AS interval)
        ORDER BY available_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, public_id
    """
)
_ASK_AGAIN = text(
    """
    UPDATE outbox_messages SET available_at = now() + make_interval(secs => :seconds)
    WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'unknown'
    """
)


@dataclass(frozen=True)
class Reconciled:
    """How many unknown mails the log knew of, and for how many seconds it is to be left alone."""

    found: int
    pause_seconds: float = 0.0


def reconcile(sessions: Callable[[], Session], mail_log: MailLog) -> Reconciled:
    """Look for unknown mails in the provider's log and write down what it knows; no transaction is open meanwhile.

    What the log did not come to say is asked again after the pause it wants; what it does not know, after 15 minutes.
    """
    with sessions() as session:
        values = {"asked_for": ASKED_FOR, "asked_after": ASKED_AFTER, "limit": ASK_AT_ONCE}
        asked = {str(public_id): message_id for message_id, public_id in session.execute(_TO_ASK, values)}
        session.commit()
    if not asked:
        return Reconciled(0)
    looked = mail_log.find_taken(list(asked))
    pause = looked.pause_seconds if looked.has_log else NO_LOG_SECONDS
    with sessions() as session:
        news = [News(asked[message], state) for message, state in looked.taken.items() if message in asked]
        found = follow(session, news)
        unasked = [message_id for message, message_id in asked.items() if message not in looked.answered]
        session.execute(_ASK_AGAIN, {"ids": unasked, "seconds": pause})
        session.commit()
    return Reconciled(found, pause)
