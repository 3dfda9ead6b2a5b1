"""Asks a site whatever an attacker would, and reads what came back: over loopback, or a WSGI application directly."""

import http.client
import io
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = Sequence[tuple[str, str]]
FORM = ("Content-Type", "application/x-www-form-urlencoded")
ANSWER_SECONDS = 30.0
_TRACES = (b"Traceback (most recent call last)", b"psycopg.errors", b"sqlalchemy.exc", b'File "/')


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return the values of a header, joined; empty without one."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def is_shared(self) -> bool:
        """Whether it may be given to others."""
        return "public" in self.header("Cache-Control")

    def faults(self) -> list[str]:
        """Return what no answer may be: an error of the server's, a look inside it."""
        found = []
        if self.status == 0:
            found.append("no answer")
        if self.status >= 500 and self.status != 503:
            found.append(f"answered {self.status}")
        if any(trace in self.body for trace in _TRACES):
            found.append("shows a stack trace")
        return found


Ask = Callable[[str, str, Headers, bytes], Answer]
"""Method, target (path and query, as it goes over the wire), headers, body."""


class Site:
    """A site on loopback. May be used by many threads; counts what was asked."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.requests = 0
        self._lock = threading.Lock()

    def __call__(self, method: str, target: str, headers: Headers = (), body: bytes = b"") -> Answer:
        """Ask; a header `Host` replaces the site's own."""
        with self._lock:
            self.requests += 1
        connection = http.client.HTTPConnection(self.host, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            if not any(name.lower() == "host" for name, _ in headers):
                connection.putheader("Host", f"{self.host}:{self.port}")
            for name, value in headers:
                connection.putheader(name, value.encode("latin-1", "replace"))
            if body or method == "POST":
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        except (OSError, http.client.HTTPException):
            return Answer(0, (), b"")
        finally:
            connection.close()


def in_process(app: "WSGIApplication") -> Ask:
    """Return what asks a WSGI application without a server."""

    def ask(method: str, target: str, headers: Headers = (), body: bytes = b"") -> Answer:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "CONTENT_LENGTH": str(len(body)),
        }
        for name, value in headers:
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        told: list[Any] = []

        def start(status: str, answered: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            told[:] = [int(status[:3]), answered]
            return told.append

        try:
            parts = b"".join(app(environ, start))
        except Exception:  # noqa: BLE001 - whatever it raises, a server answers 500
            return Answer(500, (), b"")
        return Answer(told[0], told[1], parts)

    return ask


def without_stamps(body: bytes) -> bytes:
    """Return a page without what is new at each look: the stamps in its forms."""
    return re.sub(rb'(name="(?:stamp|t)" value=")[^"]*', rb"\1", body)
