"""Finds links in what somebody wrote: whatever a mail program, or a reader in a hurry, would take for one.

A missed link reaches an executive under an honest campaign's name; a link too many costs an operator a look. So a dot
without a space counts, unless a capital follows as at the start of a sentence ("I agree.Please sign").
"""

import re
import unicodedata
from collections.abc import Iterator

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\bmailto:", re.IGNORECASE)
_PIECE = re.compile(r"[^\s,;:!?()<>\[\]{}\"'«»“”…/@#|]+")
_ELLIPSIS = re.compile(r"\.{2,}")
_FULL_STOPS = re.compile("(?<=[a-z0-9-])[。｡](?=[a-z])", re.IGNORECASE)
"""Browsers take an ideographic full stop for a dot (UTS 46); between Latin letters it ends no sentence."""
_EDGES = ".,;:!?()<>[]{}\"'«»“”…"

_ENDINGS = frozenset({"app", "biz", "com", "edu", "gov", "info", "mil", "net", "online", "org", "shop", "site", "xyz"})
"""Endings that are a link however they are written ("Evil.Com"), as those of two letters are."""


def find_links(text: str) -> list[str]:
    """Return what in `text` is, or may be taken for, a link: each once, in order, without look-alike characters."""
    return list(dict.fromkeys(_links(text)))


def _links(text: str) -> Iterator[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    for word in _FULL_STOPS.sub(".", plain).split():
        if _SCHEME.search(word) or _has_address(word):
            yield word.strip(_EDGES)


def _has_address(word: str) -> bool:
    """Whether `word` holds a domain or an IP address. Reads each character once: a letter may be one word of 25,000."""
    return any(
        _is_address(dotted.strip(".").split("."), before_slash=word[piece.end() : piece.end() + 1] == "/")
        for piece in _PIECE.finditer(word)
        if "." in piece[0]
        for dotted in _ELLIPSIS.split(piece[0])
    )


def _is_address(labels: list[str], *, before_slash: bool) -> bool:
    ending = labels[-1]
    if len(labels) < 2:
        return False
    if all(label.isdecimal() for label in labels):
        return len(labels) == 4 and all(len(label) < 4 and int(label) < 256 for label in labels)
    if len(ending) < 2 or not all(unicodedata.category(c)[0] in "LM" for c in ending):
        return ending.lower().startswith("xn--")
    is_sentence = ending[0].isupper() and ending[1:].islower() and len(ending) > 2 and ending.lower() not in _ENDINGS
    return not is_sentence or before_slash
