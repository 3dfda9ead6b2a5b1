"""What makes two requests for a kept page the same: its address, the language, and those of its own words it reads.

    ?utm_source=x&via=CODE&fbclid=y   the page reads: via, lang    ─► it sees ?via=CODE, and so does the key
    Cookie: _ga=…; another=…          the page reads: no cookie    ─► it sees none

A view of which answers are kept declares the parameters and cookies it reads (`campaign.kernel.keeping.cache_page`).
Everything else is taken off the request before the view has it. So it cannot be read, and needs no part in the key: a
page cannot depend on what it is not kept by. What is left is written in one way, whatever order it came in, and what
does not look like a value is as if it was not there; the keys that somebody can make up are as many as the declared
patterns allow. A cookie of ours, credentials, a part of a page (Range), and words and numbers without end are asked for
each time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie
from werkzeug.routing import RequestRedirect

from campaign.kernel.languages import INTERFACE, KNOWN, preferences, split_prefix
from campaign.kernel.querystring import WHOLE_QUERY_KEY, is_endless, pairs_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Key = tuple[str, str, tuple[str, ...]]
"""Path, query as the page sees it, and the wished languages where the address does not say one."""

SHARED_MARK = "shared_page_reads"
"""The attribute of a view whose answers are shared: what it reads (`Reads`)."""

_MOST_REMEMBERED = 1024  # paths
_LONGEST_REMEMBERED = 200  # characters; a slug's page is shorter


@dataclass(frozen=True)
class Parameter:
    """A query parameter that a kept page reads.

    Args:
        name: as it stands in the address.
        pattern: what a value looks like, all of it; any other is as if it was not there.
        most: how many values are read, the first ones; one, as `request.args.get` does.
        is_kept: false for what somebody typed, and for numbers and words without end, of which each would take room:
            who sends such a value is answered for themselves, and no copy is kept.
    """

    name: str
    pattern: str = r"(?s:.*)"
    most: int = 1
    is_kept: bool = True

    @cached_property
    def _looks(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self.pattern).fullmatch

    def read(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return those of `pairs` that the page sees."""
        mine = [pair for pair in pairs if pair[0] == self.name][: self.most]
        return [pair for pair in mine if self._looks(pair[1])]


LANG = Parameter("lang", "|".join(KNOWN))
"""Read for every page, before its view runs."""


@dataclass(frozen=True)
class Reads:
    """All that a kept page reads of a request, beside its path and what languages are wished."""

    parameters: tuple[Parameter, ...] = ()
    cookies: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its query parameters."""
        return frozenset(parameter.name for parameter in (*self.parameters, LANG))

    @cached_property
    def unkept_names(self) -> frozenset[str]:
        """The names of those whose values no copy is kept of."""
        return frozenset(parameter.name for parameter in self.parameters if not parameter.is_kept)


def plain_key(environ: "WSGIEnvironment") -> Key | None:
    """Return the key of a request that asks for a page by its path alone, as most do; None for any other."""
    if environ.get("QUERY_STRING") or "HTTP_COOKIE" in environ or not _is_for_anybody(environ):
        return None
    path = environ.get("PATH_INFO", "")
    return path, "", () if split_prefix(path)[0] else _wishes(environ)


def narrow(environ: "WSGIEnvironment", reads: Reads) -> Key | None:
    """Take off a request whatever the page does not read; return its key, or None where its answer must not be shared.

    Side effects: `QUERY_STRING` and `HTTP_COOKIE` of `environ` are changed; the whole query is left beside.
    """
    query, path = environ.get("QUERY_STRING", ""), environ.get("PATH_INFO", "")
    if is_endless(query):
        return None  # and is refused
    own_cookies = _narrow_cookies(environ, reads)
    pairs = pairs_of(query) if query else []
    seen = [pair for parameter in reads.parameters for pair in parameter.read(pairs)]
    language = [] if split_prefix(path)[0] else LANG.read(pairs)
    kept = urlencode([*seen, *language])
    if query:
        environ["QUERY_STRING"], environ[WHOLE_QUERY_KEY] = kept, query
    if own_cookies or not _is_for_anybody(environ) or any(name in reads.unkept_names for name, _ in seen):
        return None
    is_said = split_prefix(path)[0] is not None or any(code in INTERFACE for _, code in language)
    return path, kept, () if is_said else _wishes(environ)


def _narrow_cookies(environ: "WSGIEnvironment", reads: Reads) -> bool:
    """Take off the cookies that the page does not read; say whether one is left."""
    sent = environ.pop("HTTP_COOKIE", "")
    if not sent or not reads.cookies:
        return False
    own = [(name, value) for name, value in parse_cookie(sent).items(multi=True) if name in reads.cookies]
    if own:
        environ["HTTP_COOKIE"] = sent
    return bool(own)


def _is_for_anybody(environ: "WSGIEnvironment") -> bool:
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and "HTTP_AUTHORIZATION" not in environ
        and "HTTP_RANGE" not in environ
    )


def _wishes(environ: "WSGIEnvironment") -> tuple[str, ...]:
    return preferences(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def shared_pages(app: Flask) -> Callable[[str], Reads | None]:
    """Return what says of a path of `app`, in any language, what its view reads; None where that did not opt in."""
    adapter = app.url_map.bind("localhost")

    def look(path: str) -> Reads | None:
        try:
            endpoint, _values = adapter.match(split_prefix(path)[1], method="GET")
        except (HTTPException, RequestRedirect):
            return None
        return getattr(app.view_functions.get(endpoint), SHARED_MARK, None)

    remembered = lru_cache(maxsize=_MOST_REMEMBERED)(look)
    return lambda path: remembered(path) if len(path) <= _LONGEST_REMEMBERED else look(path)
