"""Forgets what was asked only to run an event: health and diet two days after it, everything else after 14 days.

These are phones, rides, languages, offers to help, how many of a party are children, and what was written for those who
prepare it; and what marshals said: who was ticked off when, and the names of those who walked up. Who came, to which
leg and with how many stays, as counts; of high-safety campaigns only how many came to each leg. The form says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

KEPT_FOR = timedelta(days=14)
SENSITIVE_KEPT_FOR = timedelta(days=2)
"""Of health and diet: long enough to settle what the last day brought."""

# What is cancelled is over since then: nobody needs for months what was asked for a day that does not come.
_IS_OVER = """e.purged_at IS NULL AND NOT EXISTS (
    SELECT FROM event_legs l WHERE l.event_id = e.id
    AND CASE WHEN 'cancelled' IN (l.status, e.status) THEN least(l.ends_at, e.updated_at) ELSE l.ends_at END > :since)
"""
_OVER = text(f"SELECT e.id FROM events e WHERE {_IS_OVER} ORDER BY e.id FOR UPDATE OF e SKIP LOCKED")  # noqa: S608
_FORGET_NEEDS = text(f"""
UPDATE rsvps r SET needs = '[]' WHERE r.needs <> '[]' AND r.event_id IN (SELECT e.id FROM events e WHERE {_IS_OVER})
""")  # noqa: S608 - joined from constants
_EMPTY = text("""
UPDATE rsvps SET phone = NULL, ride = NULL, ride_from = NULL, needs = '[]', speaks = '[]', helps_as = '[]',
    children = '{}'
WHERE event_id = ANY(:ids) AND (phone IS NOT NULL OR ride IS NOT NULL OR ride_from IS NOT NULL OR needs <> '[]'
    OR speaks <> '[]' OR helps_as <> '[]' OR children <> '{}')
""")
_FORGET_WORDS = text("""
UPDATE actions a SET comment = NULL FROM rsvps r
WHERE a.id = r.action_id AND r.event_id = ANY(:ids) AND a.comment IS NOT NULL
""")
_COUNT = text("""
UPDATE event_legs l SET came_count = c.came
FROM (SELECT leg_id, sum(came) AS came FROM check_ins GROUP BY leg_id) c
WHERE l.id = c.leg_id AND l.event_id = ANY(:ids)
""")
_FORGET_WHO = text("""
DELETE FROM check_ins c USING event_legs l, events e, campaigns p
WHERE l.id = c.leg_id AND e.id = l.event_id AND p.id = e.campaign_id AND e.id = ANY(:ids)
AND (c.is_walk_up OR c.came = 0 OR p.is_high_safety)
""")
_FORGET_WHEN = text("""
UPDATE check_ins c SET said_at = NULL, entry_id = NULL, name = NULL
FROM event_legs l WHERE l.id = c.leg_id AND l.event_id = ANY(:ids)
""")
_PURGED = text("UPDATE events SET purged_at = :at WHERE id = ANY(:ids)")
_CAME_ANEW = text("DELETE FROM check_ins WHERE leg_id = ANY(:ids)")
_COUNT_ANEW = text("UPDATE event_legs SET came_count = NULL WHERE id = ANY(:ids)")
_KEPT_ANEW = text("""
UPDATE events e SET purged_at = NULL WHERE e.id = :event_id AND e.purged_at IS NOT NULL AND EXISTS (
    SELECT FROM event_legs l WHERE l.event_id = e.id AND l.ends_at > :since)
""")


def purge_details(session: Session, at: datetime) -> int:
    """Forget the needs of events that were over two days before `at`, and all details of those over 14 days.

    Returns:
        How many events the latter are.
    """
    ids = list(session.scalars(_OVER, {"since": at - KEPT_FOR}))
    if ids:  # actions before RSVPs, as everywhere: whoever takes one back at the same moment holds the action
        for statement in (_FORGET_WORDS, _EMPTY, _COUNT, _FORGET_WHO, _FORGET_WHEN):
            session.execute(statement, {"ids": ids})
        session.execute(_PURGED, {"ids": ids, "at": at})
    session.execute(_FORGET_NEEDS, {"since": at - SENSITIVE_KEPT_FOR})
    return len(ids)


def begin_anew(session: Session, event_id: int, leg_ids: Sequence[int], at: datetime) -> None:
    """Let an event be forgotten anew, whose legs `leg_ids` were over and got another day; `at`: when.

    Who came on the day that it was is no word about the other day, and goes.
    """
    ids = {"ids": list(leg_ids)}
    if leg_ids:
        session.execute(_CAME_ANEW, ids)
        session.execute(_COUNT_ANEW, ids)
    session.execute(_KEPT_ANEW, {"event_id": event_id, "since": at - KEPT_FOR})
