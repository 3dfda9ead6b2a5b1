"""Where somebody came from, as the link they followed says it: one canonical text of at most three parts.

    ?source=newsletter                                            ─► newsletter
    ?utm_source=Boletín&utm_medium=email&utm_campaign=Marzo 2027  ─► boletin/email/marzo-2027
    ?source=flyer&utm_campaign=finale                             ─► flyer//finale
    ?utm_source=<b>%00</b>                                        ─► b-b

The parts are source, medium and campaign, in this order, so that `split_part(source, '/', 1)` groups by the first, and
an empty part in the middle keeps its place. A part is of small ASCII letters, digits and `. _ -`, cut to a safe length:
whatever somebody wrote into a link, it is never a mistake of who signs.

Source of the names: Google Analytics' campaign parameters (support.google.com/analytics/answer/10917952); `source` is
the contract's and goes before `utm_source`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

NAMES = ("source", "utm_source", "utm_medium", "utm_campaign")
"""The parameters that tell of it."""

PARTS = 3
MOST_OF_A_PART = 30  # characters

_NO_LETTERS = re.compile(r"[^a-z0-9._]+")


def tidy_source(text: str) -> str:
    """Return the canonical form of a source, whatever stands in it; of one that is canonical, itself."""
    parts = [_tidy(part) for part in text.split("/", PARTS - 1)]
    return "/".join(parts).rstrip("/")


def source_in(query: Mapping[str, Sequence[str]]) -> str:
    """Return the source that a query (values by name) tells of, canonical; empty where it tells of none."""
    first, medium, campaign = (_tidy(_first(query, names)) for names in (NAMES[:2], NAMES[2:3], NAMES[3:]))
    return f"{first}/{medium}/{campaign}".rstrip("/")


def _first(query: Mapping[str, Sequence[str]], names: Sequence[str]) -> str:
    return next((value for name in names for value in query.get(name, ()) if _tidy(value)), "")


def _tidy(part: str) -> str:
    if not part:
        return ""
    letters = unicodedata.normalize("NFKD", part[: 4 * MOST_OF_A_PART]).encode("ascii", "ignore").decode().lower()
    return _NO_LETTERS.sub("-", letters).strip("-")[:MOST_OF_A_PART].rstrip("-")
