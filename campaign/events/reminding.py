"""Reminds those who come: a week before their first leg, and on the evening before each of their legs. Once each.

    confirmed ─ 7 days before the first leg ─► "the week before" (who confirms later than that gets none)
              └ 18:00 of the day before, in the leg's zone ─► "the evening before", until an hour before the start;
                again where the leg was moved to another day since

The outbox itself says who was written to. Nobody is reminded of a leg that has begun, was cancelled, or was given back,
nor on a high-safety campaign, where the address is gone.

Each place is looked at once for either, and its row says when: what was looked at since the week (or the evening)
began is passed over, by an index. So a batch reads what is due, however many come; and a leg that gets another day has
another week and another evening, for which everybody is looked at anew.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.kernel.periodic import Batch
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

WEEK_BEFORE = "events.week_before"
EVENING_BEFORE = "events.evening_before"

WEEK = timedelta(days=7)
_LATEST_FOR_WEEK = timedelta(days=2)
"""After a standstill a mail that says "in a week" two days before would be no help; the evening's comes anyway."""
EVENING = time(18)
_LAST = timedelta(hours=1)

# Legs first, of which there are few; then who comes to them and was not looked at since, one after the other, by their
# keys. `OFFSET 0` keeps the planner from joining whole tables where its statistics are old.
_LEGS = """
WITH legs AS MATERIALIZED (
    SELECT l.id, l.starts_at, (l.starts_at AT TIME ZONE e.timezone)::date AS day, {begins} AS begins
    FROM event_legs l JOIN events e ON e.id = l.event_id JOIN campaigns c ON c.id = e.campaign_id
    WHERE l.status <> 'cancelled' AND e.status = 'published' AND NOT c.is_high_safety AND {begins} <= :at AND {lasts}
), places AS MATERIALIZED (
    SELECT k.id AS claim_id, k.action_id, l.id AS leg_id, l.starts_at, l.day
    FROM legs l CROSS JOIN LATERAL (
        SELECT id, action_id FROM rsvp_claims
        WHERE leg_id = l.id AND resource = 'place' AND state = 'going' AND looked_at >= 'epoch' AND looked_at < l.begins
        ORDER BY looked_at LIMIT :most FOR NO KEY UPDATE SKIP LOCKED) k
    LIMIT :most
), looked AS (
    UPDATE rsvp_claims SET looked_at = :at WHERE id = ANY(ARRAY(SELECT claim_id FROM places)) RETURNING id
)
"""
_COMING = """
FROM places p LEFT JOIN LATERAL (
    SELECT a.id, a.person_id, a.campaign_id, a.confirmed_at, c.organization_id
    FROM actions a JOIN campaigns c ON c.id = a.campaign_id
    WHERE a.id = p.action_id AND a.state = 'confirmed' AND a.person_id IS NOT NULL AND NOT a.is_made_up OFFSET 0
) a ON true
"""

_IN_A_WEEK = text(f"""{
    _LEGS.format(begins="l.starts_at - CAST(:week AS interval)", lasts="l.starts_at >= :at + CAST(:latest AS interval)")
}
SELECT a.id, a.person_id, a.campaign_id, a.organization_id, CAST(NULL AS bigint) AS leg_id, NULL AS day,
  a.confirmed_at < p.starts_at - CAST(:week AS interval)
  AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic OFFSET 0)
  AND NOT EXISTS (
    SELECT FROM rsvp_claims o CROSS JOIN LATERAL (
        SELECT status, starts_at FROM event_legs WHERE id = o.leg_id OFFSET 0) f
    WHERE o.action_id = a.id AND o.resource = 'place' AND o.state = 'going' AND f.status <> 'cancelled'
      AND f.starts_at > :at AND f.starts_at < p.starts_at OFFSET 0) AS is_due
{_COMING} ORDER BY a.id, p.leg_id
""")  # noqa: S608 - joined from constants

_EVENING_BEGINS = "((l.starts_at AT TIME ZONE e.timezone)::date - 1 + CAST(:evening AS time)) AT TIME ZONE e.timezone"
_TOMORROW = text(f"""{_LEGS.format(begins=_EVENING_BEGINS, lasts="l.starts_at > :at + CAST(:last AS interval)")}
SELECT a.id, a.person_id, a.campaign_id, a.organization_id, p.leg_id, p.day::text AS day,
  a.id IS NOT NULL AND NOT EXISTS (
    SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = :topic
      AND m.payload ->> 'leg' = p.leg_id::text AND coalesce(m.payload ->> 'day', p.day::text) = p.day::text OFFSET 0
  ) AS is_due
{_COMING} ORDER BY a.id, p.leg_id
""")  # noqa: S608 - joined from constants


def remind(session: Session, at: datetime, most: int = 2000) -> Batch:
    """Append the reminders that are due at `at` of `most` places of each sort; the rest is found the next time.

    Returns how many places were looked at, and how many reminders that made.

    Side effects: `looked_at` of these places, outbox messages in the same transaction.
    """
    week = {"at": at, "week": WEEK, "latest": _LATEST_FOR_WEEK, "topic": WEEK_BEFORE, "most": most}
    evening = {"at": at, "evening": EVENING, "last": _LAST, "topic": EVENING_BEFORE, "most": most}
    in_a_week, tomorrow = session.execute(_IN_A_WEEK, week).all(), session.execute(_TOMORROW, evening).all()
    # Of two legs at one moment, either may be the first.
    first = {row.id: row for row in in_a_week if row.is_due}
    messages = [_message(WEEK_BEFORE, row) for row in first.values()]
    messages += [_message(EVENING_BEFORE, row) for row in tomorrow if row.is_due]
    append(session, messages)
    return Batch(len(in_a_week) + len(tomorrow), len(messages))


def _message(topic: str, row: Row[Any]) -> NewMessage:
    payload = {} if row.leg_id is None else {"leg": row.leg_id, "day": row.day}
    return NewMessage.about_action(row, lane="critical", topic=topic, payload=payload)
