"""Compares each tally with the rows it counts, a slice of numbers at a time, and mends what is wrong.

    least lately audited ─► slice ─► slice … ─► end of its numbers ─► true, or mended ─► the next campaign

A slice and the tally are read in one statement, which sees both at one moment. While a campaign fits into one slice,
its count is exact. Over several, names that were counted in an early slice may be withdrawn before the last. How many
were withdrawn meanwhile is what the last number grew by less what the tally grew by: only what these cannot explain is
wrong. It is then counted whole, in one statement, and the difference added. Nothing locks the tally for longer than an
addition. A tally that is too low by less than was withdrawn meanwhile is found by a quieter round.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.numbers import FIRST_MIXED

_LEAST = 100
"""What looking at a campaign costs at least, in rows; so that a thousand small ones do not make a long transaction."""

_NEXT = text("""
SELECT t.campaign_id, a.number, a.counted, a.confirmed, a.last_number
FROM campaign_tallies t LEFT JOIN tally_audits a USING (campaign_id)
WHERE a.campaign_id IS NULL OR a.number > 0 OR a.audited_at < clock_timestamp() - make_interval(secs => :pause)
ORDER BY coalesce(a.number, 0) = 0, a.audited_at NULLS FIRST, t.campaign_id LIMIT :most
""")
# Of numbers that are stored mixed, none is higher than another.
_HIGHEST = f"coalesce(max(number) FILTER (WHERE number < {FIRST_MIXED}), 0)"
_SLICE = text(f"""
SELECT t.confirmed, t.last_number, s.count AS counted, s.highest, s.place
FROM campaign_tallies t CROSS JOIN LATERAL (
    SELECT count(*), coalesce(max(number), 0) AS place, {_HIGHEST} AS highest FROM (
        SELECT number FROM actions
        WHERE campaign_id = t.campaign_id AND state = 'confirmed' AND is_counted AND number > :number
        ORDER BY number LIMIT :most) n
) s
WHERE t.campaign_id = :campaign_id
""")  # noqa: S608 - joined from constants
_WHOLE = text(f"""
SELECT t.confirmed, t.last_number, s.count AS counted, s.highest
FROM campaign_tallies t CROSS JOIN LATERAL (
    SELECT count(*), {_HIGHEST} AS highest FROM actions
    WHERE campaign_id = t.campaign_id AND state = 'confirmed' AND is_counted
) s
WHERE t.campaign_id = :campaign_id
""")  # noqa: S608 - joined from constants
_KEEP = text("""
INSERT INTO tally_audits (campaign_id, number, counted, confirmed, last_number, audited_at)
VALUES (:campaign_id, :number, :counted, :confirmed, :last_number, clock_timestamp())
ON CONFLICT (campaign_id) DO UPDATE SET number = excluded.number, counted = excluded.counted,
    confirmed = excluded.confirmed, last_number = excluded.last_number, audited_at = excluded.audited_at
""")
_MEND = text("""
UPDATE campaign_tallies SET confirmed = confirmed + :difference, as_of = now(),
    last_number = greatest(last_number, confirmed + :difference, :highest)
WHERE campaign_id = :campaign_id
""")


@dataclass(frozen=True)
class _Begun:
    """An audit on its way: counted up to a number; what the tally said when it began."""

    campaign_id: int
    number: int
    counted: int
    confirmed: int
    last_number: int


def audit_tallies(session: Session, most: int = 20_000, pause_seconds: float = 0.0) -> list[int]:
    """Go on with the audit by about `most` rows; return the ids of the campaigns whose tally was mended.

    A campaign whose audit ended less than `pause_seconds` ago is left alone.
    """
    mended: list[int] = []
    left = most
    campaigns = session.execute(_NEXT, {"most": -(-most // _LEAST), "pause": pause_seconds}).all()
    for row in campaigns:
        if left <= 0:
            break
        left -= max(_go_on(session, row, left, mended), _LEAST)
    return mended


def _go_on(session: Session, row: Row[Any], most: int, mended: list[int]) -> int:
    """Count one campaign's next slice, and judge its tally where that was the last; returns how many rows it had."""
    values = {"campaign_id": row.campaign_id, "number": row.number or 0, "most": most}
    found = session.execute(_SLICE, values).one()
    begun = (
        _Begun(row.campaign_id, row.number, row.counted, row.confirmed, row.last_number)
        if row.number
        else _Begun(row.campaign_id, 0, 0, found.confirmed, found.last_number)
    )
    is_whole = found.counted < most
    if is_whole and _judge(session, begun, found):
        mended.append(row.campaign_id)
    session.execute(
        _KEEP,
        {
            "campaign_id": row.campaign_id,
            "number": 0 if is_whole else found.place,
            "counted": 0 if is_whole else begun.counted + found.counted,
            "confirmed": begun.confirmed,
            "last_number": begun.last_number,
        },
    )
    return int(found.counted)


def _judge(session: Session, begun: _Begun, found: Row[Any]) -> bool:
    """Mend the tally if it is wrong; returns whether it was."""
    withdrawn = found.last_number - begun.last_number - (found.confirmed - begun.confirmed)
    difference = begun.counted + found.counted - found.confirmed
    if 0 <= difference <= max(withdrawn, 0) and found.highest <= found.last_number:
        return False
    if begun.number:  # of several slices: certain only when counted at one moment
        found = session.execute(_WHOLE, {"campaign_id": begun.campaign_id}).one()
        difference = found.counted - found.confirmed
    values = {"campaign_id": begun.campaign_id, "difference": difference, "highest": found.highest}
    session.execute(_MEND, values)
    return bool(difference) or found.highest > found.last_number
