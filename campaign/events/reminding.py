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

# Legs first, of which there are few; then who comes to them, one after the other, by their keys. `OFFSET 0` keeps the
# planner from joining whole tables where its statistics are old.
_LEGS = """
WITH legs AS MATERIALIZED (
    SELECT l.id, l.starts_at, (l.starts_at AT TIME ZONE e.timezone)::date AS day
    FROM event_legs l JOIN events e ON e.id = l.event_id
    WHERE l.status <> 'cancelled' AND e.status = 'published' AND {}
)
"""
_COMING = """
FROM legs l CROSS JOIN LATERAL (
    SELECT action_id FROM rsvp_claims
    WHERE leg_id = l.id AND resource = 'place' AND state = 'going' OFFSET 0
) k CROSS JOIN LATERAL (
    SELECT a.id, a.person_id, a.campaign_id, a.confirmed_at, c.organization_id
    FROM actions a JOIN campaigns c ON c.id = a.campaign_id
    WHERE a.id = k.action_id AND a.state = 'confirmed' AND a.person_id IS NOT NULL AND NOT a.is_made_up OFFSET 0
) a
"""

_IS_IN_A_WEEK = "l.starts_at BETWEEN :at + CAST(:latest AS interval) AND :at + CAST(:week AS interval)"
_IN_A_WEEK = text(f"""{_LEGS.format(_IS_IN_A_WEEK)}
SELECT DISTINCT a.id, a.person_id, a.campaign_id, a.organization_id, CAST(NULL AS bigint) AS leg_id, NULL AS day
{_COMING} WHERE a.confirmed_at < l.starts_at - CAST(:week AS interval)
  AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic OFFSET 0)
  AND NOT EXISTS (
    SELECT FROM rsvp_claims o JOIN event_legs f ON f.id = o.leg_id
    WHERE o.action_id = a.id AND o.resource = 'place' AND o.state = 'going' AND f.status <> 'cancelled'
      AND f.starts_at > :at AND f.starts_at < l.starts_at OFFSET 0)
ORDER BY a.id LIMIT :most
""")  # noqa: S608 - joined from constants

_IS_TOMORROW = """l.starts_at > :at + CAST(:last AS interval) AND l.starts_at < :at + interval '2 days'
    AND :at >= ((l.starts_at AT TIME ZONE e.timezone)::date - 1 + CAST(:evening AS time)) AT TIME ZONE e.timezone"""
_TOMORROW = text(f"""{_LEGS.format(_IS_TOMORROW)}
SELECT a.id, a.person_id, a.campaign_id, a.organization_id, l.id AS leg_id, l.day::text AS day {_COMING}
WHERE NOT EXISTS (
    SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic
      AND m.payload ->> 'leg' = l.id::text AND coalesce(m.payload ->> 'day', l.day::text) = l.day::text OFFSET 0)
ORDER BY a.id, l.id LIMIT :most
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
