"""Packs what is read as text for the way: Brotli where the browser reads it, else gzip, else as it is.

A packed copy is an answer of its own, with an ETag of its own; whoever gives packed copies out says
`Vary: Accept-Encoding`. Only pages that are the same for everybody are packed: the length of a packed page that held
both a secret and a stranger's words would give the secret away (BREACH).

Sources: RFC 9110 §8.4, §8.8.3.3 (codings and ETags) and §12.5.3 (Accept-Encoding); RFC 7932 (Brotli); RFC 1952 (gzip).
"""

import gzip
from functools import lru_cache

import brotli

from campaign.kernel.weights import weight

CODINGS = ("br", "gzip")
"""What we can pack with, the best first."""

LEAST_BYTES = 512
"""Below this a packed copy saves no packet."""

_MAX_HEADER = 200  # characters
_TEXTS = {"application/json", "application/xml", "application/atom+xml", "application/manifest+json", "image/svg+xml"}
_AHEAD = {"br": 11, "gzip": 9}
_ON_REQUEST = {"br": 5, "gzip": 6}


def is_text(mimetype: str) -> bool:
    """Say whether packing makes a file of that type smaller; WOFF2 and PNG are packed already."""
    return mimetype.startswith("text/") or mimetype in _TEXTS or mimetype.endswith("javascript")


def choose_coding(accepted: str) -> str | None:
    """Return the coding to answer with for an `Accept-Encoding` header; None where the answer goes as it is.

    The reader's weights count first, then our order. An empty or missing header asks for nothing packed.
    """
    return _choose(accepted[:_MAX_HEADER])  # cut first: what is remembered is no larger than that


@lru_cache(maxsize=256)
def _choose(accepted: str) -> str | None:
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    plain = weights.get("identity", 0.0)
    offers = [(weights.get(coding, others), coding) for coding in CODINGS]
    wish, coding = max(offers, key=lambda offer: offer[0])
    return coding if wish > 0 and wish >= plain else None


def _weights(accepted: str) -> dict[str, float]:
    weights = {}
    for part in accepted.split(","):
        coding, _, parameters = part.partition(";")
        weights[coding.strip().lower()] = weight(parameters)
    return weights


@lru_cache(maxsize=1024)
def pack_ahead(body: bytes, coding: str) -> bytes:
    """Pack once for a year of readers, as small as it gets.

    Remembered, because a process may make several applications of the same files: those of tests do.
    """
    return _pack(body, coding, _AHEAD[coding])


def pack_on_request(body: bytes, coding: str) -> bytes:
    """Pack for the readers of some seconds: a millisecond for a page, not a tenth of a second."""
    return _pack(body, coding, _ON_REQUEST[coding])


def _pack(body: bytes, coding: str, effort: int) -> bytes:
    if coding == "br":
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=effort)
        return packed
    return gzip.compress(body, effort, mtime=0)
