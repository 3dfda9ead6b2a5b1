"""Takes from actions what would tie them to their mails, and so to whoever got these: of high safety, and erased ones.

The mail provider knows to whom it carried what, when, and under which id of ours. So once an action of high safety is
settled (confirmed, put aside, merged, taken back, discarded, erased) its messages are deleted, and of all its times
only the day is left. Nothing that comes later needs them: nobody is written to any more, a bounce comes before, and a
late event finds nobody. What an erased action of any campaign keeps is treated alike; its messages stay as counts, tied
to nothing (`campaign.outbox.traces`).

What waits still holds its address, so there is nothing to hide before.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.scattered import SCATTERED_PUBLIC_ID, to_the_day

_TIMES = ("created_at", "asked_at", "typed_at", "reminded_at", "confirmed_at", "withdrawn_at", "erased_at")
_TO_THE_DAY = ", ".join(f"{column} = {to_the_day(f'a.{column}')}" for column in _TIMES)

# An erased action's old links lead nowhere; the one link to a high-safety action goes on showing that it is empty.
_UNTIE = text(f"""
WITH theirs AS MATERIALIZED (
    SELECT a.id, c.is_high_safety FROM actions a JOIN campaigns c ON c.id = a.campaign_id
    WHERE a.id = ANY(:ids) AND (c.is_high_safety OR a.erased_at IS NOT NULL)
), gone AS (
    DELETE FROM outbox_messages WHERE action_id = ANY(ARRAY(SELECT id FROM theirs WHERE is_high_safety))
)
UPDATE actions a SET {_TO_THE_DAY},
    public_id = CASE WHEN t.is_high_safety THEN a.public_id ELSE {SCATTERED_PUBLIC_ID} END
FROM theirs t WHERE a.id = t.id AND a.id = ANY(ARRAY(SELECT id FROM theirs))
""")  # noqa: S608 - joined from constants


def untie(session: Session, action_ids: Sequence[int]) -> None:
    """Untie those of these settled actions that are of high safety or erased; call it last of what settles them."""
    if action_ids:
        session.execute(_UNTIE, {"ids": sorted(action_ids)})
