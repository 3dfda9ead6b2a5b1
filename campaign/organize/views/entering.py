"""What the doors share by which one comes in: how a page begins, where one goes on, how the cookie is set."""

from datetime import timedelta
from math import ceil

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaign.accounts.sessions import end_token
from campaign.accounts.web.cookies import forget_next, next_token, session_token, set_session
from campaign.accounts.web.devices import device_of
from campaign.accounts.web.guards import comes_from_here
from campaign.actions.intake import Intake
from campaign.kernel.errors import ForbiddenError
from campaign.kernel.headers import no_store
from campaign.kernel.languages import ORGANIZERS, best, preferences
from campaign.kernel.limits import Poster
from campaign.kernel.localized import use_language
from campaign.kernel.network import client_ip, line_of


def open_door() -> None:
    """Write the answer in the browser's language, keep it nowhere; refuse forms of other sites, and too many."""
    no_store()
    use_language(best(preferences(request.headers.get("Accept-Language", "")), ORGANIZERS, "en"))
    if request.method == "POST":
        if not comes_from_here():
            raise ForbiddenError("this form was not posted from here")
        intake: Intake = current_app.extensions["campaign.intake"]
        intake.check_limits(Poster(_ip()))


def line() -> str:
    """Return where the browser is, as tries are counted by it."""
    return line_of(_ip())


def device() -> str:
    """Return which browser and system it is, in words."""
    return device_of(request.headers.get("User-Agent", ""))


def _ip() -> str:
    return client_ip(request, current_app.config["SETTINGS"].trusted_proxies)


def posted_next() -> str:
    """Return where to go on, as the present form or address has it."""
    return next_address((request.form if request.method == "POST" else request.args).get("next", ""))


def next_address(typed: str) -> str:
    """Return where to go on: a page of the organizers' side, whatever was asked for."""
    home = url_for("organize.home")
    is_path = "\\" not in typed and "//" not in typed and typed.isprintable()
    return typed if is_path and typed.startswith((f"{home}/", f"{home}?")) else home


def kept_next() -> str:
    """Return where this browser wanted to go when it asked for a link."""
    return next_address(next_token())


def end_before(session: Session) -> None:
    """End the session that this browser has so far: who signs in has one, and it is new."""
    end_token(session, session_token())


def into(token: str, there: str) -> ResponseReturnValue:
    """Sign the browser in, and lead on."""
    response: Response = redirect(next_address(there), 303)
    set_session(response, token)
    forget_next(response)
    return response


def minutes(wait: timedelta) -> int:
    """Return how long a wait is, as it is told: whole minutes, at least one."""
    return max(1, ceil(wait.total_seconds() / 60))
