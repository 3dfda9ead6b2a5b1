"""How messages stand, as people are told: their state, and `held` for what is due while a hold matches its stream.

A hold is one row and touches no message, so `held` is found out when somebody asks. What the release before this one
wrote down as held is told as that.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.sql import HOLD, MATCHES

_HOLDS = text(f"SELECT m.stream, {HOLD} AS reason FROM outbox_turns m WHERE m.stream = ANY(:streams)")  # noqa: S608
_HELD_STREAMS = text(f"""
SELECT m.stream FROM outbox_turns m
WHERE m.lane = ANY(:lanes) AND EXISTS (SELECT FROM outbox_switches s WHERE s.is_hold AND {MATCHES})
""")  # noqa: S608 - a constant

DUE_BY_STREAM = f"""
    SELECT m.lane, m.campaign_id, m.company_id, {HOLD} IS NOT NULL AS is_held, d.count, d.oldest
    FROM outbox_turns m CROSS JOIN LATERAL (
        SELECT count(*), min(available_at) FILTER (WHERE available_at <= now()) AS oldest FROM outbox_messages
        WHERE state = 'due' AND stream = m.stream OFFSET 0) d
    WHERE d.count > 0
"""  # noqa: S608 - a constant
"""What is due of each stream, and whether it is held.

Stream by stream, so that no statistics lead to reading the table: the streams are few, and the index is theirs."""


def find_holds(session: Session, streams: Sequence[str]) -> dict[str, str]:
    """Return stream → why it is held; streams that are not held are absent."""
    if not streams:
        return {}
    rows = session.execute(_HOLDS, {"streams": sorted(set(streams))})
    return {row.stream: row.reason for row in rows if row.reason is not None}


def list_held_streams(session: Session, lanes: Sequence[str]) -> list[str]:
    """Return the streams of these lanes that a hold matches."""
    return list(session.scalars(_HELD_STREAMS, {"lanes": list(lanes)}))
