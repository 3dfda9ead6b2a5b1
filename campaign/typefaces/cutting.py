"""Cuts a font: one place on its axes, the letters asked for, the features the pages use, as WOFF2."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib.instancer import instantiateVariableFont

from campaign.typefaces.faces import Face
from campaign.typefaces.folders import package_folder

SAMPLE = (
    "Sign a binding agreement with the workers who pick your tomatoes. They wrote the rules that ended forced labor in"
    " their fields, and fourteen corporations have signed. Firmen un acuerdo vinculante con quienes cosechan sus"
    " tomates. Ellas y ellos escribieron las reglas que acabaron con el trabajo forzado en sus campos."
)
"""What mean widths are measured on; the widths in `faces` hold for this text."""

_FEATURES = ["kern", "liga", "lnum", "tnum", "mark", "mkmk", "ccmp", "locl", "rlig", "rvrn"]
_COPYRIGHT, _FAMILY, _STYLE, _LICENCE, _LICENCE_ADDRESS = 0, 1, 2, 13, 14
_NARROW_SPACES = (0x2009, 0x202F)  # thin, and narrow no-break
_NARROW = 0.62  # of a space
_VERTICAL = ["VORG", "VVAR", "vhea", "vmtx"]


@dataclass(frozen=True)
class Metrics:
    """Heights and widths in ems. `ascent` and `descent` are both positive; `advance` is the mean over `SAMPLE`."""

    ascent: float
    descent: float
    line_gap: float
    advance: float


@dataclass(frozen=True)
class Cut:
    """A face cut to some letters, under the name of its file; `metrics` is None where letters of `SAMPLE` lack."""

    face: Face
    name: str
    woff2: bytes
    letters: frozenset[int]
    metrics: Metrics | None


def cut(face: Face, letters: Iterable[int], name: str) -> Cut:
    """Return `face` with `letters`, as far as the font has them, under the file name `name`.

    The same packages give the same bytes, so that machines of one installation give out the same addresses.

    Raises:
        FileNotFoundError: the font package is not installed.
    """
    features = ["*"] if face.is_of_joined_letters else _FEATURES
    font = _subset(TTFont(_path(face), recalcTimestamp=False), letters, features)
    if face.axes:
        font = instantiateVariableFont(font, dict(face.axes), inplace=True)
    _name(font, face)
    if face.space is not None:
        _widen_space(font, face.space)
    _add_narrow_spaces(font, letters)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return Cut(face, name, out.getvalue(), frozenset(font.getBestCmap()), _metrics(face, font))


def _path(face: Face) -> Path:
    return package_folder(face.package) / face.file


def _subset(font: TTFont, letters: Iterable[int], features: list[str]) -> TTFont:
    options = Options()
    options.hinting = False  # half the weight, and only old Windows at small sizes reads it
    options.layout_features = features
    options.name_IDs = [_COPYRIGHT, _FAMILY, _STYLE, _LICENCE, _LICENCE_ADDRESS]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "meta", *_VERTICAL]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    # The instancer wants tables as they are read from a file, not as the subsetter leaves them.
    font.flavor = None
    smaller = BytesIO()
    font.save(smaller)
    smaller.seek(0)
    return TTFont(smaller, recalcTimestamp=False)


def _name(font: TTFont, face: Face) -> None:
    """Name the cut by what it is: it is no longer what the designers gave out."""
    for number, words in ((_FAMILY, face.family), (_STYLE, face.name)):
        font["name"].removeNames(nameID=number)
        font["name"].setName(words, number, 3, 1, 0x409)


def _widen_space(font: TTFont, ems: float) -> None:
    width = round(ems * font["head"].unitsPerEm)
    for space in (" ", "\N{NO-BREAK SPACE}"):
        glyph = font.getBestCmap().get(ord(space))
        if glyph is not None:
            font["hmtx"][glyph] = (width, 0)


def _add_narrow_spaces(font: TTFont, letters: Iterable[int]) -> None:
    """Draw the narrow spaces that were asked for and that the designers left out: a browser would take another face.

    CLDR has them between an hour and its "PM", and in French before a question mark.
    """
    width = font["hmtx"][font.getBestCmap()[ord(" ")]][0] if ord(" ") in font.getBestCmap() else 0
    missing = [space for space in _NARROW_SPACES if space in set(letters) and space not in font.getBestCmap()]
    if not width or not missing:
        return
    name = "narrowspace"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = Glyph()
    font["hmtx"][name] = (round(width * _NARROW), 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(dict.fromkeys(missing, name))


def _metrics(face: Face, font: TTFont) -> Metrics | None:
    if face.heights and face.advance:
        return Metrics(*face.heights, line_gap=0.0, advance=face.advance)
    return _measure(font)


def _measure(font: TTFont) -> Metrics | None:
    glyphs, widths, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    if any(ord(letter) not in glyphs for letter in SAMPLE):
        return None
    heights = font["hhea"]
    return Metrics(
        ascent=heights.ascent / units,
        descent=-heights.descent / units,
        line_gap=heights.lineGap / units,
        advance=sum(widths[glyphs[ord(letter)]][0] for letter in SAMPLE) / len(SAMPLE) / units,
    )
