"""Answers every error in words, in the reader's language, with a way on: as a page, or as JSON for programs.

No answer shows a stack trace. A 500 carries a reference that stands in the log beside the trace. A POST that is refused
before its view ran (too large, wrong method) leads back to the page its form lives on: the nearest address above that
can be read. There the browser's Back button, or `js/drafts.js`, has what was typed. One that only came at a bad moment
(429, 503) has it in the answer, to be sent again from there.
"""

import logging
import secrets
from collections.abc import Sequence
from urllib.parse import quote

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from campaign.kernel.error_words import AWAY, ErrorWords, words_for
from campaign.kernel.errors import CampaignError, InvalidError, NotFoundError, TryLaterError
from campaign.kernel.formdata import read_form
from campaign.kernel.headers import no_store
from campaign.kernel.localized import current_language, is_localized, page_url, path_of, readable_page, use_language
from campaign.kernel.moving import moved
from campaign.kernel.respelling import respelled
from campaign.kernel.retrying import is_lost, was_undone
from campaign.kernel.text import is_storable

log = logging.getLogger(__name__)

_DATABASE_RETRY_SECONDS = 5
_READ_ONLY = "25006"
"""What a server says to writes that is a copy, as after a failover. Source: PostgreSQL documentation, appendix A."""
_BAD_MOMENTS = (429, 503)
_PASSING = (405, 408, 409, 413, 422, 429, 500, 503)
"""What another try may mend: these pages lead back to the form, or to the address that was asked for."""
_PROGRAMS = ("/webhooks/", "/api/")
_NO_UTF8 = "\N{REPLACEMENT CHARACTER}"


def init_handlers(app: Flask, *, max_form_bytes: int) -> None:
    """Answer the errors of `app`; bodies over `max_form_bytes` are refused before they are parsed."""
    app.config["MAX_CONTENT_LENGTH"] = max_form_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = max_form_bytes
    app.before_request(_refuse_unstorable_path)
    app.register_error_handler(CampaignError, _answer_campaign_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(DBAPIError, _answer_database_error)
    app.register_error_handler(PoolTimeoutError, _answer_crowded_database)


def _refuse_unstorable_path() -> None:
    """Nothing has a name that the tables cannot hold; asked for it, PostgreSQL answers with an error.

    Nor one that is no UTF-8: what stands for it is in no name of ours.
    """
    if not is_storable(request.path) or _NO_UTF8 in request.path:
        raise NotFoundError("no name of ours")


def error_answer(
    status: int,
    code: str,
    *,
    words: ErrorWords | None = None,
    retry_after_seconds: int | None = None,
    **more: object,
) -> Response:
    """Return the answer to an error as a page or as JSON.

    Args:
        status: the HTTP status.
        code: the word a program reads in `error`.
        words: what the page says; what it always says of the status by default.
        retry_after_seconds: when to come again.
        more: further members of the JSON answer; `reference` is shown on the page, too.
    """
    if wants_json():
        response = jsonify({"error": code, **more})
    else:
        page = _kept_form(status, words) or _page(status, words, more.get("reference"))
        response = Response(page, mimetype="text/html")
    response.status_code = status
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def wants_json() -> bool:
    """Whether a program asks: by its address, or because it prefers JSON to a page."""
    if request.path.endswith(".json") or request.path.startswith(_PROGRAMS):
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def way_back(*, above: bool = False) -> str | None:
    """Return the address of the page a refused request belongs to, or None; built from its rule, so it stays here.

    Args:
        above: not the present address itself, which takes forms only.
    """
    found = readable_page(above=above)
    if found is None:
        return None
    endpoint, values = found
    return page_url(endpoint, **values) if is_localized(endpoint) else path_of(endpoint, **values)


def _kept_form(status: int, words: ErrorWords | None) -> str | None:
    """Return a page that has what was posted at a bad moment; None where nothing was, or it is no such moment."""
    if status not in _BAD_MOMENTS or request.method != "POST":
        return None
    try:
        form = read_form(request)
    except HTTPException:
        return None
    if not form.pairs:
        return None
    use_language(form.values.get("language") or current_language())  # as the page it was typed on
    return kept_form_page(status, words or words_for(status), form.pairs, send=gettext("Send it again"))


def kept_form_page(status: int, words: ErrorWords, pairs: Sequence[tuple[str, str]], *, send: str) -> str:
    """Return the page of an error that has what was posted, and a button to send it from there.

    Args:
        status: the HTTP status.
        words: what the page says.
        pairs: names and values of what was posted.
        send: the words of the button.

    Side effects: the answer is kept by nobody: what people typed is in it.
    """
    no_store()
    return render_template(
        "errors/kept_form.html", status=status, words=words, pairs=pairs, here=request.path, back=way_back(), send=send
    )


def _page(status: int, words: ErrorWords | None, reference: object) -> str:
    is_visit = request.method in ("GET", "HEAD") and status != 405
    return render_template(
        "errors/error.html",
        status=status,
        words=words or words_for(status),
        reference=reference,
        back=way_back(above=status == 405) if status in _PASSING else None,
        is_visit=is_visit,
    )


def _answer_campaign_error(error: CampaignError) -> Response:
    retry = error.retry_after_seconds if isinstance(error, TryLaterError) else None
    if isinstance(error, InvalidError):
        return error_answer(error.status, error.code, fields=error.fields)
    if isinstance(error, NotFoundError) and (elsewhere := _elsewhere()):
        return elsewhere
    cause = error.__cause__
    words = AWAY if isinstance(cause, DBAPIError) and is_lost(cause) else None
    return error_answer(error.status, error.code, words=words, retry_after_seconds=retry)


def _answer_http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.code >= 500:
        return _answer_crash(error)
    if error.code == 404 and (elsewhere := _elsewhere()):
        return elsewhere
    response = error_answer(error.code, words_for(error.code).code)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _elsewhere() -> Response | None:
    """Return the answer that leads to where the page is that was not found here; None where it is nowhere."""
    address = respelled()
    return Response(status=301, headers={"Location": address}) if address else moved()


def _answer_crash(error: HTTPException) -> Response:
    reference = secrets.token_hex(4)
    log.error("answered %s to %s %s, reference %s", error.code, request.method, quote(request.path), reference)
    return error_answer(error.code or 500, words_for(error.code or 500).code, reference=reference)


def _answer_database_error(error: DBAPIError) -> Response:
    is_read_only = getattr(error.orig, "sqlstate", None) == _READ_ONLY
    if not (is_lost(error) or is_read_only or isinstance(error, OperationalError)):
        raise error  # a fault of ours: who makes changes has seen to keys that neighbours take
    if was_undone(error):
        return _answer_crowded_database(error)
    log.error("the database does not answer %s %s: %s", request.method, quote(request.path), type(error).__name__)
    return error_answer(503, AWAY.code, words=AWAY, retry_after_seconds=_DATABASE_RETRY_SECONDS)


def _answer_crowded_database(error: Exception) -> Response:
    log.error("the database is busy for %s %s: %s", request.method, quote(request.path), type(error).__name__)
    return error_answer(503, "try_later", retry_after_seconds=_DATABASE_RETRY_SECONDS)
