"""Draw a card: SVG from what it shows, PNG from the SVG. All of it in this process, nothing is fetched.

Words that are in no font of this machine are left out rather than shown as empty boxes. From right to left the whole
card is mirrored, but for the art that has no direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from campaign.cards.faces import Face, Setting, find_setting, own_setting
from campaign.cards.line_breaking import Block, fit
from campaign.cards.looks import Art, Palette, coloured_art, palette
from campaign.cards.showing import HEIGHT, WIDTH, Showing
from campaign.cards.words import CountWords, count_words, status_word
from campaign.folders import TEMPLATES
from campaign.kernel.languages import language_of

MAX_BYTES = 120 * 1024

_TEMPLATES = TEMPLATES / "cards"
_MARGIN = 64
_ORGANIZATION_Y = 86
_ORGANIZATION_SIZES = (28, 26, 24, 22)
_ORGANIZATION_HEIGHT = 52
_TITLE_Y = 112
_TITLE_SIZES = (36, 33, 30, 27)
_TITLE_HEIGHT = 84
_GAP = 28
_COUNT_Y = 570
_COUNT_HEIGHT = 88
_STAMP_SIZE = 62
_RISE = 0.74
"""From the top of a line's letters to its baseline, in sizes."""


@dataclass(frozen=True)
class _Column:
    """How wide the words are, where the art stands beside them, and the sizes of the demand that are tried."""

    width: int
    art_size: int
    art_x: int
    art_y: int
    sizes: Sequence[int]


_COLUMNS = (
    _Column(580, 576, 642, 14, range(160, 59, -2)),
    _Column(730, 446, 784, 112, range(78, 49, -2)),
    _Column(850, 300, 896, 292, range(56, 27, -1)),
)
"""The longer the demand, the more room it takes from the art."""

_COLUMNS_WITHOUT_ART = (_Column(WIDTH - 2 * _MARGIN, 0, 0, 0, range(160, 27, -2)),)


@dataclass(frozen=True)
class Words:
    """A text and the faces it is set in."""

    text: str
    setting: Setting

    @property
    def face(self) -> Face:
        """The face it begins with; letters this one lacks are found in the others by the renderer."""
        return self.setting.faces[0]


@dataclass(frozen=True)
class Line:
    """One line as it is drawn; `y` is its baseline in pixels from above."""

    text: str
    y: float
    size: float
    face: Face
    colour: str


@dataclass(frozen=True)
class _Poster:
    """The words of a card, and what they stand beside."""

    organization: Words
    title: Words
    demand: Words
    stamp: Words
    number: Words
    count: CountWords | None
    art: Art | None
    colours: Palette


def draw(showing: Showing) -> bytes:
    """Return the card as a PNG of 1200×630, without its art where this makes it larger than `MAX_BYTES`.

    Raises:
        ValueError: what was drawn is no SVG, or too heavy even so.
    """
    for tried in (showing, replace(showing, art="")):
        png = _render(tried)
        if len(png) <= MAX_BYTES:
            return png
    raise ValueError(f"a card of {len(png)} bytes is too heavy")


def _render(showing: Showing) -> bytes:
    svg, files = compose(showing)
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(path) for path in files])
    )


def compose(showing: Showing) -> tuple[str, list[Path]]:
    """Return the card as SVG, and the font files its words are in."""
    colours = palette(showing.palette)
    count, number = _count(showing)
    poster = _Poster(
        organization=_words(showing.organization, is_display=False),
        title=_words(showing.title if showing.demand else "", is_display=False),
        demand=_words(showing.demand or showing.title, is_display=True),
        stamp=_words(status_word(showing), is_display=True),
        number=number,
        count=count,
        art=coloured_art(showing.art, colours),
        colours=colours,
    )
    column, lines = _place(poster)
    is_rtl = language_of(showing.language).direction == "rtl"
    svg = _template().render(
        width=WIDTH,
        height=HEIGHT,
        poster=poster,
        lines=lines,
        column=column,
        is_rtl=is_rtl,
        edge=WIDTH - _MARGIN if is_rtl else _MARGIN,
        art_x=WIDTH - column.art_x - column.art_size if is_rtl else column.art_x,
        count_y=_COUNT_Y,
        number=number,
        stamp_size=_STAMP_SIZE,
        stamp_width=poster.stamp.setting.width(poster.stamp.text) * _STAMP_SIZE + 64,
    )
    written = (poster.organization, poster.title, poster.demand, poster.stamp, poster.number)
    return svg, list(dict.fromkeys(face.path for words in written for face in words.setting.faces))


def _place(poster: _Poster) -> tuple[_Column, list[Line]]:
    """Choose the first column that the demand fits in, and set every line in it."""
    columns = _COLUMNS if poster.art else _COLUMNS_WITHOUT_ART
    for column in columns:
        head = _set(poster.title, column, _TITLE_HEIGHT, _TITLE_SIZES, leading=1.16)
        top = _TITLE_Y + (head.height + _GAP if head.lines else 0)
        room = _COUNT_Y - (_COUNT_HEIGHT if poster.count else 0) - top
        demand = _set(poster.demand, column, room, column.sizes, leading=1.0)
        if demand.is_whole:
            break
    organization = _set(poster.organization, column, _ORGANIZATION_HEIGHT, _ORGANIZATION_SIZES, leading=1.08)
    above = _ORGANIZATION_Y - organization.height + organization.size * (1 - _RISE)
    colours = poster.colours
    return column, [
        *_lines(organization, above, poster.organization.face, colours.ink),
        *_lines(head, _TITLE_Y, poster.title.face, colours.mark),
        *_lines(demand, top, poster.demand.face, colours.ink),
    ]


def _set(words: Words, column: _Column, height: float, sizes: Sequence[int], leading: float) -> Block:
    return fit(words.text, words.setting.width, width=column.width, height=height, sizes=sizes, leading=leading)


def _lines(block: Block, top: float, face: Face, colour: str) -> list[Line]:
    baseline = top + block.size * _RISE
    return [
        Line(text, round(baseline + index * block.leading, 1), block.size, face, colour)
        for index, text in enumerate(block.lines)
    ]


def _words(text: str, *, is_display: bool) -> Words:
    """Return `text` with the faces it is set in; no text where it is in no font of this machine."""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    setting = find_setting(clean, is_display=is_display)
    if setting is not None:
        return Words(clean, setting)
    return Words("", own_setting(is_display=is_display))


def _count(showing: Showing) -> tuple[CountWords | None, Words]:
    """Return the count, without the words around it where these are in no font here, and the same in its faces."""
    count = count_words(showing)
    if count is None:
        return None, _words("", is_display=True)
    whole = _words(f"{count.before} {count.number} {count.after}", is_display=True)
    if whole.text:
        return count, whole
    return CountWords("", count.number, ""), _words(count.number, is_display=True)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("card.svg")
