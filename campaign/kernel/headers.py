"""Headers of every answer: what a browser may load, embed and tell others about our pages.

Nothing inline, nothing from elsewhere, no frame around us: a page with a form that holds names must not be dressed up
by anybody else. Pages whose address or content carries a token are neither stored nor told about (`no_store`).

Sources: CSP Level 3; RFC 6797 (HSTS); OWASP secure headers.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SOURCES = ("style", "script", "img", "font", "connect", "manifest")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{source}-src 'self'" for source in _SOURCES),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
_OPEN = (("Referrer-Policy", "same-origin"), ("Cache-Control", "no-cache"))
_PRIVATE = (("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex"))

PRIVATE_KEY = "campaign.is_private"
"""Where a view says in the WSGI environment that its answer is somebody's own."""

_POLICY_KEY = "campaign.policy"
_MUTE = CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'none'")
_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; sandbox"
)
"""A mail's HTML part has its styles in its tags, as mail programs want them; nothing of it is loaded, nothing runs."""

Header = tuple[str, str]


def init_headers(app: Flask, *, is_https: bool, private_below: Sequence[str] = ()) -> None:
    """Put the headers on every answer of `app`; HSTS only where supporters reach us by TLS.

    Below the paths of `private_below` (each ends in a slash) every answer is private, also those that no view gives:
    of an address that is none, of a method that none takes.

    Side effects: wraps `app.wsgi_app`.
    """
    headers = (*_ALWAYS, _HSTS) if is_https else _ALWAYS
    app.wsgi_app = _Always(app.wsgi_app, headers, tuple(private_below))  # type: ignore[method-assign]


class _Always:
    """WSGI middleware: adds headers that an answer does not have of itself; a private answer's own give way.

    Below Flask's `Headers`, which looks through its list and checks its value for each one that is set.
    """

    def __init__(self, app: "WSGIApplication", headers: Sequence[Header], private_below: tuple[str, ...]) -> None:
        self._app, self._private_below = app, private_below
        self._open = [(name.lower(), (name, value)) for name, value in (*headers, *_OPEN)]
        self._private = [*headers, *_PRIVATE]
        self._by_policy = {
            policy: [(name, policy if name == "Content-Security-Policy" else value) for name, value in self._private]
            for policy in (CONTENT_SECURITY_POLICY, _MUTE, _MAIL)
        }
        self._of_private = {name.lower() for name, _ in self._private}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, and the answer back with its headers."""
        if environ["PATH_INFO"].startswith(self._private_below):
            environ[PRIVATE_KEY] = True

        def start(status: str, headers: list[Header], exc_info: Any = None, /) -> Any:  # noqa: ANN401 - PEP 3333
            if PRIVATE_KEY in environ:
                own = [header for header in headers if header[0].lower() not in self._of_private]
                private = self._by_policy[environ.get(_POLICY_KEY, CONTENT_SECURITY_POLICY)]
                return start_response(status, [*own, *private], exc_info)
            present = {name.lower() for name, _ in headers}
            headers = [*headers, *(header for name, header in self._open if name not in present)]
            return start_response(status, headers, exc_info)

        return self._app(environ, start)


def no_store() -> None:
    """Mark the answer to this request, error pages included, as holding a token or a person's data."""
    request.environ[PRIVATE_KEY] = True


def send_no_forms() -> None:
    """Let the browser send no form of the answer to this request, which holds a token (`no_store`)."""
    request.environ[_POLICY_KEY] = _MUTE


def send_as_mail() -> None:
    """Let the answer to this request, which is private (`no_store`), be a mail's HTML part: styled, and inert."""
    request.environ[_POLICY_KEY] = _MAIL
