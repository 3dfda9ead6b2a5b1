"""What became of the messages: for company pages, `/my`, the operator and the metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor, Power
from campaign.kernel.lanes import LaneName
from campaign.kernel.scoping import scoped
from campaign.outbox.held_streams import DUE_BY_STREAM, find_holds, list_held_streams
from campaign.outbox.models import Message
from campaign.outbox.sql import HAS_DUE, STOPPED, go_by_index


@dataclass(frozen=True)
class MessageView:
    """One message as its owner or an operator may see it; no address and no text are here to be seen."""

    public_id: UUID
    topic: str
    state: str
    held_reason: str | None
    reason: str | None
    campaign_id: int | None
    company_id: int | None
    executive_id: int | None
    action_id: int | None
    attempts: int
    blind_count: int
    created_at: datetime
    available_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None


def _view(message: Message, hold: str | None) -> MessageView:
    view = MessageView(**{name: getattr(message, name) for name in MessageView.__dataclass_fields__})
    return view if hold is None else replace(view, state="held", held_reason=hold)


def _views(session: Session, messages: Sequence[Message]) -> list[MessageView]:
    """Return the messages as they stand: what is due under a hold is held."""
    holds = find_holds(session, [message.stream for message in messages if message.state == "due"])
    return [_view(message, holds.get(message.stream) if message.state == "due" else None) for message in messages]


# What is due by its streams, the rest by the index of letters.
_LETTERS = text(
    f"""
    SELECT state, sum(count) AS total FROM (
        SELECT state, count(*) FROM outbox_messages
        WHERE lane = 'letters' AND state <> 'due'
          AND (CAST(:campaign_id AS bigint) IS NULL OR campaign_id = :campaign_id)
          AND (CAST(:company_id AS bigint) IS NULL OR company_id = :company_id) GROUP BY state
        UNION ALL
        SELECT CASE WHEN is_held THEN 'held' ELSE 'due' END, count FROM ({DUE_BY_STREAM}
            AND m.lane = 'letters'
            AND (CAST(:campaign_id AS bigint) IS NULL OR m.campaign_id = :campaign_id)
            AND (CAST(:company_id AS bigint) IS NULL OR m.company_id = :company_id)) d
    ) s GROUP BY state
    """  # noqa: S608 - joined from constants of this package
)


def count_letters_by_state(
    session: Session, *, campaign_id: int | None = None, company_id: int | None = None
) -> dict[str, int]:
    """Return state → number of letters of a campaign, to a company, or both."""
    rows = session.execute(_LETTERS, {"campaign_id": campaign_id, "company_id": company_id})
    return {row.state: int(row.total) for row in rows}


# By streams, which are few, and by the index of what is settled; what was sent was settled no earlier.
_BY_MONTH = text("""
SELECT CAST(date_trunc('month', o.sent_at AT TIME ZONE CAST(:timezone AS text)) AS date) AS month, count(*) AS letters
FROM outbox_turns m CROSS JOIN LATERAL (
    SELECT sent_at FROM outbox_messages
    WHERE stream = m.stream AND sent_at IS NOT NULL
      AND settled_at >= date_trunc('month', now()) - make_interval(months => :months - 1)) o
WHERE m.lane = 'letters' AND m.company_id = :company_id
GROUP BY month ORDER BY month DESC
""")


def count_letters_by_month(
    session: Session, company_id: int, timezone: str, *, months: int = 12
) -> list[tuple[date, int]]:
    """Return (first day of a month, letters sent to a company in it), latest first; months without any are left out.

    Args:
        session: the caller's.
        company_id: to whose offices.
        timezone: by whose calendar (IANA).
        months: so many back, this one among them.
    """
    go_by_index(session)
    rows = session.execute(_BY_MONTH, {"company_id": company_id, "timezone": timezone, "months": months})
    return [(row.month, row.letters) for row in rows]


def list_for_actions(
    session: Session, action_ids: Sequence[int], lane: LaneName | None = None
) -> dict[int, list[MessageView]]:
    """Return action id → its messages, oldest first; actions without messages are absent."""
    query = select(Message).where(Message.action_id.in_(action_ids)).order_by(Message.id)
    if lane is not None:
        query = query.where(Message.lane == lane)
    found: dict[int, list[MessageView]] = {}
    for view in _views(session, session.scalars(query).all()):
        if view.action_id is not None:
            found.setdefault(view.action_id, []).append(view)
    return found


def list_messages(
    session: Session,
    actor: Actor,
    *,
    lanes: Sequence[LaneName],
    state: str | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[tuple[int, MessageView]]:
    """Return (id, message) of some lanes, newest first; `before` is the last id of the previous page.

    Raises:
        ForbiddenError: the actor may not read people.
    """
    actor.require(Power.READ)
    query = select(Message).where(Message.lane.in_(lanes)).order_by(Message.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_stands(session, lanes, state))
    if before is not None:
        query = query.where(Message.id < before)
    messages = session.scalars(scoped(query, actor)).all()
    return [(message.id, view) for message, view in zip(messages, _views(session, messages), strict=True)]


def count_in_state(session: Session, actor: Actor, lanes: Sequence[LaneName], state: str) -> int:
    """Return how many messages of these lanes are in `state`."""
    query = select(func.count()).select_from(Message)
    return session.scalar(scoped(query.where(Message.lane.in_(lanes), _stands(session, lanes, state)), actor)) or 0


def _stands(session: Session, lanes: Sequence[LaneName], state: str) -> ColumnElement[bool]:
    """Return what is asked of a message that is told to be in `state`."""
    if state not in ("due", "held"):
        return Message.state == state
    held = list_held_streams(session, lanes)
    if state == "due":
        return and_(Message.state == "due", Message.stream.not_in(held))
    return or_(Message.state == "held", and_(Message.state == "due", Message.stream.in_(held)))


_DUE_LANES = text(
    f"""
    SELECT DISTINCT m.lane FROM outbox_turns m
    WHERE NOT {STOPPED} AND {HAS_DUE}
    """  # noqa: S608 - joined from constants of this package
)


def list_due_lanes(session: Session) -> list[str]:
    """Return the lanes that hold a message whose time has come and that no switch stops (pace is not looked at)."""
    go_by_index(session)
    return sorted(session.execute(_DUE_LANES).scalars())


# By the lane's streams, and not by topic, so that both halves find their rows by an index.
_CAMPAIGNS_AT_WORK = text(
    """
    SELECT campaign_id FROM outbox_messages
    WHERE state = 'due' AND stream = ANY(ARRAY(SELECT stream FROM outbox_turns WHERE lane = :lane)) AND topic = :topic
    UNION
    SELECT campaign_id FROM outbox_messages WHERE state = 'sending' AND lane = :lane AND topic = :topic
    """
)


def find_campaigns_at_work(session: Session, lane: LaneName, topic: str) -> frozenset[int]:
    """Return the campaigns for which a message of `topic` is due or being worked on."""
    rows = session.scalars(_CAMPAIGNS_AT_WORK, {"lane": lane, "topic": topic})
    return frozenset(campaign_id for campaign_id in rows if campaign_id is not None)
