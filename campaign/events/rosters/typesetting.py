"""Sets a roster as a PDF by typst, in faces that come as packages; what they lack, in the machine's; else boxes.

The document is one file of ours. What people typed reaches it as data, so that nothing of it is read as markup, and
the folder it may read from is empty.
"""

import json
from datetime import datetime
from functools import lru_cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from campaign.events.rosters.cells import Data
from campaign.folders import TEMPLATES
from campaign.typefaces.packages import font_files

if TYPE_CHECKING:
    from typst import Compiler, Fonts

_TEMPLATE = TEMPLATES / "events" / "roster.typ"


def set_pdf(data: Data, made_at: datetime) -> bytes:
    """Return a roster as a PDF; the same data give the same bytes."""
    with TemporaryDirectory(prefix="campaign-roster-") as empty:
        made = compiler_of(data, empty).compile(format="pdf", timestamp=int(made_at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def compiler_of(data: Data, root: str) -> "Compiler":
    """Return what sets a roster; `root` is the folder it may read from, which holds nothing."""
    from typst import Compiler  # noqa: PLC0415 - 85 MB that no process needs that sets nothing

    return Compiler(
        input=_TEMPLATE.read_bytes(), root=root, font_paths=_fonts(), sys_inputs={"roster": json.dumps(data)}
    )


@lru_cache(maxsize=1)
def _fonts() -> "Fonts":
    from typst import Fonts  # noqa: PLC0415 - as above

    folders = sorted({path.parent for path in font_files()})
    return Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=folders)
