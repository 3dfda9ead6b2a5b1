"""Refuses what no view should see, before any view runs: in words, in the reader's language, with a way on.

- What the web server would not take in (`REFUSED_KEY`): too large a body, one that came too slowly, too many at once.
- An address that werkzeug would lead elsewhere by itself (doubled slashes): it would by the host that was asked for,
  which is whatever the asker likes. Nothing here has such an address, so there is nothing at it.
- A query without end: reading it would cost more than answering.
- A form that another site's page posts. No form of ours stands on another site yet, and none of our doors needs a
  browser to come from one, so another site's visitors are not made to sign here with addresses that are not theirs.
  What was typed is shown again, with a button: whoever wants to send it, does, from here. Programs (curl, the mail
  provider, old browsers) say nothing of where they come from and pass. A door whose address alone proves who asks, and
  that is made for others' buttons, takes such a form (`from_anywhere`): how to unsubscribe, in a mail program.

Sources: W3C Fetch Metadata Request Headers; RFC 9110 §15.5.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from campaign.kernel.error_words import words_for
from campaign.kernel.errors import TryLaterError
from campaign.kernel.formdata import read_form
from campaign.kernel.handlers import error_answer, kept_form_page, wants_json
from campaign.kernel.headers import no_store
from campaign.kernel.languages import INTERFACE, best, preferences
from campaign.kernel.localized import use_language
from campaign.kernel.querystring import is_endless

View = TypeVar("View", bound=Callable[..., Any])

_ANYWHERE = "__campaign_from_anywhere__"

REFUSED_KEY = "campaign.refused"
"""Where the WSGI environment says by which status the web server wants a request refused."""


def from_anywhere(view: View) -> View:
    """Let a view be posted to from any site's page: its address holds a proof that no other site can know."""
    setattr(view, _ANYWHERE, True)
    return view


def init_refusals(app: Flask) -> None:
    """Refuse such requests to `app`; goes before whatever reads a query or a form."""
    app.before_request(_refuse)


def _refuse() -> Response | None:
    status = request.environ.get(REFUSED_KEY)
    if status or is_endless(request.environ.get("QUERY_STRING", "")):
        _use_browsers_language()
        if status == 503:
            raise TryLaterError("too much is being posted")
        abort(status or 414)
    if isinstance(request.routing_exception, RequestRedirect):
        _use_browsers_language()
        abort(404)
    if _is_posted_elsewhere() and not hasattr(current_app.view_functions.get(request.endpoint or ""), _ANYWHERE):
        return _refuse_foreign_form()
    return None


def _is_posted_elsewhere() -> bool:
    is_foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
    return is_foreign and request.method not in ("GET", "HEAD", "OPTIONS")


def _refuse_foreign_form() -> Response:
    no_store()
    _use_browsers_language()
    if wants_json():
        return error_answer(403, "cross_site")
    try:
        pairs = read_form(request).pairs
    except RequestEntityTooLarge:
        pairs = []
    page = kept_form_page(403, words_for(403), pairs, send=gettext("Send it from here"))
    return Response(page, 403, mimetype="text/html")


def _use_browsers_language() -> None:
    use_language(best(preferences(request.headers.get("Accept-Language", "")), INTERFACE, "en"))
