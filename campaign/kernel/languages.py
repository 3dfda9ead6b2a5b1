"""Which languages the service speaks and knows of, and which of them a browser prefers. Pure data and rules.

Interface languages have a catalogue and an address prefix (`/es/…`). Some have words for everything, others for the
signing journey: what those lack is said in English. Campaigns may be written in more languages than the interface
speaks; what we know of those is their name and their direction, for the `lang` and `dir` of the text.

Sources: RFC 9110 §12.5.4 (Accept-Language), RFC 4647 §3.4 (lookup: `es-MX` is served `es`), Unicode CLDR (autonyms).
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from campaign.kernel.weights import weight


@dataclass(frozen=True)
class Language:
    """A language as its own readers call it. `direction` is the value of the HTML attribute `dir`."""

    code: str
    autonym: str
    direction: str = "ltr"


KNOWN = {
    language.code: language
    for language in (
        Language("en", "English"),
        Language("es", "Español"),
        Language("ht", "Kreyòl"),
        Language("pt", "Português"),
        Language("fr", "Français"),
        Language("bn", "বাংলা"),
        Language("km", "ភាសាខ្មែរ"),
        Language("st", "Sesotho"),
        Language("ur", "اردو", "rtl"),
    )
}
"""Languages that campaigns are written in."""

INTERFACE = ("en", "es", "ht", "ur")
"""Languages with a catalogue: each has a prefix and stands in the language switch."""

COMPLETE = ("en", "es", "ht")
"""Those of them that have words for everything; the others have the signing journey's (`campaign.translations`)."""

ORGANIZERS = ("en", "es")
"""Those that the organizers' side is written in; the others have none of its words."""

_REGIONS = {"en": "en_US", "es": "es_US"}

DEFAULT = "en"
"""The source language of the catalogues, and of pages that belong to no campaign."""

ANY = "*"
"""In a list of preferences: whatever there is (RFC 9110's wildcard)."""

_MAX_HEADER = 400  # characters
_MAX_PREFERENCES = 4


def primary(tag: str) -> str:
    """Return the primary language of a tag: `es` of `es-MX`."""
    return tag.split("-", 1)[0].lower()


def language_of(tag: str) -> Language:
    """Return what is known of the language of `tag`; a language we do not know is called by its code."""
    return KNOWN.get(primary(tag)) or Language(tag, tag)


def locale_tag(tag: str) -> str:
    """Return the locale (CLDR) by which numbers and days are written for a reader of `tag`: ours read as in the US."""
    return _REGIONS.get(primary(tag), primary(tag))


def interface_language(tag: str | None) -> str:
    """Return the interface language that serves a reader of `tag`; the default where none does."""
    code = primary(tag or DEFAULT)
    return code if code in INTERFACE else DEFAULT


def preferences(accept_language: str) -> tuple[str, ...]:
    """Return the known languages of an Accept-Language header, most wanted first, without repetition.

    The answer is short and has few possible values, so that it can be part of a cache's key. What cannot be parsed is
    passed over: a strange header must never cost anybody the page.
    """
    return _preferences(accept_language[:_MAX_HEADER])  # cut first: what is remembered is no larger than that


@lru_cache(maxsize=2048)
def _preferences(header: str) -> tuple[str, ...]:
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameters = part.strip().partition(";")
        code = primary(tag.strip())
        wish = weight(parameters)
        if wish > 0 and (code in KNOWN or code == ANY):
            weighed.append((-wish, place, code))
    ordered = dict.fromkeys(code for _, _, code in sorted(weighed))
    return tuple(ordered)[:_MAX_PREFERENCES]


def best(wanted: Collection[str], available: Collection[str], otherwise: str) -> str:
    """Return the most wanted of the `available` languages; `otherwise` where none is wanted, or any will do."""
    for code in wanted:
        if code == ANY:
            return otherwise
        if code in available:
            return code
    return otherwise


def split_prefix(path: str) -> tuple[str | None, str]:
    """Return the interface language a path begins with, or None, and the path without it."""
    code, slash, rest = path[1:].partition("/")
    if code not in INTERFACE:
        return None, path
    return code, slash + rest or "/"
