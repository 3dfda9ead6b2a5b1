"""The table of the audit log: append-only, for two years, and free of supporters' data.

Triggers (in the migration) refuse UPDATE and TRUNCATE, and DELETE of what is younger than `KEPT_FOR`; whoever owns the
database can drop them, so they stop a slip and a stolen web process, not the machine's owner. What could hold something
personal is bounded by checks: ids and names of columns, no text.

Source: docs/adr/0035-who-acts-for-whom.md.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, Id, Instant

KEPT_FOR = timedelta(days=730)
"""Long enough to answer for what was done, and to see what two years' accounts of a campaign rest on; no longer."""


class AuditEntry(Base):
    """One thing that somebody did, or several alike (`count`).

    `account`: the public id of the organizer's account, None for who has none; no foreign key, as below.
    `verb`: what was done. `thing`, `thing_id`: to what; its public id, or the slug or name of what has none (an
    agreement, a lane of mail). It is never a supporter's or an action's: those are told by their campaign and number.
    `organization_id`: whose it is, None for the installation's own; no foreign key, for the entry stays when they go.
    `changed`: the names of changed fields, never their values.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("verb ~ '^[a-z_]{1,40}$'", name="verb"),
        CheckConstraint("thing ~ '^[a-z_]{1,40}$'", name="thing"),
        CheckConstraint("thing_id ~ '^[A-Za-z0-9._-]{0,255}$'", name="thing_id"),
        CheckConstraint(r"""CAST(changed AS text) ~ '^\[("[a-z0-9_.]{1,80}"(, )?)*\]$'""", name="changed"),
        CheckConstraint("count > 0", name="count"),
        Index(None, "at"),
        Index(None, "organization_id", "at"),
    )

    id: Mapped[Id]
    at: Mapped[Instant] = mapped_column(server_default=func.now())
    who: Mapped[str]
    account: Mapped[UUID | None]
    verb: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    thing: Mapped[str]
    thing_id: Mapped[str] = mapped_column(server_default="")
    count: Mapped[int] = mapped_column(server_default="1")
    changed: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
