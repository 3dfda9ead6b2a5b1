"""Tables of durable work: the messages, who may not be sent to, at what pace, and whose turn it is.

One row of `outbox_messages` is a piece of work *and* its record: what became of every mail is read here.

::

    waiting ─release─► due ─claim─► sending ─begin, POST, settle─► sent ─► delivered | bounced | dropped | complained
       │                │ ▲            │ └─► due (certainly not taken)     └─► unknown ─► (events, mail logs) sent …
       │                │ └── again, by the rule of `repeats` ◄──────────────────┘
       └─────withdraw───┴─► withdrawn  └─► dead (refused for good), suppressed, withdrawn

`held` is how a due message is shown while a hold matches its stream (`held_streams`); nothing is written for it.

A row holds ids and keyed hashes, never a text or a supporter's address. One about a high-safety action tells no time
by its public id, and goes when the action is settled (ADR 0028). Its ids carry no foreign keys: this floor knows
no table above it.

Source: docs/delivery.md, "The send, step by step" and "Pace".
"""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.lanes import LANES

STATES = (
    "waiting",  # for the writer's confirmation
    "held",  # shown, and written by the release before this one: due, and a hold matches its stream
    "due",
    "sending",
    "sent",
    "delivered",
    "bounced",
    "dropped",  # by the provider
    "complained",
    "unknown",  # the world made it unknowable whether it went
    "dead",  # refused for good, until an operator mends and re-queues it
    "suppressed",
    "withdrawn",
)
"""The one list of states. Later issues add `mending`, `declined`, `self_sent`, `packed`."""


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Message(Base):
    """One piece of durable work, in most cases one mail to one address."""

    __tablename__ = "outbox_messages"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    lane: Mapped[str]
    stream: Mapped[str]
    topic: Mapped[str]
    state: Mapped[str]
    held_reason: Mapped[str | None]
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    company_id: Mapped[int | None] = mapped_column(BigInteger)
    executive_id: Mapped[int | None] = mapped_column(BigInteger)
    action_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    recipient_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_high_safety: Mapped[bool] = mapped_column(server_default=text("false"))
    mailbox: Mapped[str | None]
    domain: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    blind_count: Mapped[int] = mapped_column(server_default=text("0"))
    available_at: Mapped[Instant] = mapped_column(server_default=func.now())
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    provider_id: Mapped[str | None]
    reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(_one_of("lane", LANES), name="lane"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("lane <> 'letters' OR (mailbox IS NOT NULL AND domain IS NOT NULL)", name="letter_has_mailbox"),
        CheckConstraint("(state = 'held') = (held_reason IS NOT NULL)", name="held_says_why"),
        # The claim walks each stream's due rows from the oldest on.
        Index("ix_outbox_messages_due", "stream", "available_at", "id", postgresql_where=text("state = 'due'")),
        # What the release before this one wrote as held; goes with the column, in the release after.
        Index("ix_outbox_messages_held", "stream", postgresql_where=text("state = 'held'")),
        # By id and not by lease, so that `begin`, which moves the lease, touches no index.
        Index("ix_outbox_messages_sending", "id", postgresql_where=text("state = 'sending'")),
        Index("ix_outbox_messages_unknown", "lane", "id", postgresql_where=text("state = 'unknown'")),
        Index("ix_outbox_messages_action", "action_id", postgresql_where=text("action_id IS NOT NULL")),
        Index(
            "ix_outbox_messages_recipient",
            "recipient_key",
            "created_at",
            postgresql_where=text("recipient_key IS NOT NULL"),
        ),
        Index(
            "ix_outbox_messages_letters",
            "campaign_id",
            "company_id",
            "state",
            postgresql_where=text("lane = 'letters'"),
        ),
        Index(
            "ix_outbox_messages_provider",
            "provider_id",
            postgresql_where=text("lane = 'letters' AND provider_id IS NOT NULL"),
        ),
        # What an operator looks for, and the metrics count; a confirmation is never among them.
        Index(
            "ix_outbox_messages_open", "state", "lane", postgresql_where=text("state IN ('waiting', 'held', 'dead')")
        ),
        # By stream: letters are kept for ever, and must not be read by who looks for what else is old, or how much of
        # a stream went lately.
        Index("ix_outbox_messages_settled", "stream", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
        # What makes brakes fall: few.
        Index(
            "ix_outbox_messages_refused",
            "lane",
            "settled_at",
            postgresql_where=text("state IN ('bounced', 'complained')"),
        ),
        # Every row is rewritten three times in its first seconds; room in its page keeps `begin` off the indexes.
        {"postgresql_with": {"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02}},
    )


class Switch(Base):
    """Stops the streams it matches; an empty column matches all, so a row of empty columns stops everything.

    No message is touched: a claim passes its streams over, and what was claimed before does not begin. `is_hold` marks
    a hold (what is due under it is shown as `held`, `campaign.outbox.held_streams`). `until` ends a brake by itself.
    """

    __tablename__ = "outbox_switches"

    id: Mapped[Id]
    lane: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    broadcast_id: Mapped[int | None] = mapped_column(BigInteger)
    company_id: Mapped[int | None] = mapped_column(BigInteger)
    mailbox: Mapped[str | None]
    reason: Mapped[str]
    is_hold: Mapped[bool] = mapped_column(server_default=text("false"))
    by_whom: Mapped[str] = mapped_column(server_default=text("'system'"))
    since: Mapped[Instant] = mapped_column(server_default=func.now())
    until: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint(
            "lane",
            "organization_id",
            "campaign_id",
            "broadcast_id",
            "company_id",
            "mailbox",
            "reason",
            name="uq_outbox_switches_scope",
            postgresql_nulls_not_distinct=True,
        ),
    )


class Turn(Base):
    """A stream of messages and when it was last served: organizations take turns, and in each its campaigns.

    A stream is what a switch or a pace can stop as a whole (`campaign.outbox.streams`). 0 stands for no organization,
    campaign, broadcast or company, '' for no mailbox. The organization is its campaign's, as of the last message.
    """

    __tablename__ = "outbox_turns"

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    lane: Mapped[str]
    organization_id: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    broadcast_id: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    company_id: Mapped[int] = mapped_column(BigInteger)
    mailbox: Mapped[str]
    domain: Mapped[str]
    served_at: Mapped[Instant] = mapped_column(server_default=text("'-infinity'"))


class PaceSlot(Base):
    """How fast one mailbox or mail domain may be written to; a GCRA cell: `next_at` is its theoretical arrival time.

    `key` is `mailbox:<mailbox>` or `domain:<domain>`. Hours are local to `timezone`, Monday to Friday.
    Source: ITU-T I.371 (generic cell rate algorithm).
    """

    __tablename__ = "pace_slots"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    domain: Mapped[str]
    per_hour: Mapped[int]
    next_at: Mapped[Instant] = mapped_column(server_default=text("'-infinity'"))
    timezone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    opens: Mapped[time] = mapped_column(server_default=text("'09:00'"))
    closes: Mapped[time] = mapped_column(server_default=text("'17:00'"))
    is_always_open: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (CheckConstraint("per_hour > 0", name="per_hour"),)


class Census(Base):
    """How many messages there are, in one row: the last whole round of what is over, how far this one is, what is open.

    `whole`, `so_far` and `still_open` map "lane state" to a number.
    """

    __tablename__ = "outbox_census"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    so_far: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    whole: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    whole_at: Mapped[datetime | None]
    still_open: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class Enqueuing(Base):
    """How far a query has been made into messages (`campaign.outbox.enqueuing`): up to `last_id`, of `upto`."""

    __tablename__ = "outbox_enqueuings"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    upto: Mapped[int | None] = mapped_column(BigInteger)
    appended: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    is_done: Mapped[bool] = mapped_column(server_default=text("false"))
    began_at: Mapped[Instant] = mapped_column(server_default=func.now())


class TickerLease(Base):
    """Which ticker acts: the holder of the row, until its time is over."""

    __tablename__ = "ticker_leases"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    holder: Mapped[UUID]
    until: Mapped[Instant]


class TickerRun(Base):
    """When a periodic job is due, and when a batch of it ran last, so that a restart neither repeats nor starves it.

    The row of a job that is no more is deleted by the migration that comes with its end: it would be overdue for ever.
    """

    __tablename__ = "ticker_runs"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last_run_at: Mapped[Instant] = mapped_column(server_default=text("'-infinity'"))
    due_at: Mapped[Instant] = mapped_column(server_default=func.now())
