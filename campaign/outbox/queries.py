"""What became of the messages: for company pages, `/my`, the operator and the metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import scoped
from campaign.outbox.models import Message
from campaign.outbox.sql import HAS_DUE, MATCHES, go_by_index


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


def _view(message: Message) -> MessageView:
    return MessageView(**{name: getattr(message, name) for name in MessageView.__dataclass_fields__})


def count_letters_by_state(
    session: Session, *, campaign_id: int | None = None, company_id: int | None = None
) -> dict[str, int]:
    """Return state → number of letters of a campaign, to a company, or both."""
    query = select(Message.state, func.count()).where(Message.lane == "letters").group_by(Message.state)
    if campaign_id is not None:
        query = query.where(Message.campaign_id == campaign_id)
    if company_id is not None:
        query = query.where(Message.company_id == company_id)
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - rows, not pairs, to mypy


def list_for_actions(
    session: Session, action_ids: Sequence[int], lane: str | None = None
) -> dict[int, list[MessageView]]:
    """Return action id → its messages, oldest first; actions without messages are absent."""
    query = select(Message).where(Message.action_id.in_(action_ids)).order_by(Message.id)
    if lane is not None:
        query = query.where(Message.lane == lane)
    found: dict[int, list[MessageView]] = {}
    for message in session.scalars(query):
        if message.action_id is not None:
            found.setdefault(message.action_id, []).append(_view(message))
    return found


def list_messages(
    session: Session,
    actor: Actor,
    *,
    lanes: Sequence[str],
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
        query = query.where(Message.state == state)
    if before is not None:
        query = query.where(Message.id < before)
    return [(message.id, _view(message)) for message in session.scalars(scoped(query, actor))]


def count_in_state(session: Session, actor: Actor, lanes: Sequence[str], state: str) -> int:
    """Return how many messages of these lanes are in `state`."""
    query = select(func.count()).select_from(Message).where(Message.lane.in_(lanes), Message.state == state)
    return session.scalar(scoped(query, actor)) or 0


_DUE_LANES = text(
    f"""
    SELECT DISTINCT m.lane FROM outbox_turns m
    WHERE NOT EXISTS (SELECT FROM outbox_switches s WHERE {MATCHES}) AND {HAS_DUE}
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


def find_campaigns_at_work(session: Session, lane: str, topic: str) -> frozenset[int]:
    """Return the campaigns for which a message of `topic` is due or being worked on."""
    rows = session.scalars(_CAMPAIGNS_AT_WORK, {"lane": lane, "topic": topic})
    return frozenset(campaign_id for campaign_id in rows if campaign_id is not None)
