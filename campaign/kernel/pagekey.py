"""What makes two requests for a page the same, which requests no shared answer may serve, which pages are shared."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from campaign.kernel.languages import INTERFACE, preferences, split_prefix
from campaign.kernel.tokens import ShortCodes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Key = tuple[str, str, tuple[str, ...]]
"""Path, query, and the wished languages where the address does not say one."""

SHARED_MARK = "is_shared_page"
"""The attribute of a view whose answers are shared (`campaign.kernel.pagecache.cache_page`)."""

_QUERIES = {"", *(f"lang={code}" for code in INTERFACE)}
_VIA = re.compile(rf"via={ShortCodes.PATTERN}(?:&(?=lang=)|\Z)")


def page_key(environ: "WSGIEnvironment") -> Key | None:
    """Return what makes two requests the same, or None where the answer must not be shared."""
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or "HTTP_COOKIE" in environ
        or "HTTP_AUTHORIZATION" in environ
        or "HTTP_RANGE" in environ
    ):
        return None
    query, path = environ.get("QUERY_STRING", ""), environ.get("PATH_INFO", "")
    asked = _VIA.sub("", query, count=1) if query.startswith("via=") else query
    if asked not in _QUERIES:
        return None
    if asked or split_prefix(path)[0]:  # the address says the language
        return path, query, ()
    return path, query, preferences(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def shared_paths(app: Flask) -> Callable[[str], bool]:
    """Return what says whether a path of `app` leads to a view that opted in, in any language."""
    adapter = app.url_map.bind("localhost")

    def is_shared(path: str) -> bool:
        try:
            endpoint, _values = adapter.match(split_prefix(path)[1], method="GET")
        except (HTTPException, RequestRedirect):
            return False
        return bool(getattr(app.view_functions.get(endpoint), SHARED_MARK, False))

    return is_shared
