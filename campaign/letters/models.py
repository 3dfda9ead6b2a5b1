"""The letters: what one supporter wrote to one executive. What became of each stands in the outbox, once."""

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, PublicId


class Letter(Base):
    """One letter as it goes. Subject and body are emptied when the writer is erased; the row stays, as a count."""

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("action_id", "executive_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    action_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("actions.id", ondelete="CASCADE"))
    executive_id: Mapped[int] = mapped_column(ForeignKey("executives.id"), index=True)
    subject: Mapped[str | None]
    body: Mapped[str | None]
    created_at: Mapped[CreatedAt]
