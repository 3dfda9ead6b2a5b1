"""The query of an address: how much of one is read at all, and where the whole of it stands beside what a page reads.

Pages that are kept for everybody see their own parameters only (`campaign.kernel.pagekey`); who leads a reader to
another address of ours takes everything along, since what a network appended to a link is its own business.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

MAX_QUERY_BYTES = 8192
MAX_QUERY_FIELDS = 200
"""Far beyond what any link of ours carries, a poster's utm_ fields and a search for places included."""

WHOLE_QUERY_KEY = "campaign.whole_query"
"""Where the WSGI environment has the query as it was asked for, if what the view sees is less."""


def is_endless(query: str) -> bool:
    """Whether reading a query (the environment's `QUERY_STRING`) would cost more than answering."""
    return len(query) > MAX_QUERY_BYTES or query.count("&") > MAX_QUERY_FIELDS


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a query, in order; what is no UTF-8 is replaced."""
    return parse_qsl(_text(query), keep_blank_values=True)


def whole_query(environ: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the values of everything that was asked for, by name."""
    return parse_qs(_text(environ.get(WHOLE_QUERY_KEY, environ.get("QUERY_STRING", ""))), keep_blank_values=True)


def _text(query: str) -> str:
    return query.encode("latin-1", "replace").decode(errors="replace")  # PEP 3333: bytes, as latin-1
