"""What makes two requests for a page the same, and which requests no shared answer may serve."""

import re
from typing import TYPE_CHECKING

from campaign.kernel.languages import INTERFACE, preferences, split_prefix
from campaign.kernel.tokens import ShortCodes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Key = tuple[str, str, tuple[str, ...]]
"""Path, query, and the wished languages where the address does not say one."""

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
