"""Answers every error in words, in the reader's language, with a way on: as a page, or as JSON for programs.

No answer shows a stack trace or repeats what was sent. A 500 carries a reference that stands in the log beside the
trace. A POST that is refused before its view ran (too large, wrong method) leads back to the page its form lives on:
the nearest address above that can be read. There the browser's Back button, or `js/drafts.js`, has what was typed.
"""

import logging
import secrets
from urllib.parse import quote

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from campaign.kernel.error_words import words_for
from campaign.kernel.errors import CampaignError, InvalidError, NotFoundError, TryLaterError
from campaign.kernel.languages import DEFAULT
from campaign.kernel.localized import is_localized, page_url, readable_page
from campaign.kernel.respelling import respelled
from campaign.kernel.text import is_storable

log = logging.getLogger(__name__)

_DATABASE_RETRY_SECONDS = 5
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
    app.register_error_handler(OperationalError, _answer_database_away)
    app.register_error_handler(PoolTimeoutError, _answer_database_away)


def _refuse_unstorable_path() -> None:
    """Nothing has a name that the tables cannot hold; asked for it, PostgreSQL answers with an error.

    Nor one that is no UTF-8: what stands for it is in no name of ours.
    """
    if not is_storable(request.path) or _NO_UTF8 in request.path:
        raise NotFoundError("no name of ours")


def error_answer(status: int, code: str, *, retry_after_seconds: int | None = None, **more: object) -> Response:
    """Return the answer to an error as a page or as JSON.

    Args:
        status: the HTTP status.
        code: the word a program reads in `error`.
        retry_after_seconds: when to come again.
        more: further members of the JSON answer; `reference` is shown on the page, too.
    """
    if wants_json():
        response = jsonify({"error": code, **more})
    else:
        response = Response(_page(status, more.get("reference")), mimetype="text/html")
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
    return page_url(endpoint, **values) if is_localized(endpoint) else page_url(endpoint, language=DEFAULT, **values)


def _page(status: int, reference: object) -> str:
    is_visit = request.method in ("GET", "HEAD") and status != 405
    return render_template(
        "errors/error.html",
        status=status,
        words=words_for(status),
        reference=reference,
        back=way_back(above=status == 405) if status in _PASSING else None,
        is_visit=is_visit,
    )


def _answer_campaign_error(error: CampaignError) -> Response:
    retry = error.retry_after_seconds if isinstance(error, TryLaterError) else None
    if isinstance(error, InvalidError):
        return error_answer(error.status, error.code, fields=error.fields)
    if isinstance(error, NotFoundError) and (address := respelled()):
        return _lead_to(address)
    return error_answer(error.status, error.code, retry_after_seconds=retry)


def _answer_http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.code >= 500:
        return _answer_crash(error)
    if error.code == 404 and (address := respelled()):
        return _lead_to(address)
    response = error_answer(error.code, words_for(error.code).code)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _lead_to(address: str) -> Response:
    return Response(status=301, headers={"Location": address})


def _answer_crash(error: HTTPException) -> Response:
    reference = secrets.token_hex(4)
    log.error("answered %s to %s %s, reference %s", error.code, request.method, quote(request.path), reference)
    return error_answer(error.code or 500, words_for(error.code or 500).code, reference=reference)


def _answer_database_away(error: Exception) -> Response:
    log.error("the database does not answer %s %s: %s", request.method, quote(request.path), type(error).__name__)
    return error_answer(503, "try_later", retry_after_seconds=_DATABASE_RETRY_SECONDS)
