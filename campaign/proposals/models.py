"""The table of proposals: what an organization would have of a shared row.

    open ─► accepted    what it says was carried out, in the same transaction
      ├───► refused     with a reason, which its organization reads
      └───► withdrawn   by its organization

Whatever is decided, what it said goes: addresses stay where they hold, and in no second table.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, PublicId

THINGS = ("company", "agreement")

STATES = ("open", "accepted", "refused", "withdrawn")


class Proposal(Base):
    """One proposal.

    `slug`: of the thing, which need not be there yet; `name`: what it is called. `content`: what is to hold, as plain
    values by the names of its command; empty once it is decided. `proposed_by`, `decided_by`: as the audit log calls
    them, with their accounts (public ids).
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint(f"thing IN {THINGS}", name="thing"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        Index(None, "organization_id", "id"),
        Index("ix_proposals_open", "thing", "slug", postgresql_where=text("state = 'open'")),
        Index("ix_proposals_decided", "decided_at", postgresql_where=text("decided_at IS NOT NULL")),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organizations.id", ondelete="CASCADE"))
    thing: Mapped[str]
    slug: Mapped[str]
    name: Mapped[str]
    content: Mapped[dict[str, Any]]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    proposed_by: Mapped[str]
    proposed_account: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
