"""The table of revisions: one for all sorts of things that are edited."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, Id, Instant


class Revision(Base):
    """One change of one thing. `number` counts those of the thing, from 1.

    `thing`: the word for it, as the audit log has it; `thing_id`: the id of its row. No foreign key can lead to many
    tables: a trigger on each deletes what its rows leave here (docs/howto/migrate.md). `door`: what it came by; `who`:
    what the audit log calls them, empty when the log has forgotten it, too. `changes`: the differences, without what
    is never kept (`concealed`). `about`: what only this sort of thing knows of its change.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        CheckConstraint("thing ~ '^[a-z_]{1,40}$'", name="thing"),
        CheckConstraint("door ~ '^[a-z_]{1,40}$'", name="door"),
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("thing", "thing_id", "number"),
        # Of whom somebody is still named, and no other: what is forgotten next.
        Index("ix_revisions_named", "at", postgresql_where=text("who <> ''")),
    )

    id: Mapped[Id]
    thing: Mapped[str]
    thing_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]
    at: Mapped[Instant]
    door: Mapped[str]
    who: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    about: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
