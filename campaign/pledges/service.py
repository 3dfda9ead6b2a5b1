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
