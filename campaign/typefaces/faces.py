"""Which faces there are, which letters they keep, and which faces of a reader's system stand in until they arrive.

`Poster` is Archivo: upright for labels, buttons and short text, condensed and black for what a campaign demands.
`Story` is Literata, for what is read at length. Both are under the SIL Open Font License without a reserved name, so
that a cut of them may be given out under names of our own (docs/adr/0015-two-faces-cut-at-set-up.md).

Urdu, Bengali and Khmer have faces of their own (docs/adr/0055-faces-for-three-scripts-woodcuts-and-paper.md): `Urdu`,
`Bengali` and `Khmer` for pages and texts in these languages, and `Autonym` for the three words by which the languages
call themselves, so that a list of languages costs its reader three kilobytes and not two hundred.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaign.typefaces.folders import is_installed

LATIN = frozenset(
    [
        *range(0x20, 0x7F),  # Basic Latin
        *range(0xA0, 0x100),  # Latin-1: Spanish, French, Portuguese, Haitian Creole
        *(0x2C6, 0x2DA, 0x2DC),
        0x2009,  # thin space
        *range(0x2010, 0x2016),  # hyphens and dashes
        *range(0x2018, 0x201F),  # quotation marks
        *(0x2020, 0x2021, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044),
        *(0x20AC, 0x2116, 0x2122),  # € № ™
        *(0x2190, 0x2191, 0x2192, 0x2193, 0x2212),  # arrows, minus
    ]
)
"""What an English or Spanish page uses; the file with these is the one that every page loads."""

LATIN_EXTENDED = frozenset([*range(0x100, 0x180), *range(0x218, 0x21C)])
"""Further letters of names, such as ł, ő or ș; a browser loads their file only for a page that has one."""


_JOINERS = (0x20, 0x200C, 0x200D)  # space; what parts and joins letters

URDU = frozenset(
    [
        *_JOINERS,
        *(ord(letter) for letter in "ءآأؤئابتثجحخدذرزسشصضطظعغفقكلمنهويٹپچڈڑژکگںھہۂۃیۓےۀ"),
        *range(0x64B, 0x653),  # vowel signs
        *(0x670, 0x654, 0x60C, 0x61B, 0x61F, 0x6D4, 0x66A, 0x66B, 0x66C),  # marks, stops and signs of numbers
        *range(0x6F0, 0x6FA),  # digits
    ]
)
"""The letters of Urdu."""

BENGALI = frozenset([*_JOINERS, 0x964, 0x965, *range(0x980, 0xA00)])
KHMER = frozenset([*_JOINERS, 0x200B, *range(0x1780, 0x17FA)])


@dataclass(frozen=True)
class StandIn:
    """Faces of one width, by the names a system knows them by.

    Attributes:
        names: full and PostScript names, for `local()`.
        advance: mean width of a letter of `cutting.SAMPLE`, in ems. Measured with fontTools on Liberation Sans (it has
            Arial's widths), Liberation Serif (Times New Roman's), Roboto 3, Noto Sans and Serif 2, DejaVu 2.37;
            Georgia's follows from its ratio to Arial in the Capsize metrics collection.
    """

    names: tuple[str, ...]
    advance: float


@dataclass(frozen=True)
class Face:
    """One cut: an upright style of a family at one weight.

    Attributes:
        name: of its files, without suffix.
        family: as style sheets call it.
        weights: the `font-weight` values it serves, as in `@font-face`.
        package: the module that holds the font.
        file: within the package's folder.
        axes: where on the variable font's axes the cut lies; none where the font has no axes.
        stand_ins: the last that a system has is taken.
        space: width of the space in ems, where the designer's is too narrow for a headline.
        system: the same face by the names that systems have it under; where one is there, nothing is loaded.
        heights: ascent and descent in ems, where the designer's are those of a book and would push lines apart.
        advance: mean width of a letter, in ems, as words are shaped, where letters alone have none; for stand-ins.
        is_of_joined_letters: letters change with their neighbours, so all that shapes them is kept.
    """

    name: str
    family: str
    weights: str
    package: str
    file: str
    axes: Mapping[str, float]
    stand_ins: tuple[StandIn, ...] = ()
    space: float | None = None
    system: tuple[str, ...] = ()
    heights: tuple[float, float] | None = None
    advance: float | None = None
    is_of_joined_letters: bool = False


_ARCHIVO = ("fontpkg_archivo", "files/Archivo[wdth,wght].ttf")
_LITERATA = ("fontpkg_literata", "files/Literata[opsz,wght].ttf")

_SANS = (
    StandIn(("DejaVu Sans", "DejaVuSans"), 0.51),
    StandIn(("Noto Sans", "NotoSans", "Noto Sans Regular", "NotoSans-Regular"), 0.475),
    StandIn(("Roboto", "Roboto-Regular", "Helvetica", "Arial", "ArialMT", "Liberation Sans", "LiberationSans"), 0.448),
)
_SANS_BOLD = (
    StandIn(("DejaVu Sans Bold", "DejaVuSans-Bold"), 0.576),
    StandIn(("Noto Sans Bold", "NotoSans-Bold"), 0.504),
    StandIn(("Roboto Bold", "Roboto-Bold"), 0.454),
    StandIn(
        (
            "Helvetica Bold",
            "Helvetica-Bold",
            "Arial Bold",
            "Arial-BoldMT",
            "Liberation Sans Bold",
            "LiberationSans-Bold",
        ),
        0.484,
    ),
)
_SERIF = (
    StandIn(("Times New Roman", "TimesNewRomanPSMT", "Liberation Serif", "LiberationSerif"), 0.403),
    StandIn(("DejaVu Serif", "DejaVuSerif"), 0.517),
    StandIn(("Noto Serif", "NotoSerif", "Noto Serif Regular", "NotoSerif-Regular"), 0.482),
    StandIn(("Georgia",), 0.453),
)
_SERIF_BOLD = (
    StandIn(("Times New Roman Bold", "TimesNewRomanPS-BoldMT", "Liberation Serif Bold", "LiberationSerif-Bold"), 0.429),
    StandIn(("DejaVu Serif Bold", "DejaVuSerif-Bold"), 0.57),
    StandIn(("Noto Serif Bold", "NotoSerif-Bold"), 0.512),
    StandIn(("Georgia Bold", "Georgia-Bold"), 0.521),
)

FACES = (
    Face("poster-400", "Poster", "100 500", *_ARCHIVO, {"wdth": 100, "wght": 400}, _SANS),
    Face("poster-700", "Poster", "600 800", *_ARCHIVO, {"wdth": 100, "wght": 700}, _SANS_BOLD),
    Face("poster-900", "Poster", "900", *_ARCHIVO, {"wdth": 68, "wght": 900}, _SANS_BOLD, space=0.21),
    Face("story-400", "Story", "100 500", *_LITERATA, {"opsz": 14, "wght": 400}, _SERIF),
    Face("story-700", "Story", "600 900", *_LITERATA, {"opsz": 14, "wght": 700}, _SERIF_BOLD),
)


_NASTALIQ = ("@fontsource/noto-nastaliq-urdu", "files/noto-nastaliq-urdu-arabic-400-normal.woff2")
_ARABIC = ("justmytype_intl_rtl", "fonts/ofl/notosansarabic/NotoSansArabic[wdth,wght].ttf")
_UPRIGHT = {"wdth": 100.0, "wght": 500.0}
_URDU_STAND_INS = (
    StandIn(("DejaVu Sans", "DejaVuSans"), 0.457),
    StandIn(("Noto Sans Arabic", "NotoSansArabic-Regular"), 0.42),
)


def _script(name: str, family: str, source: tuple[str, str], axes: Mapping[str, float], *system: str) -> Face:
    return Face(name, family, "100 900", *source, axes, system=system, is_of_joined_letters=True)


def _urdu(name: str, family: str, *system: str) -> Face:
    """Return Urdu's face: a Nastaliq where Node brought one (no Python package has any), else a plain Arabic."""
    if not is_installed(_NASTALIQ[0]):
        return _script(name, family, _ARABIC, _UPRIGHT, *system)
    face = _script(name, family, _NASTALIQ, {}, *system)
    return replace(face, heights=(1.25, 0.65), advance=_NASTALIQ_ADVANCE, stand_ins=_URDU_STAND_INS if system else ())


