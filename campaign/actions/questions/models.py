"""What a campaign asks of its own accord, by kind of action.

    asked ─► asked no more ─► asked again

A question is never deleted, and neither it nor a choice of it ever takes the number of another: a page that was open
for an hour, or an answer that is a year old, means what it said then.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from campaign.actions.questions.commands import SORTS
from campaign.kernel.base import Base, CreatedAt, Id


class Question(Base):
    """One question, with its words by language.

    `number`: in its campaign, not reused. `options`: what may be chosen, each with its `key` (not reused), its `label`
    by language, and `is_over` where it is offered no more. `version` grows with each change. `ended_at`: since when it
    is asked no more.
    """

    __tablename__ = "campaign_questions"
    __table_args__ = (
        CheckConstraint(f"sort IN {SORTS}", name="sort"),
        UniqueConstraint("campaign_id", "number"),
    )

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    kind: Mapped[str]
    number: Mapped[int] = mapped_column(Integer)
    sort: Mapped[str]
    label: Mapped[dict[str, str]]
    purpose: Mapped[dict[str, str]]
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    is_required: Mapped[bool] = mapped_column(server_default=false())
    place: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    ended_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
