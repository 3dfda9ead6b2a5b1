"""What a card shows, as plain values; and the digest that tells whether a picture still shows it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from campaign.campaigns.look import palette_for
from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import pick
from campaign.cards.looks import find_art, palette

DESIGN = 3
"""Counts up with each change of how cards are drawn, so that all of them are drawn anew."""

WIDTH, HEIGHT = 1200, 630
"""Pixels: the 1.91:1 of a large link preview. Source: Open Graph pictures as Facebook and X document them."""

DIGEST_LENGTH = 16

FIRST_COUNT = 10
"""Fewer names than this are not told: a campaign that begins is not shown as one that fails."""

_STEPS = ((1_000, 10), (10_000, 100), (1_000_000, 1_000))
_LAST_STEP = 10_000


@dataclass(frozen=True)
class Showing:
    """All that is to be seen on a card in `language`: no supporter's name, ever.

    Of a campaign its demand is large, its title small; of something else what it is called is large, and what has to be
    known of it at once is small.
    """

    language: str
    organization: str
    title: str
    demand: str
    status: str
    count: int
    art: str
    palette: str


def round_down(confirmed: int) -> int:
    """Return the count a card tells; each new value is a milestone, at which the card is drawn anew.

    Tens below 1,000, hundreds below 10,000, thousands below a million, ten thousands from there on; 0 below 10.
    """
    if confirmed < FIRST_COUNT:
        return 0
    step = next((step for bound, step in _STEPS if confirmed < bound), _LAST_STEP)
    return confirmed - confirmed % step


def showing_of(campaign: Campaign, organization: str, confirmed: int, language: str) -> Showing:
    """Return what the card of `campaign` shows in `language`, one of its own."""
    return Showing(
        language=language,
        organization=organization,
        title=pick(campaign.title, language, campaign.languages).value,
        demand=pick(campaign.demand, language, campaign.languages).value,
        status=campaign.status,
        count=round_down(confirmed),
        art=campaign.art,
        palette=palette_for(campaign.palette, campaign.art),
    )


def digest_of(showing: Showing) -> str:
    """Return the name of a picture that shows this, in lower-case hexadecimal digits, `DIGEST_LENGTH` of them."""
    shown = json.dumps([asdict(showing), _look(showing.art, showing.palette)], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:DIGEST_LENGTH]


@lru_cache(maxsize=64)
def _look(art: str, palette_name: str) -> list[object]:
    return [DESIGN, asdict(palette(palette_name)), find_art(art)]
