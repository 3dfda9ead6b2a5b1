"""A small application with every hole that the attacks look for: what finds nothing here finds nothing anywhere."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SERVED_PATH = "/people"


class Holes:
    """Pages that may be shared hold what a request said; forms give back what was typed, and fall over."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answer badly."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "POST":
            return self._take(environ, start_response)
        if path == SERVED_PATH:
            return _look_up(environ, start_response)
        if path.startswith("/my/"):
            shown = "Amparo" if "cookie" in environ or "HTTP_COOKIE" in environ else path.rpartition("/")[2].title()
            start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "public, max-age=60")])
            return [shown.encode()]
        if "page=-1" in environ["QUERY_STRING"]:
            raise ValueError("page")
        headers = [("Content-Type", "text/html"), ("Cache-Control", "public, max-age=60")]
        if "HTTP_RANGE" in environ:
            headers.append(("Set-Cookie", "seen=1"))
        host = environ.get("HTTP_X_FORWARDED_HOST", environ["HTTP_HOST"])
        query, _, campaign = environ["QUERY_STRING"].partition("&utm_source=")
        said = f"{campaign} {environ.get('HTTP_COOKIE', '')}"
        key = path + "?" + query
        page = self._kept.setdefault(
            key, f"<link href='//{host}{path}' title='{said}'><form method=post></form>".encode()
        )
        start_response("200 OK", headers)
        return [page]

    @staticmethod
    def _take(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        held = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        typed = dict(parse_qsl(held.decode("latin-1"), keep_blank_values=True))
        if "\0" in typed.get("name", ""):
            raise ValueError("NUL")
        name = typed.get("name", "").replace("{{7919*6841}}", "54173879")
        headers = [("Content-Type", "text/html")]
        for line in name.splitlines()[1:]:
            header, _, value = line.partition(": ")
            if value:
                headers.append((header, value))
        start_response("200 OK", headers)
        return [f"Hello {name}".encode("utf-8", "replace")]


def _look_up(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
    name = dict(parse_qsl(environ["QUERY_STRING"])).get("name", "")
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.execute("INSERT INTO people VALUES ('ana')")
        try:
            found = connection.execute(f"SELECT name FROM people WHERE name = '{name}'").fetchall()
        except sqlite3.Error as error:
            found = [str(error)]
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<p>{len(found)} found: {found}</p>".encode()]


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of its base
        """Say nothing."""


@contextmanager
def serve_hole() -> Iterator[int]:
    """Serve it on loopback; gives the port."""
    with make_server("127.0.0.1", 0, Holes(), handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
