"""The colours of a palette by daylight, for what cannot ask for a style sheet: cards and mails.

They are read from where the pages have theirs, so that there is one place to change them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from campaign.folders import STATIC

_SHEET = STATIC / "css" / "palettes.css"
_DARK = "@media (prefers-color-scheme: dark)"
_RULE = re.compile(r'\[data-palette="([\w-]+)"\] \{([^}]*)\}')
_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")


def light_colours(palette: str) -> Mapping[str, str]:
    """Return the hex colours of a palette by their names in `static/css/palettes.css`, such as `poster-ink`.

    Raises:
        KeyError: there is no palette of that name.
    """
    return _by_day()[palette]


@lru_cache(maxsize=1)
def _by_day() -> Mapping[str, Mapping[str, str]]:
    by_day = _SHEET.read_text("utf-8").partition(_DARK)[0]
    return {name: dict(_COLOUR.findall(rule)) for name, rule in _RULE.findall(by_day)}
