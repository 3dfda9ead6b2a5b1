"""The one table of actions, whatever their kind.

    (posted) ─► waiting ─confirm─► confirmed ─► withdrawn ─undone within the hour─► confirmed
                  │  └─confirm, signed before──► merged   (its values went to the action that counts)
                  ├─confirm, under review──────► held ─release─► confirmed
                  │                               └─discard, or 30 days─► discarded
                  └─ 30 days, or "this wasn't me" ─► (row deleted)

`is_held` marks an action for review from the start (a filled honeypot, or what its kind wants looked at); `held` is the
state of one that was confirmed meanwhile. It has an end: what nobody has looked at by then is discarded.

Erasing a person deletes their rows: they count no longer, and may sign again.

`referred_by_id` credits who shared while both rows are confirmed. It has no foreign key: it is looked up where it is
written, and a row it points at may be withdrawn (then it credits nobody). Erasing who shared empties it.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.actions.endings import ANOTHER_PUBLIC_ID, ENDINGS, ITS_DAY
from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.personal import Declaration, emptied, kept, row_goes, stays
from campaign.people.sharedfields import TypedColumns

STATES = ("waiting", "held", "confirmed", "merged", "withdrawn", "discarded")

_OURS = "a number of this house's own, which nobody outside ever saw"
_COUNTED = "what was done, where, and whether it counts: of nobody, once the rest is empty"
_SPENT = "a voucher that was spent stays spent"


def _moment() -> Declaration:
    """Declare when something happened: kept, but to the day once the provider's times would tell whose it was."""
    return kept("when it happened", discarded=ITS_DAY, untied=ITS_DAY)


class Action(TypedColumns, Base):
    """One thing a supporter did, with what was typed (the fields that all share: `campaign.people.sharedfields`).

    On a high-safety campaign `given_name` is the pseudonym, `person_id` is null, and `email` holds the address until
    the confirmation is settled, both sealed (`campaign.actions.sealed`); on every other `email` is null, because the
    person's row has it.
    """

    __tablename__ = "actions"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(number IS NULL) OR is_counted", name="number"),
        # Two batches that confirm the same signer meet here; the loser runs again and merges.
        Index(
            "uq_actions_counted", "signer_key", unique=True, postgresql_where=text("state = 'confirmed' AND is_counted")
        ),
        # The same request again is the same action.
        Index("uq_actions_waiting", "signer_key", "digest", unique=True, postgresql_where=text("state = 'waiting'")),
        # Kinds that may be done more than once look here for the very same one.
        Index("ix_actions_twins", "signer_key", "digest", postgresql_where=text("NOT is_counted")),
        # What was merged is found when its signer is erased.
        Index("ix_actions_merged", "signer_key", postgresql_where=text("state = 'merged'")),
        Index("uq_actions_vouched_by", "vouched_by", unique=True, postgresql_where=text("vouched_by IS NOT NULL")),
        # What waits, in one of two: for its reminder, or only for its link or its end.
        Index(
            "ix_actions_unreminded",
            "campaign_id",
            "asked_at",
            postgresql_where=text("state = 'waiting' AND reminded_at IS NULL AND NOT is_held"),
        ),
        Index(
            "ix_actions_left_waiting",
            "campaign_id",
            "asked_at",
            postgresql_where=text("state = 'waiting' AND (reminded_at IS NOT NULL OR is_held)"),
        ),
        Index("ix_actions_held", "id", postgresql_where=text("is_held")),
        Index(
            "ix_actions_confirmed", "campaign_id", "number", postgresql_where=text("state = 'confirmed' AND is_counted")
        ),
        # Words that their signers let be shown: for whoever reads them first.
        Index(
            "ix_actions_show_comment",
            "campaign_id",
            "id",
            postgresql_where=text("show_comment AND state = 'confirmed' AND is_counted"),
        ),
        # What was answered to a campaign's own questions: how many did.
        Index("ix_actions_answers", "campaign_id", postgresql_where=text("answers IS NOT NULL")),
        Index("ix_actions_referred_by_id", "referred_by_id", postgresql_where=text("referred_by_id IS NOT NULL")),
        # What was withdrawn and can still be had back.
        Index("ix_actions_undo_until", "undo_until", postgresql_where=text("undo_until IS NOT NULL")),
        # What releases before 0040 left of who erased themselves.
        Index(
            "ix_actions_erased_at",
            "erased_at",
            postgresql_where=text("erased_at IS NOT NULL AND state <> 'discarded'"),
        ),
        Index("ix_actions_made_up", "id", postgresql_where=text("is_made_up")),
        {"info": ENDINGS},
    )

    id: Mapped[Id] = mapped_column(info=kept(_OURS))
    public_id: Mapped[PublicId] = mapped_column(info=kept("links name it", discarded=ANOTHER_PUBLIC_ID))
    kind: Mapped[str] = mapped_column(info=kept(_COUNTED))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), info=kept(_COUNTED))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id"), index=True, info=emptied(withdrawn=stays("its own page shows what was taken back"))
    )
    # keyed hash of campaign and address, 16 bytes
    signer_key: Mapped[bytes] = mapped_column(LargeBinary, info=kept("one address counts once"))
    # keyed hash of everything typed, 16 bytes
    digest: Mapped[bytes] = mapped_column(LargeBinary, info=kept("so that the same letter does not go twice"))
    state: Mapped[str] = mapped_column(server_default="waiting", info=kept(_COUNTED))
    is_counted: Mapped[bool] = mapped_column(info=kept(_COUNTED))  # one a signer, moves the tally, gets a number
    is_held: Mapped[bool] = mapped_column(server_default=false(), info=kept(_COUNTED, discarded="false"))
    # order of confirmation, not reused; may be mixed (`numbers`)
    number: Mapped[int | None] = mapped_column(BigInteger, info=kept("a number is never given again", merged="NULL"))
    email: Mapped[str | None] = mapped_column(info=emptied(settled="NULL"))
    # null: the box was not ticked
    wording_id: Mapped[int | None] = mapped_column(
        ForeignKey("consent_wordings.id"), info=emptied(withdrawn=stays("what was agreed to is a fact; so is its end"))
    )
    door: Mapped[str] = mapped_column(info=kept("one word, the same for all who came that way"))
    # the just confirmed action that spared this one its confirmation
    vouched_by: Mapped[uuid.UUID | None] = mapped_column(info=emptied(merged=stays(_SPENT), withdrawn=stays(_SPENT)))
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger, info=kept("its links stand for the one that counts"))
    # the action whose supporter shared the page
    referred_by_id: Mapped[int | None] = mapped_column(BigInteger, info=emptied())
    is_made_up: Mapped[bool] = mapped_column(server_default=false(), info=kept("it is nobody's"))
    created_at: Mapped[CreatedAt] = mapped_column(info=_moment())
    # when it, or its link, was asked for last
    asked_at: Mapped[Instant] = mapped_column(server_default=func.now(), info=_moment())
    # when the words it holds were typed; null: when it was created
    typed_at: Mapped[datetime | None] = mapped_column(info=_moment())
    # when the one reminder to confirm was asked for
    reminded_at: Mapped[datetime | None] = mapped_column(info=_moment())
    # when it was sent anew under another address: whose this one is sees nothing of what was typed
    mended_at: Mapped[datetime | None] = mapped_column(info=_moment())
    confirmed_at: Mapped[datetime | None] = mapped_column(info=_moment())
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=_moment())
    # until when its supporter can undo the withdrawing; until then it still holds what was typed
    undo_until: Mapped[datetime | None] = mapped_column(info=emptied())
    erased_at: Mapped[datetime | None] = mapped_column(
        info=kept("that a discarded one holds no words, and since which day")
    )


