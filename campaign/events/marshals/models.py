"""Who came to a leg: the last word of its marshals about each party, and about each group that walked up."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, Id

MOST_OF_A_PARTY = 10
MOST_WALKED_UP = 99
"""How many people one word may be about; a bus that was not announced is more than one word."""


class CheckIn(Base):
    """A register: the greatest word by (`said_at`, `entry_id`, `came`, `name`) holds (`rule.py`).

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
    )

    id: Mapped[Id]
    leg_id: Mapped[int] = mapped_column(ForeignKey("event_legs.id", ondelete="CASCADE"))
    is_walk_up: Mapped[bool]
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    came: Mapped[int]
    name: Mapped[str | None]
    said_at: Mapped[datetime | None]
    entry_id: Mapped[uuid.UUID | None]
