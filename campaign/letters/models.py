"""Letters: what a campaign's supporters can write, and what one of them wrote to one executive.

What became of each stands in the outbox, once.
"""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.personal import emptied, ended_by, kept, row_goes

TAKEN_BACK = "taken_back"
"""How a letter ends that was withdrawn, or whose writer was erased, or that gave way to another."""

_COUNTED = "that a letter went to this office; the office's bounces find it"


class LetterTemplate(Base):
    """What a campaign's supporters can write, by language: a campaign without a row has no letter.

    `subjects`: those that are offered. `body`: around the writer's own words, with placeholders (`texts`).
    `talking_points`: what may help. A campaign of high safety has no letter, whatever stands here.
    """

    __tablename__ = "letter_templates"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    subjects: Mapped[dict[str, list[str]]]
    body: Mapped[dict[str, str]]
    talking_points: Mapped[dict[str, list[str]]] = mapped_column(server_default=text("'{}'::jsonb"))


class Letter(Base):
    """One letter as it goes. Subject and body are emptied when the writer is erased; the row stays, as a count."""

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("action_id", "executive_id"), {"info": ended_by(TAKEN_BACK)})

    id: Mapped[Id] = mapped_column(info=kept(_COUNTED))
    public_id: Mapped[PublicId] = mapped_column(info=kept(_COUNTED))
    action_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("actions.id", ondelete="CASCADE"), info=kept("the action says whose it is")
    )
    executive_id: Mapped[int] = mapped_column(ForeignKey("executives.id"), index=True, info=kept(_COUNTED))
    subject: Mapped[str | None] = mapped_column(info=emptied())
    body: Mapped[str | None] = mapped_column(info=emptied())
    created_at: Mapped[CreatedAt] = mapped_column(info=kept(_COUNTED))


class LetterTurn(Base):
    """When a writer's latest letter to an office goes, or went: one a week. Deleted a week after.

    `writer_key`: keyed hash of campaign and mailbox, 16 bytes. `action_id`: whose letter it is, unless
    it was taken back.
    """

    __tablename__ = "letter_turns"
    __table_args__ = ({"info": row_goes("a week after the letter went, also where its writer was erased meanwhile")},)

    writer_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    executive_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("executives.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    action_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    goes_at: Mapped[Instant] = mapped_column(index=True)
