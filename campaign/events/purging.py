"""Forgets what was asked only to run an event: health and diet two days after it, everything else after 14 days.

These are the answers to its questions (each says when it goes), how many of a party are children, and what was written
for those who prepare it; and what marshals said: who was ticked off when, and the names of those who walked up. Who
came, to which leg and with how many stays, as counts; of high-safety campaigns only how many came to each leg. The form
says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.endings import OVER as ACTION_OVER
from campaign.actions.models import Action
from campaign.events.endings import OVER, OVER_LATELY
from campaign.events.marshals.models import CheckIn
from campaign.events.models import Rsvp
from campaign.kernel.personal import emptying, holding_any

KEPT_FOR = timedelta(days=14)
SENSITIVE_KEPT_FOR = timedelta(days=2)
"""Of health and diet: long enough to settle what the last day brought."""

# What is cancelled is over since then: nobody needs for months what was asked for a day that does not come.
_IS_OVER = """e.purged_at IS NULL AND NOT EXISTS (
    SELECT FROM event_legs l WHERE l.event_id = e.id
    AND CASE WHEN 'cancelled' IN (l.status, e.status) THEN least(l.ends_at, e.updated_at) ELSE l.ends_at END > :since)
"""
_OVER = text(f"SELECT e.id FROM events e WHERE {_IS_OVER} ORDER BY e.id FOR UPDATE OF e SKIP LOCKED")  # noqa: S608
_OVER_LATELY = text(f"SELECT e.id FROM events e WHERE {_IS_OVER}")  # noqa: S608 - joined from constants
_HAS_DETAILS = holding_any(Rsvp, OVER, "r")
# The first is the index's: no index knows which questions are to be forgotten before the others.
_HAS_NEEDS = f"({_HAS_DETAILS}) AND ({holding_any(Rsvp, OVER_LATELY, 'r')})"
_WITHOUT_DETAILS, _WITHOUT_NEEDS = emptying(Rsvp, OVER, "r"), emptying(Rsvp, OVER_LATELY, "r")
_WITH_DETAILS = text(f"""
SELECT r.action_id FROM rsvps r WHERE r.event_id = ANY(:ids) AND ({_HAS_DETAILS}) LIMIT :most
""")  # noqa: S608 - joined from what columns declare
_WITH_NEEDS = text(f"""
SELECT r.action_id FROM rsvps r WHERE r.event_id = ANY(:ids) AND ({_HAS_NEEDS}) LIMIT :most
""")  # noqa: S608 - as above
_FORGET_NEEDS_OF = text(f"UPDATE rsvps r SET {_WITHOUT_NEEDS} WHERE r.action_id = ANY(:actions)")  # noqa: S608 - as above
_EMPTY_THESE = text(f"UPDATE rsvps r SET {_WITHOUT_DETAILS} WHERE r.action_id = ANY(:actions)")  # noqa: S608
_FORGET_NEEDS = text(f"""
UPDATE rsvps r SET {_WITHOUT_NEEDS}
WHERE ({_HAS_NEEDS}) AND r.event_id IN (SELECT e.id FROM events e WHERE {_IS_OVER})
""")  # noqa: S608 - as above
_EMPTY = text(f"""
UPDATE rsvps r SET {_WITHOUT_DETAILS} WHERE r.event_id = ANY(:ids) AND ({_HAS_DETAILS})
""")  # noqa: S608 - as above
_FORGET_WORDS = text(f"""
UPDATE actions a SET {emptying(Action, ACTION_OVER, "a")} FROM rsvps r
WHERE a.id = r.action_id AND r.event_id = ANY(:ids) AND ({holding_any(Action, ACTION_OVER, "a")})
""")  # noqa: S608 - as above
# Once for each event, its RSVPs are looked through for what was written: longer than a batch may take, where they are
# hundreds of thousands.
_TAKE_TIME = text("SET LOCAL statement_timeout = '15min'")
_COUNT = text("""
UPDATE event_legs l SET came_count = c.came
FROM (SELECT leg_id, sum(came) AS came FROM check_ins
      WHERE leg_id IN (SELECT id FROM event_legs WHERE event_id = ANY(:ids)) GROUP BY leg_id) c
WHERE l.id = c.leg_id AND l.event_id = ANY(:ids)
""")
_FORGET_WHO = text("""
DELETE FROM check_ins c USING event_legs l, events e, campaigns p
WHERE l.id = c.leg_id AND e.id = l.event_id AND p.id = e.campaign_id AND e.id = ANY(:ids)
AND (c.is_walk_up OR c.came = 0 OR p.is_high_safety)
""")
_FORGET_WHEN = text(f"""
UPDATE check_ins c SET {emptying(CheckIn, OVER, "c")}
FROM event_legs l WHERE l.id = c.leg_id AND l.event_id = ANY(:ids)
""")  # noqa: S608 - as above
_PURGED = text("UPDATE events SET purged_at = :at WHERE id = ANY(:ids)")
_CAME_ANEW = text("DELETE FROM check_ins WHERE leg_id = ANY(:ids)")
_COUNT_ANEW = text("UPDATE event_legs SET came_count = NULL WHERE id = ANY(:ids)")
_KEPT_ANEW = text("""
UPDATE events e SET purged_at = NULL WHERE e.id = :event_id AND e.purged_at IS NOT NULL AND EXISTS (
    SELECT FROM event_legs l WHERE l.event_id = e.id AND l.ends_at > :since)
""")


def empty_details(session: Session, at: datetime, most: int = 5000) -> int:
    """Empty `most` RSVPs of what is to be forgotten at `at`, so that `purge_details` finds little left to do at once.

    Returns how many were emptied; fewer than `most`: all.
    """
    over = list(session.scalars(_OVER, {"since": at - KEPT_FOR}))
    found = list(session.scalars(_WITH_DETAILS, {"ids": over, "most": most})) if over else []
    session.execute(_EMPTY_THESE, {"actions": found})
    lately = list(session.scalars(_OVER_LATELY, {"since": at - SENSITIVE_KEPT_FOR}))
    needing = list(session.scalars(_WITH_NEEDS, {"ids": lately, "most": most})) if lately else []
    session.execute(_FORGET_NEEDS_OF, {"actions": needing})
    return len(found) + len(needing)


def purge_details(session: Session, at: datetime) -> int:
    """Forget the needs of events that were over two days before `at`, and all details of those over 14 days.

    Returns:
        How many events the latter are.
    """
    ids = list(session.scalars(_OVER, {"since": at - KEPT_FOR}))
    if ids:
        session.execute(_TAKE_TIME)
        # Actions before RSVPs, as everywhere: whoever takes one back at the same moment holds the action.
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
