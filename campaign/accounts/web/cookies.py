"""The cookies of the organizers' side. No page for the public reads any.

`__Host-organizer` holds a session's token. `__Host-organizer-asked` marks the browser that asked for a link, which
alone may use it; `__Host-organizer-next` is where it wanted to go. `__Host-`: only this host sets them, over TLS, for
all its paths; Chrome and Firefox take `http://localhost` for as good.

Source: RFC 6265bis, section 4.1.3.
"""

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from campaign.accounts.sessions import LASTS

SESSION = "__Host-organizer"
ASKED = "__Host-organizer-asked"
NEXT = "__Host-organizer-next"
_ASKED_LASTS = timedelta(hours=1)


def session_token() -> str:
    """Return what the session's cookie holds; "" without one."""
    return request.cookies.get(SESSION, "")


def asked_token() -> str:
    """Return what the cookie of a browser that asked for a link holds; "" without one."""
    return request.cookies.get(ASKED, "")


def next_token() -> str:
    """Return where a browser that asked for a link wanted to go; "" without one."""
    return request.cookies.get(NEXT, "")


def set_session(response: Response, token: str) -> None:
    """Sign the browser in: it forgets what it was before."""
    _set(response, SESSION, token, LASTS)
    forget_asked(response)


def set_asked(response: Response, token: str) -> None:
    """Mark the browser as the one that asked for a link."""
    _set(response, ASKED, token, _ASKED_LASTS)


def set_next(response: Response, there: str) -> None:
    """Keep where the browser wanted to go, for when its link is used."""
    _set(response, NEXT, there, _ASKED_LASTS)


def forget_next(response: Response) -> None:
    """Forget where the browser wanted to go."""
    if request.cookies.get(NEXT):
        response.delete_cookie(NEXT, secure=True, httponly=True, samesite="Lax")


def forget_session(response: Response) -> None:
    """Sign the browser out."""
    response.delete_cookie(SESSION, secure=True, httponly=True, samesite="Lax")


def forget_asked(response: Response) -> None:
    """Forget that the browser asked for a link."""
    response.delete_cookie(ASKED, secure=True, httponly=True, samesite="Lax")


def _set(response: Response, name: str, token: str, lasts: timedelta) -> None:
    response.set_cookie(name, token, max_age=lasts, secure=True, httponly=True, samesite="Lax")
