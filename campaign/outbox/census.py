"""How many messages there are, by lane and state, without reading any when somebody asks.

What still wants something (waiting, held, due, being sent, unknown, dead) is counted once a minute, by indexes that
hold nothing else. What is over is counted by going round the table, a slice a minute; what is told is the last whole
round. Only how long the oldest has been due is looked up when asked: one look for each stream.
"""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.held_streams import DUE_BY_STREAM
from campaign.outbox.sql import DUE, HOLD, go_by_index

_OLDEST = text(f"""
SELECT m.lane, extract(epoch FROM now() - min(d.oldest)) AS seconds FROM outbox_turns m CROSS JOIN LATERAL (
    SELECT o.available_at AS oldest FROM outbox_messages o WHERE o.stream = m.stream AND {DUE}
    ORDER BY o.available_at, o.id LIMIT 1) d
WHERE {HOLD} IS NULL GROUP BY m.lane
""")  # noqa: S608 - constants
_COUNTED = text("""
SELECT split_part(e.key, ' ', 1) AS lane, split_part(e.key, ' ', 2) AS state, e.value::bigint AS total
FROM outbox_census c CROSS JOIN LATERAL jsonb_each_text(c.whole || c.still_open) e
""")

_OPEN = text(f"""
WITH counts AS (
    SELECT lane, state, count(*) AS count FROM outbox_messages
    WHERE state IN ('waiting', 'held', 'dead') GROUP BY lane, state
    UNION ALL SELECT lane, state, count(*) FROM outbox_messages WHERE state = 'sending' GROUP BY lane, state
    UNION ALL SELECT lane, state, count(*) FROM outbox_messages WHERE state = 'unknown' GROUP BY lane, state
    UNION ALL SELECT lane, CASE WHEN is_held THEN 'held' ELSE 'due' END, count FROM ({DUE_BY_STREAM}) d
)
UPDATE outbox_census SET still_open = coalesce((
    SELECT jsonb_object_agg(key, count) FROM (
        SELECT lane || ' ' || state AS key, sum(count) AS count FROM counts GROUP BY 1) s), '{{}}')
WHERE id = 1
""")  # noqa: S608 - constants
_BEGIN = text("INSERT INTO outbox_census (id) VALUES (1) ON CONFLICT DO NOTHING")
_SLICE = text("""
WITH slice AS MATERIALIZED (
    SELECT id, lane, state FROM outbox_messages
    WHERE id > (SELECT last_id FROM outbox_census WHERE id = 1) ORDER BY id LIMIT :most
), counts AS (
    SELECT key, sum(count) AS count FROM (
        SELECT lane || ' ' || state AS key, count(*) AS count FROM slice
        WHERE state IN ('sent', 'delivered', 'bounced', 'dropped', 'complained', 'suppressed', 'withdrawn') GROUP BY 1
        UNION ALL
        SELECT e.key, e.value::bigint FROM outbox_census c CROSS JOIN LATERAL jsonb_each_text(c.so_far) e WHERE c.id = 1
    ) s GROUP BY key
), found AS (
    SELECT coalesce((SELECT jsonb_object_agg(key, count) FROM counts), '{}') AS counts,
           coalesce((SELECT max(id) FROM slice), 0) AS last_id, (SELECT count(*) FROM slice) < :most AS is_whole
)
UPDATE outbox_census c SET last_id = CASE WHEN f.is_whole THEN 0 ELSE f.last_id END,
    so_far = CASE WHEN f.is_whole THEN '{}' ELSE f.counts END,
    whole = CASE WHEN f.is_whole THEN f.counts ELSE c.whole END,
    whole_at = CASE WHEN f.is_whole THEN now() ELSE c.whole_at END
FROM found f WHERE c.id = 1 RETURNING f.is_whole
""")


def count_open(session: Session) -> None:
    """Count what still wants something; that is told from now on."""
    session.execute(_BEGIN)
    session.execute(_OPEN)


def go_round(session: Session, most: int = 100_000) -> bool:
    """Count the next `most` messages; returns whether that ended a round, whose numbers are told from now on."""
    session.execute(_BEGIN)
    return bool(session.scalar(_SLICE, {"most": most}))


def count_by_lane_and_state(session: Session) -> Mapping[tuple[str, str], int]:
    """Return (lane, state) → number, over everything kept: as `count_open` and the last whole round found it."""
    return {(row.lane, row.state): int(row.total) for row in session.execute(_COUNTED)}


def get_oldest_due_seconds(session: Session) -> dict[str, float]:
    """Return lane → age in seconds of its oldest message whose time has come and which no hold stops."""
    go_by_index(session)
    return {row.lane: float(row.seconds) for row in session.execute(_OLDEST)}
