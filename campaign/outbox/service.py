"""Append messages and move them between the states people decide about: waiting, due, withdrawn.

Everything here is set-based and belongs to the caller's transaction; what stops many at once is in `holds`, what
workers do (claim, begin, settle) in `claims` and `leases`. A message that was claimed but whose sending has not begun
can still be withdrawn: it loses its lease token, so the worker's `begin` finds nothing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.rowset import as_rows
from campaign.kernel.scattered import SCATTERED_PUBLIC_ID
from campaign.outbox.commands import NewMessage
from campaign.outbox.sql import changed
from campaign.outbox.streams import stream_of

DEFAULT_PER_HOUR_MAILBOX = 30
DEFAULT_PER_HOUR_DOMAIN = 60
"""Source: docs/delivery.md, "Pace"."""

# One statement for the whole batch: streams and pace rows that do not exist yet, then the messages. `ORDER BY` gives
# every transaction the same lock order. A campaign that went over to another organization takes its streams along.
_APPEND = text(
    f"""
    WITH new AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS m (
            lane text, stream text, topic text, state text, campaign_id bigint, organization_id bigint,
            broadcast_id bigint, company_id bigint, executive_id bigint, action_id bigint, person_id bigint,
            recipient_key bytea, is_high_safety boolean, mailbox text, domain text, payload jsonb,
            available_at timestamptz)
    ), streams AS (
        INSERT INTO outbox_turns (
            stream, lane, organization_id, campaign_id, broadcast_id, company_id, mailbox, domain)
        SELECT DISTINCT ON (stream) stream, lane, coalesce(organization_id, 0), coalesce(campaign_id, 0),
               coalesce(broadcast_id, 0), CASE lane WHEN 'letters' THEN coalesce(company_id, 0) ELSE 0 END,
               coalesce(mailbox, ''), coalesce(domain, '')
        FROM new ORDER BY stream
        ON CONFLICT DO NOTHING
    ), gone_over AS (
        UPDATE outbox_turns t SET organization_id = n.organization_id
        FROM new n WHERE t.stream = n.stream AND t.organization_id <> n.organization_id
    ), paces AS (
        INSERT INTO pace_slots (key, domain, per_hour)
        SELECT 'mailbox:' || mailbox, min(domain), :mailbox_per_hour FROM new WHERE mailbox IS NOT NULL GROUP BY mailbox
        UNION ALL
        SELECT 'domain:' || domain, domain, :domain_per_hour FROM new WHERE mailbox IS NOT NULL GROUP BY domain
        ORDER BY 1
        ON CONFLICT DO NOTHING
    )
    INSERT INTO outbox_messages (
        public_id, lane, stream, topic, state, campaign_id, organization_id, company_id, executive_id,
        action_id, person_id, recipient_key, is_high_safety, mailbox, domain, payload, available_at)
    SELECT CASE WHEN m.is_high_safety THEN {SCATTERED_PUBLIC_ID} ELSE uuidv7() END, m.lane, m.stream, m.topic, m.state,
           m.campaign_id, m.organization_id, m.company_id, m.executive_id, m.action_id, m.person_id,
           m.recipient_key, m.is_high_safety, m.mailbox, m.domain, m.payload, coalesce(m.available_at, now())
    FROM new m
    """  # noqa: S608 - joined from constants of this package
)


def append(session: Session, messages: Sequence[NewMessage]) -> None:
    """Add `messages` to the outbox, in the caller's transaction; nudge their lanes after the commit.

    Raises:
        ValueError: a letter without a mailbox, or a mailbox where there is no letter.
    """
    if not messages:
        return
    for message in messages:
        if (message.lane == "letters") != (message.mailbox is not None):
            raise ValueError("letters, and only letters, have a mailbox")
    session.execute(
        _APPEND,
        {
            "rows": as_rows([_row(message) for message in messages]),
            "mailbox_per_hour": DEFAULT_PER_HOUR_MAILBOX,
            "domain_per_hour": DEFAULT_PER_HOUR_DOMAIN,
        },
    )


def _row(message: NewMessage) -> dict[str, object]:
    return {**vars(message), "stream": stream_of(message), "domain": _domain(message)}


def _domain(message: NewMessage) -> str | None:
    if message.domain is None and message.mailbox is not None:
        return message.mailbox.rpartition("@")[2]
    return message.domain


_RELEASE = text("""
    UPDATE outbox_messages SET state = 'due', available_at = greatest(available_at, now())
    WHERE action_id = ANY(:action_ids) AND state = 'waiting'
    RETURNING lane
""")


def release(session: Session, action_ids: Sequence[int]) -> frozenset[str]:
    """Make the messages that waited for these actions' confirmation due; a hold that matches them stops them still.

    Returns the lanes that got due messages, to nudge after the commit.
    """
    if not action_ids:
        return frozenset()
    return frozenset(session.scalars(_RELEASE, {"action_ids": sorted(action_ids)}))


_WITHDRAW = text(
    """
    UPDATE outbox_messages
    SET state = 'withdrawn', held_reason = NULL, lease_token = NULL, lease_until = NULL, settled_at = now()
    WHERE action_id = ANY(:action_ids)
      AND (state IN ('waiting', 'held', 'due') OR (state = 'sending' AND begun_at IS NULL))
    """
)


def withdraw(session: Session, action_ids: Sequence[int]) -> int:
    """Take back what has not been handed over yet for these actions; returns how many messages that was."""
    return changed(session, _WITHDRAW, {"action_ids": sorted(action_ids)}) if action_ids else 0


_WITHDRAW_TOPIC = text(
    """
    UPDATE outbox_messages
    SET state = 'withdrawn', held_reason = NULL, lease_token = NULL, lease_until = NULL, settled_at = now()
    WHERE id IN (
        SELECT id FROM outbox_messages WHERE action_id = ANY(:action_ids) AND topic = :topic
          AND (state IN ('waiting', 'held', 'due') OR (state = 'sending' AND begun_at IS NULL))
        FOR UPDATE SKIP LOCKED)
    RETURNING action_id, payload
    """
)


def withdraw_topic(session: Session, topic: str, action_ids: Sequence[int]) -> list[tuple[int, dict[str, Any]]]:
    """Take back what has not been handed over yet of one topic; returns the action and payload of each message.

    For who says the same better in a later message. What another transaction has in hand just now stays as it is.
    """
    if not action_ids:
        return []
    rows = session.execute(_WITHDRAW_TOPIC, {"topic": topic, "action_ids": sorted(action_ids)})
    return [(row.action_id, row.payload) for row in rows]


_DELETE = text("DELETE FROM outbox_messages WHERE action_id = ANY(:action_ids)")


def delete_for_actions(session: Session, action_ids: Sequence[int]) -> int:
    """Forget all messages of these actions, sent ones too (erasing a supporter); returns how many."""
    return changed(session, _DELETE, {"action_ids": sorted(action_ids)}) if action_ids else 0
