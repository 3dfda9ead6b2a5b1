"""The faces that words are set in on cards: each letter in the first face that has it.

    our own two (the pages', cut when a process draws its first card) ─► those that come as packages ─► the machine's

So a card looks the same on every machine, but for letters that no package has, and it is known beforehand what can be
written and how wide it will be (shaped by HarfBuzz, as the renderer does it).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from campaign.typefaces.cutting import cut
from campaign.typefaces.faces import FACES, LATIN, LATIN_EXTENDED
from campaign.typefaces.packages import font_files

_DISPLAY, _TEXT = "poster-900", "poster-700"

_SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local" / "share" / "fonts",
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
)
_MAX_SYSTEM_FILES = 1000
_FAMILY, _POSTSCRIPT, _TYPOGRAPHIC_FAMILY = 1, 6, 16
_REGULAR = 400


@dataclass(frozen=True, eq=False)
class Face:
    """A font file at one weight; `letters` are the code points it has."""

    path: Path
    family: str
    weight: int
    letters: frozenset[int]
    font: hb.Font

    def width(self, text: str) -> float:
        """Return how wide `text` is, in ems."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(self.font, buffer)
        advance: int = sum(position.x_advance for position in buffer.glyph_positions)
        return advance / float(self.font.face.upem)


@dataclass(frozen=True, eq=False)
class Run:
    """Letters that follow one another in one face."""

    text: str
    face: Face


@dataclass(frozen=True, eq=False)
class Setting:
    """The faces a text is set in, and the letters of it that no font here has."""

    faces: tuple[Face, ...]
    lost: frozenset[str] = frozenset()

    def width(self, text: str) -> float:
        """Return how wide `text` is, in ems."""
        return _width(self, text)

    def runs(self, text: str) -> list[Run]:
        """Return `text` in pieces of one face each; what is not drawn stays with what stands before it."""
        runs: list[Run] = []
        for letter in text:
            face = self._face_of(letter)
            if runs and (face is None or face is runs[-1].face):
                runs[-1] = Run(runs[-1].text + letter, runs[-1].face)
            else:
                runs.append(Run(letter, face or self.faces[0]))
        return runs

    def _face_of(self, letter: str) -> Face | None:
        if letter == " ":
            return self.faces[0]  # that of pictures is as wide as they are
        if not _is_drawn(letter):
            return None
        return next((face for face in self.faces if ord(letter) in face.letters), None)


@lru_cache(maxsize=4096)
def _width(setting: Setting, text: str) -> float:
    """Remember a width: to find the largest size that fits, each word is measured some fifty times."""
    return sum(run.face.width(run.text) for run in setting.runs(text))


def find_setting(text: str, *, is_display: bool) -> Setting:
    """Return the faces that `text` is written in, as far as there are any: our own first."""
    own = own_setting(is_display=is_display)
    (ours,) = own.faces
    missing = frozenset(letter for letter in text if _is_drawn(letter) and ord(letter) not in ours.letters)
    if not missing:
        return own
    others = _find_others(missing, ours.weight)
    return Setting((ours, *others), frozenset(one for one in missing if not any(ord(one) in f.letters for f in others)))


def own_setting(*, is_display: bool) -> Setting:
    """Return our own face alone, of the demand or of what stands around it."""
    return Setting((_ours(_DISPLAY if is_display else _TEXT),))


def without_lost(text: str, lost: frozenset[str]) -> str:
    """Return `text` without the letters that are lost; nothing where no letter or digit is left of it."""
    if not lost:
        return text
    left = " ".join("".join(letter for letter in text if letter not in lost).split())
    return left if any(unicodedata.category(letter)[0] in "LN" for letter in left) else ""


def _is_drawn(letter: str) -> bool:
    return not unicodedata.category(letter).startswith(("Z", "C"))


@lru_cache(maxsize=4)
def _ours(name: str) -> Face:
    """Cut a face of the pages to a file that the renderer can read: no WOFF2, and a family of its own name."""
    face = next(face for face in FACES if face.name == name)
    font = TTFont(BytesIO(cut(face, LATIN | LATIN_EXTENDED, name).woff2))
    font.flavor = None
    for number in (_FAMILY, _POSTSCRIPT):  # the renderer knows no font without both
        font["name"].setName(f"card-{name}", number, 3, 1, 0x409)
    path = Path(_folder().name) / f"{name}.ttf"
    font.save(path)
    return _at_weight(path, font["OS/2"].usWeightClass)


@lru_cache(maxsize=1)
def _folder() -> TemporaryDirectory[str]:
    """Make a folder for the cuts, which goes with this process."""
    return TemporaryDirectory(prefix="campaign-cards-")


@lru_cache(maxsize=256)
def _find_others(letters: frozenset[str], weight: int) -> tuple[Face, ...]:
    """Return faces that together have as many of `letters` as any have, the one with most of them first.

    The machine's are asked only for what no package has: there may be hundreds of them.
    """
    missing = {ord(letter) for letter in letters}
    found: list[Face] = []
    for files in (font_files, _system_files):
        while missing:
            path = max(files(), key=lambda path: len(missing & _coverage(path)), default=None)
            if path is None or not missing & _coverage(path):
                break
            found.append(_at_weight(path, weight))
            missing -= _coverage(path)
    return tuple(found)


@lru_cache(maxsize=1)
def _system_files() -> Sequence[Path]:
    found = [path for folder in _SYSTEM_FOLDERS for path in _fonts_in(folder) if "mono" not in path.name.lower()]
    return sorted(found, key=_preference)[:_MAX_SYSTEM_FILES]


def _fonts_in(folder: Path) -> Iterator[Path]:
    return chain.from_iterable(folder.rglob(f"*.{suffix}") for suffix in ("ttf", "otf"))


def _preference(path: Path) -> tuple[bool, bool, bool, str]:
    name = path.name.lower()
    return "noto" not in name, "bold" not in name, "italic" in name or "oblique" in name, name


@lru_cache(maxsize=_MAX_SYSTEM_FILES)
def _coverage(path: Path) -> frozenset[int]:
    try:
        return frozenset(_open(path).unicodes)
    except OSError:
        return frozenset()


@lru_cache(maxsize=64)
def _at_weight(path: Path, weight: int) -> Face:
    """Return a font at the weight nearest to `weight` that it has."""
    face = _open(path)
    font = hb.Font(face)
    axis = next((axis for axis in face.axis_infos if axis.tag == "wght"), None)
    if axis is None:
        weight = round(font.get_style_value(hb.StyleTag.WEIGHT)) or _REGULAR
    else:
        weight = round(min(max(weight, axis.min_value), axis.max_value))
        font.set_variations({"wght": weight})
    family = face.get_name(_TYPOGRAPHIC_FAMILY) or face.get_name(_FAMILY) or ""
    return Face(path, family, weight, _coverage(path), font)


def _open(path: Path) -> hb.Face:
    """Open a font; of a collection the first, which has the letters of the others."""
    return hb.Face(hb.Blob.from_file_path(str(path)))
