"""Takes each request from granian, has its body received, and answers it by the application, in granian's threads.

granian's RSGI is made for an event loop. There is none here: it calls `enter` in one of its threads for each request,
and `Loop.call_soon_threadsafe` in one of them when a body has arrived; both answer in that thread. So a request costs
what it costs by granian's WSGI interface, and one that is still being sent costs no thread.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from campaign.kernel.keptpage import close, no_write
from campaign.kernel.refusals import REFUSED_KEY
from campaign.kernel.uploads import LARGEST_BODY, MAY_UPLOAD_KEY, MayUpload
from campaign.serving.bodies import GONE, LARGEST, Bodies, Refused, Source
from campaign.serving.environ import Scope, UnreadableError, make_environ, put_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS", "TRACE")
_PLAIN = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]

Header = tuple[str, str]


class Answerable(Source, Protocol):
    """A request that waits for its answer; only the first one given counts."""

    def response_bytes(self, status: int, headers: list[Header], body: bytes) -> None:
        """Send the answer."""


class Call(Protocol):
    """What granian hands over for each request."""

    scope: Scope
    proto: Answerable


class Loop:
    """What granian takes for an event loop: runs what it is given, in the thread that gives it."""

    def call_soon(self, callback: Callable[..., object], *values: object, context: object = None) -> None:
        """Run `callback` now."""
        del context
        callback(*values)

    call_soon_threadsafe = call_soon


class Door:
    """Where granian hands requests in.

    Args:
        app: the application.
        base: what is the same in every request's environment.
        bodies: receives what is posted.
    """

    def __init__(self, app: "WSGIApplication", base: "WSGIEnvironment", bodies: Bodies | None = None) -> None:
        self._app = app
        self._base = base
        self._bodies = bodies or Bodies()
        self._may_upload: MayUpload = getattr(app, "extensions", {}).get(MAY_UPLOAD_KEY, _never)

    def enter(self, call: Call) -> None:
        """Answer a request, now or when its body is there. Raises nothing: granian would leave the client waiting."""
        proto = call.proto
        try:
            self._enter(call.scope, proto)
        except Exception:
            log.exception("a request failed at the door")
            _give_up(proto)

    def _enter(self, scope: Scope, proto: Answerable) -> None:
        try:
            environ = make_environ(self._base, scope)
        except UnreadableError:
            proto.response_bytes(400, _PLAIN, b"bad request\n")
            return
        length = environ.get("CONTENT_LENGTH", "")
        is_unmeasured = "HTTP_TRANSFER_ENCODING" in environ
        if environ["REQUEST_METHOD"] in _WITHOUT_BODY or not (is_unmeasured or length.strip("0")):
            environ.pop("CONTENT_LENGTH", None)
            self._answer(environ, proto)
            return

        def ended(body: bytes | Refused | None) -> None:
            if body is GONE:
                _give_up(proto)
                return
            if isinstance(body, Refused):
                environ[REFUSED_KEY] = int(body)
                body = b""
            put_body(environ, body)
            self._answer(environ, proto)

        told = int(length) if length.isdecimal() and not is_unmeasured else None
        is_file = told is not None and told > LARGEST and self._may_upload(environ)
        self._bodies.receive(proto, told, ended, largest=LARGEST_BODY if is_file else LARGEST)

    def _answer(self, environ: "WSGIEnvironment", proto: Answerable) -> None:
        try:
            status, headers, body = _call(self._app, environ)
            if REFUSED_KEY in environ:
                headers = [*headers, ("Connection", "close")]  # the rest of its body is not read
            proto.response_bytes(status, headers, body)
        except Exception:
            log.exception("the application failed")
            _give_up(proto)


def _never(_environ: "WSGIEnvironment") -> bool:
    return False


def _call(app: "WSGIApplication", environ: "WSGIEnvironment") -> tuple[int, list[Header], bytes]:
    """Return the whole answer of `app`, so that a slow reader holds no thread; none of ours is long."""
    begun: list[Any] = []

    def start(status: str, headers: list[Header], exc_info: object = None, /) -> Callable[[bytes], object]:
        del exc_info
        begun[:] = [int(status[:3]), headers]
        return no_write

    parts = app(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close(parts)
    status, headers = begun
    return status, headers, body


def _give_up(proto: Answerable) -> None:
    with suppress(Exception):
        proto.response_bytes(500, _PLAIN, b"")
