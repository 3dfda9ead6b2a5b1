"""Calling a WSGI app with one request that was read whole, and taking its answer whole.

Source: PEP 3333. Whole, because nothing here streams: an answer that fails half-way is then a 500, not a broken page.
"""

import io
import logging
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from campaign.mail_stand_in.wire import Head

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger(__name__)
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
Headers = list[tuple[str, str]]


def run_app(
    app: "WSGIApplication", head: Head, body: bytes, *, server: tuple[str, int], peer: str
) -> tuple[str, Headers, bytes]:
    """Answer one request.

    Args:
        app: the WSGI app.
        head: the request's head.
        body: its whole body.
        server: the address it came to.
        peer: the address it came from.

    Returns:
        Status line, headers without length and connection, body; a 500 when the app raised.
    """
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: _ExcInfo = None, /) -> Callable[[bytes], object]:
        del exc_info  # nothing is sent before the app is done, so a new start simply replaces the old
        started.append((status, headers))
        return written.append

    try:
        result = app(_environ(head, body, server, peer), start_response)
        try:
            written.extend(result)
        finally:
            getattr(result, "close", lambda: None)()
    except Exception:  # noqa: BLE001  # the last line: whatever an app raises, its client gets an answer
        _log.exception("%s %s failed", head.method, head.target)
        return "500 Internal Server Error", [("Content-Type", "text/plain")], b"Internal Server Error\n"
    status, headers = started[-1]
    kept = [pair for pair in headers if pair[0].lower() not in {"content-length", "connection"}]
    return status, kept, b"".join(written)


def _environ(head: Head, body: bytes, server: tuple[str, int], peer: str) -> dict[str, object]:
    path, _, query = head.target.partition("?")
    environ: dict[str, object] = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": head.version,
        "REMOTE_ADDR": peer,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in head.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name != "content-length" and "_" not in name:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
