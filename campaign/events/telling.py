"""Who has to know of a change: one mail to each, however many of their legs it touches."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.events.claims import lock_legs
from campaign.events.models import Event
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

CHANGED = "events.changed"

_CONCERNED = text("""
SELECT DISTINCT a.id, a.person_id, a.campaign_id, c.organization_id
FROM rsvps r JOIN rsvp_claims k USING (action_id) JOIN actions a ON a.id = r.action_id
JOIN campaigns c ON c.id = a.campaign_id
WHERE k.leg_id = ANY(:legs) AND k.state IN ('going', 'offered', 'queued') AND r.is_standing AND a.state = 'confirmed'
  AND NOT a.is_made_up AND a.person_id IS NOT NULL
ORDER BY a.id
""")
_CANCEL = text("""
UPDATE rsvp_claims SET state = 'gone', until = NULL WHERE leg_id = ANY(:legs) AND state <> 'gone'
""")
_CALENDARS = text("UPDATE rsvps SET sequence = sequence + 1 WHERE action_id = ANY(:ids)")


def tell_of_change(session: Session, event: Event, leg_ids: Sequence[int]) -> int:
    """Write to everybody who has or waits for a place on these legs; return how many that are.

    Comes before `cancel_claims`, which ends what it looks at. Their calendar entries get the next SEQUENCE.
    """
    rows = session.execute(_CONCERNED, {"legs": list(leg_ids)}).all()
    session.execute(_CALENDARS, {"ids": [row.id for row in rows]})
    messages = [
        NewMessage(
            lane="critical",
            topic=CHANGED,
            campaign_id=row.campaign_id,
            organization_id=row.organization_id,
            action_id=row.id,
            person_id=row.person_id,
            payload={"event": event.id, "version": event.version, "legs": sorted(leg_ids)},
        )
        for row in rows
    ]
    append(session, messages)
    return len(messages)


def cancel_claims(session: Session, leg_ids: Sequence[int], at: datetime) -> None:
    """End all that anybody has of cancelled legs."""
    if lock_legs(session, leg_ids, at):
        session.execute(_CANCEL, {"legs": list(leg_ids)})
