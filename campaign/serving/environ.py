"""What a request is to the application: the environment of PEP 3333, without the names that only look like others.

WSGI writes `X-Forwarded-For` and `X_Forwarded_For` under one name, so that a visitor's spelling could replace what our
proxy wrote. A name with `_` is therefore dropped here, where it can still be told from the one it resembles; nothing
that we read is spelled so. granian's own WSGI interface has joined them before any of our code runs.

Sources: PEP 3333; RFC 9110 §17.10 (names made into variables); granian's RSGI 1.5.
"""

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Headers(Protocol):
    """A request's headers: names in small letters. What holds other than visible ASCII is listed by name only."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return each line's name and value."""

    def __contains__(self, name: str, /) -> bool:
        """Whether there is a line of that name."""


class Scope(Protocol):
    """The head of a request, as granian gives it. `client` is `address:port`."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    client: str
    headers: Headers


class UnreadableError(Exception):
    """A header that we must be able to read, and cannot."""


def base_environ() -> "WSGIEnvironment":
    """Return what is the same in every request. Nothing of the process's own environment: there are secrets in it."""
    return {
        "SERVER_NAME": "localhost",  # PEP 3333 asks for both; our addresses are made from PUBLIC_URL
        "SERVER_PORT": "80",
        "SCRIPT_NAME": "",
        "HTTP_HOST": "",
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def make_environ(base: "WSGIEnvironment", scope: Scope) -> "WSGIEnvironment":
    """Return the environment of one request, as yet without what was posted.

    Raises:
        UnreadableError: `X-Forwarded-For` is there, and not readable: whom it came from must not be guessed.
    """
    environ = base.copy()
    environ["REQUEST_METHOD"] = scope.method
    environ["PATH_INFO"] = scope.path.encode().decode("latin-1")
    environ["QUERY_STRING"] = scope.query_string.encode().decode("latin-1")
    environ["SERVER_PROTOCOL"] = f"HTTP/{scope.http_version}"
    environ["REMOTE_ADDR"] = scope.client.rpartition(":")[0].strip("[]")
    environ["wsgi.url_scheme"] = scope.scheme
    environ["wsgi.input"] = io.BytesIO()
    seen = set()
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in _UNPREFIXED:
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in seen else value
        seen.add(key)
    if FORWARDED_FOR not in seen and "x-forwarded-for" in scope.headers:
        raise UnreadableError("X-Forwarded-For")
    return environ


def put_body(environ: "WSGIEnvironment", body: bytes) -> None:
    """Give a request what was posted, whole: its length is known, however it came."""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