class Review(Base):
    """Why an action is looked at, and until when; gone once it was.

    `reasons` are words of its kind's (a letter's: `link`, `name`); none: a machine may have filled in the form.
    `ends_at` is null until it is confirmed.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_ends_at", "ends_at", postgresql_where=text("ends_at IS NOT NULL")),
        {"info": row_goes("once somebody looked, at latest 30 days after it was confirmed")},
    )

    action_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reasons: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    ends_at: Mapped[datetime | None]


class CommentReview(Base):
    """What an operator said of a comment that its signer lets be shown: of these very words, and of no others.

    `digest` is `comments.DIGEST` of the words that were read. The row goes with them: whatever changes or empties a
    comment deletes it, by a trigger (`forget_comment_review`): endings, merging and the release before this one all
    write that column, and a statement that forgot it would leave words on a page, or their trace in a row.
    """

    __tablename__ = "comment_reviews"
    __table_args__ = (
        Index("ix_comment_reviews_released", "campaign_id", "reviewed_at", postgresql_where=text("is_released")),
        {"info": row_goes("with the words it is about, or with their signature")},
    )

    action_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    is_released: Mapped[bool]
    reviewed_at: Mapped[Instant] = mapped_column(server_default=func.now())


class UnmixedAction(Base):
    """A high-safety action that was settled on `day`, and lies in its table where that was (`service.untying`)."""

    __tablename__ = "unmixed_actions"
    __table_args__ = (
        Index("ix_unmixed_actions_next", "day", "action_id"),
        {"info": row_goes("when the day is over")},
    )

    action_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[Instant]


class ReceiptMark(Base):
    """How far a campaign's receipts have come: everybody up to this number has theirs, or gets none."""

    __tablename__ = "receipt_marks"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInteger)
