"""What lists of events hold, in one reader's language, and what of a list is asked for.

Instants are aware and in each event's own zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from campaign.campaigns.texts import Text
from campaign.events.clocks import LONGEST_NIGHT
from campaign.events.pages.placelists import MOST_AT_ONCE


@dataclass(frozen=True)
class EventCard:
    """An event in a list.

    Args:
        where: its first place, or from its first start to its last end; empty where that may not be told.
        place_count: how many places it has; 0 for a march, which has legs.
        starts_at, ends_at: of all its legs that are not cancelled.
    """

    slug: str
    kind: str
    status: str
    first_language: str
    title: Text
    campaign_slug: str
    campaign_language: str
    campaign_title: Text
    organization: str
    organization_slug: str
    is_high_safety: bool
    art: str
    palette: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    leg_count: int
    place_count: int
    where: Text

    @property
    def is_of_several_days(self) -> bool:
        """Whether it ends on another day than it begins; one night is of the day on which it begins."""
        is_long = self.ends_at - self.starts_at > LONGEST_NIGHT
        return is_long and self.starts_at.date() != self.ends_at.date()

    @property
    def is_at_many_places(self) -> bool:
        """Whether naming one of its places would say little."""
        return self.place_count > MOST_AT_ONCE

    def is_over(self, at: datetime) -> bool:
        """Whether nothing of it is to come."""
        return self.ends_at <= at


@dataclass(frozen=True)
class EventFilter:
    """What of the list is asked for; empty words ask for all."""

    campaign: str = ""
    kind: str = ""
    is_past: bool = False

    def choose(self, cards: Iterable[EventCard], at: datetime) -> list[EventCard]:
        """Return what is to come, soonest first, or what is over, latest first."""
        chosen = [
            card
            for card in cards
            if card.is_over(at) == self.is_past
            and self.campaign in ("", card.campaign_slug)
            and self.kind in ("", card.kind)
        ]
        return sorted(chosen, key=lambda card: card.starts_at, reverse=self.is_past)
