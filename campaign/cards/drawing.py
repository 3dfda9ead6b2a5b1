"""Draw a card: SVG from what it shows, PNG from the SVG. All of it in this process, nothing is fetched.

Letters that are in no font here are left out, and told to the log once, rather than shown as empty boxes. From right to
left the whole card is mirrored, but for the art that has no direction.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from campaign.cards.faces import Setting, find_setting, without_lost
from campaign.cards.line_breaking import Block, fit
from campaign.cards.looks import Art, Palette, coloured_art, palette
from campaign.cards.placing import Piece, Placed, Words, place
from campaign.cards.showing import HEIGHT, WIDTH, Showing
from campaign.cards.words import CountWords, count_words, status_word
from campaign.folders import TEMPLATES
from campaign.kernel.languages import language_of

_log = logging.getLogger(__name__)

MAX_BYTES = 120 * 1024
_PANIC = "PanicException"
"""What the renderer's own faults come as; it is no `Exception`, has no module to import it from, and would end us."""

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
_COUNT_SIZE, _COUNT_WORDS_SIZE, _COUNT_GAP = 68, 40, 14
_STAMP_SIZE, _STAMP_Y = 62, 17
_JOINERS = "\u200c\u200d"
_SHADES = dict.fromkeys((0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)))
"""What chooses between looks and skins of a picture letter: in one ink there is one."""
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
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(path) for path in files])
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise ValueError("the renderer broke on it") from error
        raise
    return bytes(png)


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
    is_rtl = language_of(showing.language).direction == "rtl"
    column, lines = _place(poster, is_rtl=is_rtl)
    lines += _count_line(poster, is_rtl=is_rtl)
    stamp = Piece(poster.stamp.text, poster.stamp.setting, _STAMP_SIZE, colours.ground)
    half = stamp.width / 2
    stamped = place([stamp], half if is_rtl else -half, _STAMP_Y, is_rtl=is_rtl)
    svg = _template().render(
        width=WIDTH,
        height=HEIGHT,
        poster=poster,
        lines=lines,
        column=column,
        is_rtl=is_rtl,
        art_x=WIDTH - column.art_x - column.art_size if is_rtl else column.art_x,
        stamped=stamped,
        stamp_width=stamp.width + 64,
    )
    return svg, list(dict.fromkeys(placed.face.path for placed in (*lines, *stamped)))


def _edge(*, is_rtl: bool) -> int:
    """Return where lines begin."""
    return WIDTH - _MARGIN if is_rtl else _MARGIN


def _count_line(poster: _Poster, *, is_rtl: bool) -> list[Placed]:
    """Place the count: a large number between small words."""
    count, setting, colours = poster.count, poster.number.setting, poster.colours
    if count is None:
        return []
    pieces = (
        Piece(count.before, setting, _COUNT_WORDS_SIZE, colours.ink),
        Piece(count.number, setting, _COUNT_SIZE, colours.mark, _COUNT_GAP),
        Piece(count.after, setting, _COUNT_WORDS_SIZE, colours.ink, _COUNT_GAP),
    )
    return place(pieces, _edge(is_rtl=is_rtl), _COUNT_Y, is_rtl=is_rtl)


def _place(poster: _Poster, *, is_rtl: bool) -> tuple[_Column, list[Placed]]:
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
        *_lines(organization, above, poster.organization.setting, colours.ink, is_rtl=is_rtl),
        *_lines(head, _TITLE_Y, poster.title.setting, colours.mark, is_rtl=is_rtl),
        *_lines(demand, top, poster.demand.setting, colours.ink, is_rtl=is_rtl),
    ]


def _set(words: Words, column: _Column, height: float, sizes: Sequence[int], leading: float) -> Block:
    return fit(words.text, words.setting.width, width=column.width, height=height, sizes=sizes, leading=leading)


def _lines(block: Block, top: float, setting: Setting, colour: str, *, is_rtl: bool) -> list[Placed]:
    baseline = top + block.size * _RISE
    return [
        placed
        for index, text in enumerate(block.lines)
        for placed in place(
            [Piece(text, setting, block.size, colour)],
            _edge(is_rtl=is_rtl),
            round(baseline + index * block.leading, 1),
            is_rtl=is_rtl,
        )
    ]


def _words(text: str, *, is_display: bool) -> Words:
    """Return `text` with the faces it is set in, without letters that no font here has."""
    clean = " ".join("".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in text).split())
    clean = clean.translate(_SHADES)
    setting = find_setting(clean, is_display=is_display)
    for letter in sorted(setting.lost):
        _tell_lost(letter)
    return Words(without_lost(clean, setting.lost), setting)


@lru_cache(maxsize=4096)
def _tell_lost(letter: str) -> None:
    """Say once that cards go without a letter."""
    _log.warning("no font here has U+%04X: cards are drawn without it", ord(letter))


def _count(showing: Showing) -> tuple[CountWords | None, Words]:
    """Return the count, without the words around it where these are in no font here, and the same in its faces."""
    count = count_words(showing)
    if count is None:
        return None, _words("", is_display=True)
    whole = _words(f"{count.before} {count.number} {count.after}", is_display=True)
    if not whole.setting.lost:
        return count, whole
    return CountWords("", count.number, ""), _words(count.number, is_display=True)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("card.svg")
