"""The colours of a mail's HTML part: a palette's light ones, because a mail cannot ask for style sheets.

They come in pairs, a ground with the ink that stands on it, so that a client which darkens mails darkens both or none.
What has no ground of its own has no colour here either: it is left to the client.
"""

from dataclasses import dataclass
from functools import lru_cache

from campaign.kernel.palettes import light_colours


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
    values = light_colours(palette)
    return MailColours(**{name: values[name.replace("_", "-")] for name in MailColours.__dataclass_fields__})
