"""The faces that words are set in on cards, and how wide words are in them.

Our own two are the pages' faces, cut when a process draws its first card. Letters that they lack are looked for in the
machine's fonts, file by file, because only then it is known beforehand whether a text can be written, and how wide it
will be. Widths are sums of advances, without kerning: a little wide
for Latin, wider for scripts that join, never narrow.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.ttLib import TTFont, TTLibError

from campaign.typefaces.cutting import cut
from campaign.typefaces.faces import FACES, LATIN, LATIN_EXTENDED

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


@dataclass(frozen=True, eq=False)
class Face:
    """A font file with the widths of its letters, in ems by code point."""

    path: Path
    family: str
    weight: int
    advances: dict[int, float]


@dataclass(frozen=True, eq=False)
class Setting:
    """The faces a text is set in: each letter in the first that has it."""

    faces: tuple[Face, ...]

    def width(self, text: str) -> float:
        """Return how wide `text` is, in ems."""
        return sum(self._advance(ord(letter)) for letter in text)

    def _advance(self, code: int) -> float:
        return next((face.advances[code] for face in self.faces if code in face.advances), 0.0)


def find_setting(text: str, *, is_display: bool) -> Setting | None:
    """Return the faces that `text` can be written in, our own first; None where some letter is in no font here."""
    own = own_setting(is_display=is_display)
    (ours,) = own.faces
    missing = frozenset(letter for letter in text if _is_drawn(letter) and ord(letter) not in ours.advances)
    if not missing:
        return own
    others = _find_system(missing)
    return Setting((ours, *others)) if others else None


def own_setting(*, is_display: bool) -> Setting:
    """Return our own face alone, of the demand or of what stands around it."""
    return Setting((_ours(_DISPLAY if is_display else _TEXT),))


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
    return _read(path)


@lru_cache(maxsize=1)
def _folder() -> TemporaryDirectory[str]:
    """Make a folder for the cuts, which goes with this process."""
    return TemporaryDirectory(prefix="campaign-cards-")


@lru_cache(maxsize=256)
def _find_system(letters: frozenset[str]) -> tuple[Face, ...]:
    """Return fonts of this machine that together have all of `letters`, the one with most of them first; else none."""
    missing = {ord(letter) for letter in letters}
    found: list[Face] = []
    while missing:
        path = max(_system_files(), key=lambda path: len(missing & _coverage(path)), default=None)
        if path is None or not missing & _coverage(path):
            return ()
        found.append(_read(path))
        missing -= _coverage(path)
    return tuple(found)


@lru_cache(maxsize=1)
def _system_files() -> tuple[Path, ...]:
    found = [path for folder in _SYSTEM_FOLDERS for path in _fonts_in(folder) if "mono" not in path.name.lower()]
    return tuple(sorted(found, key=_preference)[:_MAX_SYSTEM_FILES])


def _fonts_in(folder: Path) -> Iterator[Path]:
    for suffix in ("ttf", "otf"):
        yield from folder.rglob(f"*.{suffix}")


def _preference(path: Path) -> tuple[bool, bool, bool, str]:
    name = path.name.lower()
    return "noto" not in name, "bold" not in name, "italic" in name or "oblique" in name, name


@lru_cache(maxsize=_MAX_SYSTEM_FILES)
def _coverage(path: Path) -> frozenset[int]:
    try:
        with TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError):
        return frozenset()


@lru_cache(maxsize=32)
def _read(path: Path) -> Face:
    with TTFont(path, lazy=True) as font:
        units = font["head"].unitsPerEm
        widths = font["hmtx"]
        names = font["name"]
        advances = {code: widths[glyph][0] / units for code, glyph in font.getBestCmap().items()}
        family = names.getDebugName(_TYPOGRAPHIC_FAMILY) or names.getDebugName(_FAMILY) or ""
        return Face(path, family, font["OS/2"].usWeightClass, advances)
