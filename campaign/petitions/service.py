"""Pledges, many at once."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.commands import Recorded, TakeAction
from campaign.actions.service.recording import record

KIND = "pledge"


def sign(session: Session, commands: Sequence[TakeAction]) -> list[Recorded]:
    """Put names under demands; each waits until its mailed link is confirmed."""
    return record(session, commands)


_NOTE_DAY = text("""
INSERT INTO campaign_days (campaign_id, day, confirmed)
SELECT campaign_id, (now() AT TIME ZONE 'UTC')::date, confirmed FROM campaign_tallies
ON CONFLICT (campaign_id, day) DO UPDATE SET confirmed = excluded.confirmed
WHERE campaign_days.confirmed <> excluded.confirmed
""")


def note_day(session: Session) -> None:
    """Write down how far each campaign has come today."""
    session.execute(_NOTE_DAY)


_TRUTH = text("""
SELECT t.campaign_id, t.confirmed, count(a.id) AS truth FROM campaign_tallies t
LEFT JOIN actions a ON a.campaign_id = t.campaign_id AND a.state = 'confirmed' AND a.is_counted
GROUP BY t.campaign_id HAVING t.confirmed <> count(a.id)
""")
_LOCK = text("SELECT confirmed FROM campaign_tallies WHERE campaign_id = :id FOR UPDATE")
_REPAIR = text("""
UPDATE campaign_tallies t SET confirmed = s.truth, last_number = greatest(t.last_number, s.highest), as_of = now()
FROM (SELECT count(*) AS truth, coalesce(max(number), 0) AS highest FROM actions
      WHERE campaign_id = :id AND state = 'confirmed' AND is_counted) s
WHERE t.campaign_id = :id AND t.confirmed <> s.truth
""")


def audit_tallies(session: Session) -> list[int]:
    """Compare each tally with the rows it counts, mend those that differ; return their campaigns' ids.

    What differs at first sight is counted again with the tally locked: a batch may have been between the two.
    """
    mended = []
    for row in session.execute(_TRUTH).all():
        session.execute(_LOCK, {"id": row.campaign_id})
        if session.execute(_REPAIR, {"id": row.campaign_id}).rowcount:  # type: ignore[attr-defined]
            mended.append(row.campaign_id)
    return mended
