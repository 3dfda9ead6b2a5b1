"""Reminds those who come: a week before their first leg, and on the evening before each of their legs. Once each.

    confirmed ─ 7 days before the first leg ─► "the week before" (who confirms later than that gets none)
              └ 18:00 of the day before, in the leg's zone ─► "the evening before", until an hour before the start;
                again where the leg was moved to another day since

The outbox itself says who was written to. Nobody is reminded of a leg that has begun, was cancelled, or was given back,
nor on a high-safety campaign, where the address is gone.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

WEEK_BEFORE = "events.week_before"
EVENING_BEFORE = "events.evening_before"

WEEK = timedelta(days=7)
_LATEST_FOR_WEEK = timedelta(days=2)
"""After a standstill a mail that says "in a week" two days before would be no help; the evening's comes anyway."""
EVENING = time(18)
_LAST = timedelta(hours=1)

# Those who come, with an address, to legs that are on.
_COMING = """
FROM rsvp_claims k JOIN event_legs l ON l.id = k.leg_id JOIN events e ON e.id = l.event_id
JOIN actions a ON a.id = k.action_id JOIN campaigns c ON c.id = a.campaign_id
WHERE k.resource = 'place' AND k.state = 'going' AND a.state = 'confirmed' AND a.person_id IS NOT NULL
  AND NOT a.is_made_up AND l.status <> 'cancelled' AND e.status = 'published'
"""

_IN_A_WEEK = text(f"""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id, CAST(NULL AS bigint) AS leg_id, NULL AS day {_COMING}
  AND l.starts_at > :at
  AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic)
GROUP BY a.id, c.organization_id
HAVING min(l.starts_at) BETWEEN :at + CAST(:latest AS interval) AND :at + CAST(:week AS interval)
   AND a.confirmed_at < min(l.starts_at) - CAST(:week AS interval)
ORDER BY a.id LIMIT :most
""")  # noqa: S608 - joined from constants

_TOMORROW = text(f"""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id, k.leg_id,
       (l.starts_at AT TIME ZONE e.timezone)::date::text AS day {_COMING}
  AND l.starts_at > :at + CAST(:last AS interval) AND l.starts_at < :at + interval '2 days'
  AND :at >= ((l.starts_at AT TIME ZONE e.timezone)::date - 1 + CAST(:evening AS time)) AT TIME ZONE e.timezone
  AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic
                  AND m.payload ->> 'leg' = k.leg_id::text
                  AND coalesce(m.payload ->> 'day', (l.starts_at AT TIME ZONE e.timezone)::date::text)
                      = (l.starts_at AT TIME ZONE e.timezone)::date::text)
ORDER BY a.id, k.leg_id LIMIT :most
""")  # noqa: S608 - joined from constants


def remind(session: Session, at: datetime, most: int = 2000) -> int:
    """Append the reminders that are due at `at`, at most `most` of each sort; return how many."""
    week = {"at": at, "week": WEEK, "latest": _LATEST_FOR_WEEK, "topic": WEEK_BEFORE, "most": most}
    evening = {"at": at, "evening": EVENING, "last": _LAST, "topic": EVENING_BEFORE, "most": most}
    messages = [_message(WEEK_BEFORE, row) for row in session.execute(_IN_A_WEEK, week)]
    messages += [_message(EVENING_BEFORE, row) for row in session.execute(_TOMORROW, evening)]
    append(session, messages)
    return len(messages)


def _message(topic: str, row: Row[Any]) -> NewMessage:
    payload = {} if row.leg_id is None else {"leg": row.leg_id, "day": row.day}
    return NewMessage.about_action(row, lane="critical", topic=topic, payload=payload)
