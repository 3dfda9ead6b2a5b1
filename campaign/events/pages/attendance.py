"""How many people came, to a leg, with an RSVP, to a campaign: kept when everything else of the day is forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_CAME = text("""
SELECT l.event_id, l.id, coalesce(l.came_count, sum(c.came)) AS came
FROM event_legs l LEFT JOIN check_ins c ON c.leg_id = l.id WHERE l.event_id = ANY(:ids) AND l.ends_at <= :at
GROUP BY l.id
""")
_CAME_OF = text("""
SELECT r.action_id, c.leg_id, c.came FROM rsvps r
JOIN event_legs l ON l.event_id = r.event_id
JOIN check_ins c ON c.leg_id = l.id AND NOT c.is_walk_up AND c.subject = r.signer_key
WHERE r.action_id = ANY(:ids) AND c.came > 0
""")
_CAME_TO_CAMPAIGN = text("""
SELECT coalesce(sum(coalesce(l.came_count, (SELECT sum(c.came) FROM check_ins c WHERE c.leg_id = l.id))), 0)
FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.campaign_id = :id AND l.ends_at <= :at
""")


def count_came(session: Session, event_ids: Sequence[int], at: datetime) -> Mapping[int, Mapping[int, int]]:
    """Return how many people came to the legs of events that are over at `at`, by event and leg.

    A leg of which nobody said anything is absent.
    """
    found: dict[int, dict[int, int]] = {}
    for row in session.execute(_CAME, {"ids": list(event_ids), "at": at}):
        if row.came is not None:
            found.setdefault(row.event_id, {})[row.id] = int(row.came)
    return found


def count_came_of(session: Session, action_ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
    """Return how many came with RSVPs, by action and leg; absent where none did, or nobody looked."""
    rows = session.execute(_CAME_OF, {"ids": list(action_ids)})
    return {(row.action_id, row.leg_id): row.came for row in rows}


def count_came_to_campaign(session: Session, campaign_id: int, at: datetime) -> int:
    """Return how many people came to the legs of a campaign that were over at `at`; who walks two days counts twice."""
    return int(session.scalar(_CAME_TO_CAMPAIGN, {"id": campaign_id, "at": at}) or 0)
