"""Lets go of what an event has of who erased themselves: their places, and that it was they who came.

How many came stays true, as a number: their check-in becomes that of somebody who walked up, nameless.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.events.service import give_back

# A party is known by its signer, so an RSVP that never stood (discarded in review) must not take another's along.
_NAMELESS = text("""
UPDATE check_ins c SET is_walk_up = true, subject = uuid_send(gen_random_uuid()), name = NULL
FROM rsvps r JOIN actions a ON a.id = r.action_id JOIN event_legs l ON l.event_id = r.event_id
WHERE r.action_id = ANY(:ids) AND a.state NOT IN ('waiting', 'held')
  AND c.leg_id = l.id AND NOT c.is_walk_up AND c.subject = r.signer_key
""")


def let_go(session: Session, action_ids: Sequence[int]) -> None:
    """Free what erased RSVPs had, and leave of who came no more than how many."""
    give_back(session, action_ids)
    session.execute(_NAMELESS, {"ids": list(action_ids)})
