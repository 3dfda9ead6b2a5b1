"""The table of cards: the picture itself, and of what it was drawn."""

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, Instant


class CampaignCard(Base):
    """A campaign's card in one language. `digest` names all that it shows, so that only what changed is drawn anew."""

    __tablename__ = "campaign_cards"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str]  # of its words, rounded count, art and palette; part of its address
    png: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Instant]
