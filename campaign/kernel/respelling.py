"""Leads who spelled an address of ours otherwise to the page: with a slash behind it, or in capital letters.

Links are typed from posters, and some programs capitalize or close them. Only what was not found is looked at, so a
page that is there costs nothing more. A link's token keeps its letters. Whether the page is there under its own
spelling is not asked here: the next answer says so.
"""

from urllib.parse import urlencode

from flask import current_app, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from campaign.kernel.access import Access, declared
from campaign.kernel.headers import no_store
from campaign.kernel.languages import split_prefix
from campaign.kernel.localized import PREFIX_KEY, is_localized
from campaign.kernel.querystring import whole_query

_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
_TOKEN = "token"  # noqa: S105 - the name of a part of an address


def respelled() -> str | None:
    """Return the address of which the present one, not found, is another spelling; None where there is none.

    Side effects: where it opens something, the answer is kept by nobody.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    prefix = request.environ.get(PREFIX_KEY)
    asked = request.path
    path = asked.translate(_SMALL).rstrip("/") or "/"
    if not prefix:
        prefix, path = split_prefix(path)
        asked = asked[len(f"/{prefix}") :] or "/" if prefix else asked
    adapter: MapAdapter = current_app.extensions["campaign.urls"]
    try:
        endpoint, values = adapter.match(path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return None
    who = declared(current_app.view_functions[endpoint])
    if who not in (Access.PUBLIC, Access.TOKEN) or (prefix and not is_localized(endpoint)):
        return None
    if _TOKEN in values:
        begins = path.rindex(values[_TOKEN])
        ends = begins + len(values[_TOKEN])
        values = {**values, _TOKEN: asked[begins:ends]}
        path = path[:begins] + asked[begins:ends] + path[ends:]
    before = f"/{request.environ[PREFIX_KEY]}" if PREFIX_KEY in request.environ else ""
    after = f"/{prefix}" if prefix else ""
    if f"{after}{path}" == f"{before}{request.path}":
        return None
    if who is Access.TOKEN:
        no_store()
    query = urlencode(whole_query(request.environ), doseq=True)
    return f"{after}{adapter.build(endpoint, values)}{'?' if query else ''}{query}"
