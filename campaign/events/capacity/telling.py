"""Asks for the mails by which the holders of RSVPs see that they changed or canceled them, with the calendar's file.

Somebody else may have had the phone in their hand; and a calendar that was filled from an RSVP follows no page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.commands import NewMessage
from campaign.outbox.queries import list_for_actions
from campaign.outbox.service import append, withdraw_topic

PAUSE = timedelta(minutes=10)
"""Between two of these mails about one RSVP."""

UPDATED = "events.updated"
CANCELED = "events.canceled"

_ROWS = text("""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id FROM actions a JOIN campaigns c ON c.id = a.campaign_id
WHERE a.id = ANY(:ids) AND a.person_id IS NOT NULL ORDER BY a.id
""")
_HAD = text("""
SELECT c.action_id, array_agg(DISTINCT c.leg_id ORDER BY c.leg_id) AS legs
FROM rsvp_claims c JOIN rsvps r ON r.action_id = c.action_id
WHERE c.action_id = ANY(:ids) AND r.is_standing AND c.resource = 'place' AND c.state IN ('going', 'queued', 'offered')
GROUP BY c.action_id
""")


def list_had(session: Session, action_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the legs on which standing RSVPs have a place or wait for one, by action."""
    return {row.action_id: row.legs for row in session.execute(_HAD, {"ids": list(action_ids)})}


def tell_updated(session: Session, action_ids: Sequence[int]) -> None:
    """Write to the holders of RSVPs that they changed, those that can be written to."""
    _tell(session, UPDATED, action_ids, {})


def tell_canceled(session: Session, legs: Mapping[int, Sequence[int]]) -> None:
    """Write to the holders of RSVPs that they are canceled; `legs`: the days that were theirs, by action."""
    _tell(session, CANCELED, list(legs), legs)


def _tell(session: Session, topic: str, action_ids: Sequence[int], legs: Mapping[int, Sequence[int]]) -> None:
    """Write at once, or `PAUSE` after the last such mail: who changes much, or has another's link, fills no mailbox.

    Mails compose what is so when they go, so one that has not gone yet says nothing that the next would not say.
    """
    for earlier in (UPDATED, CANCELED):
        withdraw_topic(session, earlier, action_ids)
    after = {
        action_id: max((one.sent_at for one in seen if one.topic in (UPDATED, CANCELED) and one.sent_at), default=None)
        for action_id, seen in list_for_actions(session, action_ids, "critical").items()
    }
    about = {action_id: {"legs": list(one)} for action_id, one in legs.items()}
    rows = session.execute(_ROWS, {"ids": list(action_ids)})
    messages = [
        replace(
            NewMessage.about_action(row, lane="critical", topic=topic, payload=about.get(row.id, {})),
            available_at=None if (last := after.get(row.id)) is None else last + PAUSE,
        )
        for row in rows
    ]
    append(session, messages)
