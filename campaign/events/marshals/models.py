"""Who came to a leg: the last word of its marshals about each party, and about each group that walked up."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.events.endings import OVER
from campaign.kernel.base import Base, Id
from campaign.kernel.personal import emptied, ended_by, kept

MOST_OF_A_PARTY = 10
MOST_WALKED_UP = 99
"""How many people one word may be about; a bus that was not announced is more than one word."""

_WHO_CAME = "who came to which leg, with how many, as the form says; of walk-ups and high safety the row goes"


class CheckIn(Base):
    """A register: the greatest word by (`said_at`, `entry_id`, `came`, `name`) holds (`latest_word.py`).

    `subject`: whom it is about. A party is known by its signer's key, so that an RSVP made anew is the same party;
    those who walked up by the UUID that a marshal's phone gave them. `came`: how many; 0 takes back. `name`: of
    walk-ups, where it was typed. 14 days after the event nothing stays but who came with how many, and of high safety
    not even that (`Leg.came_count` keeps the number).
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        CheckConstraint(f"came BETWEEN 0 AND {MOST_WALKED_UP}", name="came"),
        CheckConstraint("(said_at IS NULL) = (entry_id IS NULL)", name="said"),
        UniqueConstraint("leg_id", "is_walk_up", "subject"),
        {"info": ended_by(OVER)},
    )

    id: Mapped[Id] = mapped_column(info=kept(_WHO_CAME))
    leg_id: Mapped[int] = mapped_column(ForeignKey("event_legs.id", ondelete="CASCADE"), info=kept(_WHO_CAME))
    is_walk_up: Mapped[bool] = mapped_column(info=kept(_WHO_CAME))
    subject: Mapped[bytes] = mapped_column(LargeBinary, info=kept(_WHO_CAME))
    came: Mapped[int] = mapped_column(info=kept(_WHO_CAME))
    name: Mapped[str | None] = mapped_column(info=emptied())
    said_at: Mapped[datetime | None] = mapped_column(info=emptied())
    entry_id: Mapped[uuid.UUID | None] = mapped_column(info=emptied())
