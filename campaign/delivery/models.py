"""Tables of delivery: who gets no more mail, who had enough today, what the provider told. None holds an address."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, Instant
from campaign.kernel.personal import row_goes

KINDS = ("bounce", "complaint", "not_me", "unsubscribe")


class Suppression(Base):
    """An address, as a keyed hash, that gets no more mail of some sort.

    `bounce`: none at all. `complaint`: only the link just asked for. `not_me`: for a time, nothing from that campaign
    that asks for a confirmation. `unsubscribe`: no bulk mail of that organization.

    What a high-safety campaign learned has that campaign's id and a hash that is good within it alone, so that it can
    be compared with nothing; its id and its time tell no order (`campaign.kernel.scattered`).
    """

    __tablename__ = "suppressions"

    id: Mapped[Id]
    address_hash: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str]
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    # of a refusal: when its owner was told by mail, once, how they can sign all the same
    told_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
        CheckConstraint(
            "CASE kind WHEN 'not_me' THEN campaign_id IS NOT NULL WHEN 'bounce' THEN true ELSE campaign_id IS NULL END",
            name="names_campaign",
        ),
        CheckConstraint(
            "(kind = 'unsubscribe') = (organization_id IS NOT NULL)", name="unsubscribe_names_organization"
        ),
        UniqueConstraint(
            "address_hash",
            "kind",
            "campaign_id",
            "organization_id",
            name="uq_suppressions_scope",
            postgresql_nulls_not_distinct=True,
        ),
        # Refusals end by themselves; dead mailboxes, of which there are more, do not.
        Index("ix_suppressions_refused", "created_at", postgresql_where=text("kind = 'not_me'")),
        {"info": row_goes("a refusal after 90 days; else when it is lifted: who asked for no mail gets none")},
    )


class MailboxAllowance(Base):
    """What mail that asks for something one mailbox was granted within a day (`campaign.delivery.daily_limit`).

    `key`: a keyed hash that stands in no other table. `hours`: since the epoch, one for each mail, to come where it was
    put off. `wanted`, `granted`, `is_late`: what came of the last asking. `last_hour`: kept until then.
    """

    __tablename__ = "mailbox_allowances"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    hours: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    wanted: Mapped[int]
    granted: Mapped[int]
    is_late: Mapped[bool]
    last_hour: Mapped[int]

    __table_args__ = (
        Index("ix_mailbox_allowances_last", "last_hour"),
        {"prefixes": ["UNLOGGED"], "info": row_goes("a day later")},
    )


class StrangerLevel(Base):
    """How much unconfirmed mail is out at one mail domain, or at all (`campaign.delivery.strangers`).

    `key`: keyed hash of the domain. `name`: the domain, only where it braked. `braked_at`: when it last held mail back.
    """

    __tablename__ = "stranger_levels"
    __table_args__ = ({"prefixes": ["UNLOGGED"], "info": row_goes("when nothing unconfirmed is out")},)

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    level: Mapped[float]
    at: Mapped[Instant]
    name: Mapped[str | None]
    braked_at: Mapped[datetime | None]


class StrangerCredit(Base):
    """Confirmations that no level was lowered by yet: written beside each other, so that nobody waits for a level."""

    __tablename__ = "stranger_credits"
    __table_args__ = ({"prefixes": ["UNLOGGED"], "info": row_goes("when the level was lowered by it")},)

    id: Mapped[Id]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    amount: Mapped[int]


class DeliveryEvent(Base):
    """One event of the provider's signed webhook, kept once; without the address it was about.

    None is kept about high-safety actions: the provider has `sg_event_id` beside the address.

    `(sg_event_id, at)` and not the id alone, so that the table can be partitioned by the provider's time one day.
    """

    __tablename__ = "delivery_events"

    id: Mapped[Id]
    sg_event_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    reason: Mapped[str | None]
    received_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("sg_event_id", "at"),
        Index("ix_delivery_events_message", "message_id"),
        Index("ix_delivery_events_received", "received_at"),
        {"info": row_goes("90 days after it was received")},
    )
