"""The colours of a mail's HTML part: a palette's light ones, because a mail cannot ask for style sheets.

They come in pairs, a ground with the ink that stands on it, so that a client which darkens mails darkens both or none.
What has no ground of its own has no colour here either: it is left to the client.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SHEET = Path(__file__).parent.parent.parent / "static" / "css" / "palettes.css"


@dataclass(frozen=True)
class MailColours:
    """Hex colours, such as `#a11b14`."""

    poster: str
    poster_ink: str
    poster_mark: str
    button: str
    button_ink: str


@lru_cache(maxsize=32)
def mail_colours(palette: str) -> MailColours:
    """Return the colours of a palette as `static/css/palettes.css` has them; raise `KeyError` for an unknown one."""
    found = re.search(rf'\[data-palette="{re.escape(palette)}"\] \{{(.*?)\}}', _SHEET.read_text(), re.DOTALL)
    if found is None:
        raise KeyError(palette)
    values = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", found[1]))
    return MailColours(**{name: values[name.replace("_", "-")] for name in MailColours.__dataclass_fields__})
