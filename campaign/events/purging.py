"""Forgets, 14 days after an event, what was asked only to run it: phones, rides, needs, languages, offers to help.

Who was there, on which leg and with how many stays, as counts. The event's page says so beforehand.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

KEPT_FOR = timedelta(days=14)

_OVER = text("""
SELECT e.id FROM events e WHERE e.purged_at IS NULL AND NOT EXISTS (
    SELECT FROM event_legs l WHERE l.event_id = e.id AND l.ends_at > :since) ORDER BY e.id FOR UPDATE OF e SKIP LOCKED
""")
_EMPTY = text("""
UPDATE rsvps SET phone = NULL, ride = NULL, ride_from = NULL, needs = '[]', speaks = '[]', helps_as = '[]'
WHERE event_id = ANY(:ids)
""")
_PURGED = text("UPDATE events SET purged_at = :at WHERE id = ANY(:ids)")


def purge_details(session: Session, at: datetime) -> int:
    """Empty the details of events that were over 14 days before `at`; return how many events that are."""
    ids = list(session.scalars(_OVER, {"since": at - KEPT_FOR}))
    if ids:
        session.execute(_EMPTY, {"ids": ids})
        session.execute(_PURGED, {"ids": ids, "at": at})
    return len(ids)
