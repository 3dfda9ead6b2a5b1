"""The faces of every script that come as packages: what pictures and papers of ours are set in, on any machine.

Files only; nothing of the packages is imported. All are under the SIL Open Font License.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from campaign.typefaces.folders import package_folder

_PACKAGES: Mapping[str, tuple[str, ...]] = {
    "fontpkg_archivo": ("*.ttf",),
    "fontpkg_noto_sans": ("*.ttf",),
    "justmytype_intl_africa": ("*.ttf",),
    "justmytype_intl_rtl": ("*.ttf",),
    "justmytype_intl_sea": ("*.ttf",),
    "justmytype_intl_south_asia": ("*.ttf",),
    "noto_cjk_sans_otc": ("*.ttc",),
    "manimgx_fonts": (
        *(f"NotoSans{script}*.ttf" for script in ("Armenian", "Georgian", "Gujarati", "Gurmukhi", "Kannada")),
        *(f"NotoSans{script}*.ttf" for script in ("Malayalam", "Oriya", "Sinhala", "Symbols")),
        "NotoEmoji*.ttf",
    ),
}
"""By package the files that are used, in the order in which a letter is looked for."""


@lru_cache(maxsize=1)
def font_files() -> tuple[Path, ...]:
    """Return the files, in the order in which a letter is looked for.

    Raises:
        FileNotFoundError: a package is not installed.
    """
    return tuple(
        path
        for package, patterns in _PACKAGES.items()
        for pattern in patterns
        for path in sorted(package_folder(package).rglob(pattern))
    )
