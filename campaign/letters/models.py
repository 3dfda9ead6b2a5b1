"""The letters: what one supporter wrote to one executive. What became of each stands in the outbox, once."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId


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


class LetterTurn(Base):
    """When a writer's latest letter to an office goes, or went: one a week. Deleted a week after.

    `writer_key`: keyed hash of campaign and mailbox, 16 bytes. `action_id`: whose letter it is, unless
    it was taken back.
    """

    __tablename__ = "letter_turns"

    writer_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    executive_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("executives.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    action_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    goes_at: Mapped[Instant] = mapped_column(index=True)
