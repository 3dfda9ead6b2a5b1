"""Takes from actions what would tie them to their mails, and so to whoever got these: those of high safety.

The mail provider knows to whom it carried what, when, and under which id of ours. So once an action of high safety is
settled (confirmed, put aside, merged, taken back, discarded) its messages are deleted, and of all its times
only the day is left. Nothing that comes later needs them: nobody is written to any more, a bounce comes before, and a
late event finds nobody.

What waits still holds its address, so there is nothing to hide before.

Numbers are stored mixed (`campaign.actions.numbers`). But rows lie in the table in the order in which they were
settled; so they are noted in `unmixed_actions`, and when the day is over they are taken out and put back in no order,
all at once: then neither their place nor the transaction that wrote them tells more than the day. What is under review
has a row that hangs on its own, and takes its turn afterwards; comments of high safety are never reviewed to be shown,
so no `comment_reviews` hang there. Kinds with rows of their own (what is not counted) hang on theirs, and stay where
they are.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.endings import UNTIED
from campaign.actions.models import Action
from campaign.kernel.personal import emptying
from campaign.kernel.scattered import to_the_day

_UNTIE = text(f"""
WITH theirs AS MATERIALIZED (
    SELECT a.id FROM actions a JOIN campaigns c ON c.id = a.campaign_id WHERE a.id = ANY(:ids) AND c.is_high_safety
), gone AS (
    DELETE FROM outbox_messages WHERE action_id = ANY(ARRAY(SELECT id FROM theirs))
), noted AS (
    INSERT INTO unmixed_actions (action_id, day) SELECT id, {to_the_day("now()")} FROM theirs
    ON CONFLICT (action_id) DO UPDATE SET day = excluded.day
)
UPDATE actions a SET {emptying(Action, UNTIED, "a")}, number = coalesce(n.number, a.number)
FROM theirs t LEFT JOIN unnest(CAST(:numbered AS bigint[]), CAST(:numbers AS bigint[])) AS n(id, number) USING (id)
WHERE a.id = t.id AND a.id = ANY(ARRAY(SELECT id FROM theirs))
""")  # noqa: S608 - joined from constants

# Of a day, those that go together are chosen by their ids, which are in no order.
# In one statement, so that nobody sees them gone; who waits meanwhile for the lock of one looks again (`taking_back`).
_MIX = text(f"""
WITH over AS MATERIALIZED (
    SELECT action_id FROM unmixed_actions u WHERE day < {to_the_day("now()")}
    AND NOT EXISTS (SELECT FROM reviews r WHERE r.action_id = u.action_id OFFSET 0)
    ORDER BY day, action_id LIMIT :most FOR UPDATE SKIP LOCKED
), noted AS (
    DELETE FROM unmixed_actions WHERE action_id = ANY(ARRAY(SELECT action_id FROM over))
), locked AS MATERIALIZED (
    SELECT id FROM actions WHERE id = ANY(ARRAY(SELECT action_id FROM over)) AND is_counted ORDER BY id FOR UPDATE
), taken AS (
    DELETE FROM actions a WHERE a.id = ANY(ARRAY(SELECT id FROM locked)) RETURNING a.*
), put AS (
    INSERT INTO actions SELECT * FROM taken ORDER BY random()
)
SELECT count(*) FROM over
""")  # noqa: S608 - joined from constants


def untie(session: Session, action_ids: Sequence[int], numbers: Mapping[int, int] | None = None) -> None:
    """Untie those of these settled actions that are of high safety; call it last of what settles them.

    Args:
        session: the transaction.
        action_ids: what was settled.
        numbers: by id, a number to store in the place of the one there, mixed.
    """
    if action_ids:
        values = {"numbered": list(numbers or {}), "numbers": list((numbers or {}).values())}
        session.execute(_UNTIE, {"ids": sorted(action_ids), **values})


def mix_rows(session: Session, most: int = 5000) -> int:
    """Put back in no order what high-safety actions were settled on days that are over; return how many."""
    return int(session.execute(_MIX, {"most": most}).scalar_one())
