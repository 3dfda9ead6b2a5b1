"""Who may send a file: a browser whose cookie the form's address was made for (`campaign.kernel.uploads`)."""

import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from flask import Flask, current_app, request
from werkzeug.http import parse_cookie

from campaign.accounts.web.cookies import SESSION, session_token
from campaign.kernel.installation import Installation
from campaign.kernel.uploads import MAY_UPLOAD_KEY, TICKET, allow_file

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PLACE = "/organize/"


def init_uploads(app: Flask) -> None:
    """Let the web server know whose large forms to take in, and templates where such a form goes."""
    installation: Installation = app.extensions["campaign.installation"]

    def may_upload(environ: "WSGIEnvironment") -> bool:
        if not environ.get("PATH_INFO", "").startswith(_PLACE):
            return False
        told = parse_qs(environ.get("QUERY_STRING", "")).get(TICKET, [""])[0]
        return _is_for(installation, parse_cookie(environ.get("HTTP_COOKIE", "")).get(SESSION, ""), told)

    app.extensions[MAY_UPLOAD_KEY] = may_upload
    app.jinja_env.globals["with_ticket"] = with_ticket


def with_ticket(address: str) -> str:
    """Return the address of a form that sends a file, with its ticket."""
    installation: Installation = current_app.extensions["campaign.installation"]
    return f"{address}{'&' if '?' in address else '?'}{TICKET}={_ticket(installation, session_token())}"


def allow_own_file() -> None:
    """Let the present request's form be as large as one with a file, if it has the ticket of its browser's cookie."""
    installation: Installation = current_app.extensions["campaign.installation"]
    if _is_for(installation, session_token(), request.args.get(TICKET, "")):
        allow_file(request)


def _is_for(installation: Installation, token: str, told: str) -> bool:
    return bool(token) and hmac.compare_digest(told.encode(), _ticket(installation, token).encode())


def _ticket(installation: Installation, token: str) -> str:
    return installation.hashes.of("account.upload", token).hex()
