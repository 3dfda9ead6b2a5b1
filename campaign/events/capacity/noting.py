"""Notes what RSVPs are before their holders change or cancel them, so that it can be undone (`undoing`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

UNDONE_WITHIN = timedelta(hours=1)
"""So long somebody who slipped can come back; as long as a signature that was withdrawn."""

_NOTE = text("""
INSERT INTO rsvp_undos (action_id, until, claims, answers, children)
SELECT r.action_id, :until, coalesce((
    SELECT jsonb_agg(jsonb_build_object('leg', c.leg_id, 'resource', c.resource, 'amount', c.amount, 'state', c.state)
        ORDER BY c.leg_id, c.resource <> 'place')
    FROM rsvp_claims c WHERE c.action_id = r.action_id AND c.state IN ('going', 'queued', 'offered')), '[]'),
    r.answers, r.children
FROM rsvps r JOIN actions a ON a.id = r.action_id
WHERE r.action_id = ANY(:ids) AND r.is_standing AND a.person_id IS NOT NULL
ON CONFLICT (action_id) DO UPDATE SET until = excluded.until, claims = excluded.claims, answers = excluded.answers,
    children = excluded.children
""")
_FORGET = text("DELETE FROM rsvp_undos WHERE action_id = ANY(:ids)")


def note(session: Session, action_ids: Sequence[int], at: datetime) -> None:
    """Note what standing RSVPs, locked by the caller, are at `at`; of who cannot be written to, nothing."""
    session.execute(_NOTE, {"ids": list(action_ids), "until": at + UNDONE_WITHIN})


def forget_notes(session: Session, action_ids: Sequence[int]) -> None:
    """Forget what RSVPs were: their holders did something since that an undoing would take back, too."""
    session.execute(_FORGET, {"ids": list(action_ids)})
