"""Single letters of an action: put off until their turn comes, or withdrawn for one that takes their place."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from campaign.kernel.rowset import as_rows
from campaign.outbox.sql import changed

# Found by their actions, by index; then each by its executive.
_PUT_OFF = text("""
UPDATE outbox_messages m SET available_at = u.at
FROM json_to_recordset(CAST(:rows AS json)) AS u(action_id bigint, executive_id bigint, at timestamptz)
WHERE m.action_id = ANY(:ids) AND m.action_id = u.action_id AND m.executive_id = u.executive_id
  AND m.lane = 'letters' AND m.state = 'waiting'
""")
_WITHDRAW = text("""
UPDATE outbox_messages m
SET state = 'withdrawn', held_reason = NULL, lease_token = NULL, lease_until = NULL, settled_at = now()
FROM json_to_recordset(CAST(:rows AS json)) AS u(action_id bigint, executive_id bigint)
WHERE m.action_id = ANY(:ids) AND m.action_id = u.action_id AND m.executive_id = u.executive_id
  AND m.lane = 'letters' AND (m.state IN ('waiting', 'held', 'due') OR (m.state = 'sending' AND m.begun_at IS NULL))
""")


def put_off_letters(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Let letters that wait for a confirmation go no earlier than `at`; rows of `action_id`, `executive_id`, `at`."""
    _change(session, _PUT_OFF, rows)


def withdraw_letters(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Take back letters that have not been handed over; rows of `action_id` and `executive_id`."""
    _change(session, _WITHDRAW, rows)


# Found first, then locked by id, in everybody's order.
_WITHDRAW_ALL = text("""
WITH theirs AS MATERIALIZED (
    SELECT id FROM outbox_messages
    WHERE lane = 'letters' AND campaign_id = :campaign_id
      AND (state IN ('waiting', 'held', 'due') OR (state = 'sending' AND begun_at IS NULL))
), locked AS MATERIALIZED (
    SELECT id FROM outbox_messages WHERE id = ANY(ARRAY(SELECT id FROM theirs))
      AND (state IN ('waiting', 'held', 'due') OR (state = 'sending' AND begun_at IS NULL)) ORDER BY id FOR UPDATE
)
UPDATE outbox_messages m
SET state = 'withdrawn', held_reason = NULL, lease_token = NULL, lease_until = NULL, settled_at = now()
WHERE m.id = ANY(ARRAY(SELECT id FROM locked))
""")


def withdraw_letters_of(session: Session, campaign_id: int) -> int:
    """Take back every letter of a campaign that has not been handed over; return how many, for good."""
    return changed(session, _WITHDRAW_ALL, {"campaign_id": campaign_id})


def _change(session: Session, statement: TextClause, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        session.execute(statement, {"rows": as_rows(rows), "ids": list({row["action_id"] for row in rows})})
