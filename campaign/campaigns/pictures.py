"""Pictures of campaigns as pages show them: in which widths, with which words, around which point."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.campaigns.texts import Text, pick
from campaign.media.models import Picture
from campaign.media.widths import fallback_of, widths_of

_STEP = 5


@dataclass(frozen=True)
class PictureEntry:
    """A picture as a page shows it. `width` and `height`: of the widest; `widths`: those there are, smallest first.

    `fallback`: the width of the file for old browsers. `focus_x`, `focus_y`: in percent, in steps of five.
    """

    public_id: str
    digest: str
    width: int
    height: int
    widths: tuple[int, ...]
    fallback: int
    alt: Text
    focus_x: int
    focus_y: int


def show_picture(picture: Picture, languages: Sequence[str], language: str) -> PictureEntry:
    """Return a picture for a reader of `language`. `languages`: the campaign's, its own first."""
    return PictureEntry(
        public_id=str(picture.public_id),
        digest=picture.digest,
        width=picture.width,
        height=picture.height,
        widths=tuple(widths_of(picture.width)),
        fallback=fallback_of(picture.width),
        alt=pick(picture.alt, language, languages),
        focus_x=round(picture.focus_x / _STEP) * _STEP,
        focus_y=round(picture.focus_y / _STEP) * _STEP,
    )
