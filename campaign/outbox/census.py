"""How many messages there are, by lane and state, without reading them all each time somebody asks.

What still wants something (waiting, held, due, being sent, unknown, dead) is counted when asked, by indexes that hold
nothing else. What is over is counted by going round the table, a slice a minute; what is told is the last whole round.
"""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.held_streams import DUE_BY_STREAM

_DUE = text(f"SELECT lane, is_held, sum(count) AS total FROM ({DUE_BY_STREAM}) d GROUP BY lane, is_held")  # noqa: S608 - constants
_OLDEST = text(f"""
SELECT lane, extract(epoch FROM now() - min(oldest)) AS seconds FROM ({DUE_BY_STREAM}) d
WHERE NOT is_held AND oldest IS NOT NULL GROUP BY lane
""")  # noqa: S608 - constants
_OPEN = text("""
SELECT lane, state, count(*) AS total FROM outbox_messages
WHERE state IN ('waiting', 'held', 'dead') GROUP BY lane, state
UNION ALL SELECT lane, state, count(*) FROM outbox_messages WHERE state = 'sending' GROUP BY lane, state
UNION ALL SELECT lane, state, count(*) FROM outbox_messages WHERE state = 'unknown' GROUP BY lane, state
""")
_OVER = text("""
SELECT split_part(e.key, ' ', 1) AS lane, split_part(e.key, ' ', 2) AS state, e.value::bigint AS total
FROM outbox_census c CROSS JOIN LATERAL jsonb_each_text(c.whole) e
""")

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


def go_round(session: Session, most: int = 100_000) -> bool:
    """Count the next `most` messages; returns whether that ended a round, whose numbers are told from now on."""
    session.execute(_BEGIN)
    return bool(session.scalar(_SLICE, {"most": most}))


def count_by_lane_and_state(session: Session) -> Mapping[tuple[str, str], int]:
    """Return (lane, state) → number, over everything kept: of what is over, as of the last whole round."""
    counts = {(row.lane, row.state): int(row.total) for row in session.execute(_OVER)}
    counts |= {(row.lane, row.state): int(row.total) for row in session.execute(_OPEN)}
    for row in session.execute(_DUE):
        key = (row.lane, "held" if row.is_held else "due")
        counts[key] = counts.get(key, 0) + int(row.total)
    return counts


def get_oldest_due_seconds(session: Session) -> dict[str, float]:
    """Return lane → age in seconds of its oldest message whose time has come and which no hold stops."""
    return {row.lane: float(row.seconds) for row in session.execute(_OLDEST)}