_NASTALIQ_ADVANCE = 0.36  # it and its stand-ins, as HarfBuzz shapes sentences of the catalogue
_BENGALI = ("justmytype_intl_south_asia", "fonts/ofl/notosansbengali/NotoSansBengali[wdth,wght].ttf")
_KHMER = ("justmytype_intl_sea", "fonts/ofl/notosanskhmer/NotoSansKhmer[wdth,wght].ttf")

SCRIPTS = (
    (_urdu("urdu", "Urdu", "Noto Nastaliq Urdu", "NotoNastaliqUrdu"), URDU),
    (_script("bengali", "Bengali", _BENGALI, _UPRIGHT, "Noto Sans Bengali", "NotoSansBengali-Regular"), BENGALI),
    (_script("khmer", "Khmer", _KHMER, _UPRIGHT, "Noto Sans Khmer", "NotoSansKhmer-Regular"), KHMER),
    (_urdu("autonym-ur", "Autonym"), frozenset(map(ord, "اردو"))),
    (_script("autonym-bn", "Autonym", _BENGALI, _UPRIGHT), frozenset(map(ord, "বাংলা"))),
    (_script("autonym-km", "Autonym", _KHMER, _UPRIGHT), frozenset(map(ord, "ភាសាខ្មែរ"))),
)
"""Faces of other scripts, each with its letters. One weight: a phone on a weak network gets its headlines by size."""
