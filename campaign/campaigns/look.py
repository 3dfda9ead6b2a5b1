"""How a campaign may look: a palette and a piece of art, each by name, from sets that were tested.

An organizer picks names, never colours, so that no page can become unreadable: `static/css/palettes.css` holds the
colours of each palette, and a test measures their contrast in light and dark. The art is in `templates/art/`.
"""

from typing import Protocol

PALETTES = ("tomato", "milk", "brick", "indigo", "plum", "sea", "bloom", "court", "night")
DEFAULT_PALETTE = "tomato"

ARTS = ("tomato", "milk", "hard-hat", "needle", "thread", "fish", "flower", "sneaker", "candle", "feet")

PAGE_ARTS = ("crowd", "picket", "hands", "faces")
"""Drawings of pages that belong to no campaign; no campaign wears them, so that each stays the sign of its page."""

_SUITS = {
    "tomato": "tomato",
    "milk": "milk",
    "hard-hat": "brick",
    "needle": "indigo",
    "thread": "plum",
    "fish": "sea",
    "flower": "bloom",
    "sneaker": "court",
    "candle": "night",
    "feet": "brick",
}


class Dressed(Protocol):
    """Anything of a campaign that knows its palette and its art."""

    @property
    def palette(self) -> str:
        """Name of a palette, or empty."""

    @property
    def art(self) -> str:
        """Name of a piece of art, or empty."""


def palette_of(campaign: Dressed | None) -> str:
    """Return the palette of a page about `campaign`, or about none."""
    return palette_for(campaign.palette, campaign.art) if campaign is not None else DEFAULT_PALETTE


def palette_for(palette: str, art: str) -> str:
    """Return the palette of a campaign: its own, else the one that suits its art, else the product's."""
    return palette or _SUITS.get(art, DEFAULT_PALETTE)
