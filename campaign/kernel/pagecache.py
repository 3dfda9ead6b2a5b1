"""Answers anonymous readers of public pages before Flask is entered; a campaign in the news must not cost a query each.

One cache per process, in front of everything. A view opts in with `keeping.cache_page`; the life of an answer::

    miss ─► stored ─► fresh (max-age) ─► stale ─► refreshed
     │                                    └─ one request refreshes, the others get the stale copy for a few seconds
     └─ one request makes it, the others wait for that (`campaign.kernel.makers`), so that a process that has just
        started, or a page that is in the news, asks the database once

Two readers share an answer only when path, what the page reads of the query (`pagekey`), and what their browsers want
to read are the same. Whatever else they bring, of other hosts' cookies and networks' parameters, is taken off before
the page could read it. Only a 200 without `Set-Cookie`, that no view called private, is kept.

A refresh that fails for a reason of ours (5xx) throws no copy away: as long as it is good enough, readers get it, and
one of them asks again each second. Else the database, back from a restart, would meet every reader at once.

`via` says who shared a link and is written into the form, so each code has a page of its own: one link that goes round
the world must cost no more than the address without it. What looks like a code is enough to be kept, since proving it
would cost what it saves. Made-up codes, as all values that are made up, take room up to `max_bytes` and no further;
each look at a page moves it away from the end that is dropped, so they push out one another, not the pages that people
read.

Sources: RFC 9111 (caching), RFC 5861 (stale-while-revalidate), RFC 9110 §13 (conditional requests).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from campaign.kernel.encodings import choose_coding
from campaign.kernel.keeping import SECONDS_KEY, STALE_SECONDS
from campaign.kernel.keptpage import Answer, Copy, KeptPage, close
from campaign.kernel.makers import Makers, Turn
from campaign.kernel.pagekey import Key, Reads, narrow, plain_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT_MAX_BYTES = 16 * 1024 * 1024
_RETRY_SECONDS = 1
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
"""What would make the answer to a refresh no whole page. Of these the cache itself goes by the first alone."""


class PageCache:
    """WSGI middleware that keeps public answers.

    Args:
        app: what is behind.
        max_bytes: most memory the kept answers take, in bytes; the least recently used go first.
        on_response: called with the status code of every answer, kept or not.
        reads_of: what the page at a path reads (`pagekey.shared_pages`), None where no answer of it may be kept.
        monotonic: the clock, in seconds.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        max_bytes: int = DEFAULT_MAX_BYTES,
        on_response: Callable[[int], None] = lambda _status: None,
        monotonic: Callable[[], float] = time.monotonic,
        reads_of: Callable[[str], Reads | None] = lambda _path: None,
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._on_response = on_response
        self._monotonic = monotonic
        self._reads_of = reads_of
        self._makers: Makers[Key] = Makers()
        self._packers: Makers[tuple[Key, str]] = Makers()
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from memory where that is allowed; else ask the application, and keep the answer if it may be kept."""
        key = plain_key(environ)
        page = self._pages.get(key) if key else None
        if page is None:
            key = self._narrow(environ)
            page = self._pages.get(key) if key else None
        if key is None:
            return self._ask(None, environ, start_response)
        if page is not None and self._monotonic() < page.refresh_at:
            return self._serve(key, page, environ, start_response)
        return self._renew(key, page, environ, start_response)

    def _narrow(self, environ: "WSGIEnvironment") -> Key | None:
        """Leave the page what it reads of the request; return its key, None where nothing is kept of it."""
        reads = self._reads_of(environ.get("PATH_INFO", "")) if environ["REQUEST_METHOD"] in ("GET", "HEAD") else None
        return narrow(environ, reads) if reads is not None else None

    def clear(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _renew(
        self, key: Key, page: KeptPage | None, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer where nothing fresh is kept: one reader makes it; the others get the stale copy, or wait for it."""
        found: KeptPage | None
        if page is not None and page is self._good_enough(key):
            turn = self._makers.begin(key)
            found = page if turn is None else None
        else:
            found, turn = self._makers.join(key, lambda: self._good_enough(key))
        if found is not None:
            return self._serve(key, found, environ, start_response)
        if turn is not None:
            return self._make(key, turn, page, environ, start_response)
        return self._ask(key, environ, start_response, is_whole=True)

    def _good_enough(self, key: Key) -> KeptPage | None:
        page = self._pages.get(key)
        return page if page is not None and self._monotonic() < page.expires_at + STALE_SECONDS else None

    def _make(
        self,
        key: Key,
        turn: Turn[Key],
        before: KeptPage | None,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """Ask anew, at our turn; unless that was done between our look and our turn."""
        try:
            newer = self._pages.get(key)
            if newer is not None and newer is not before:
                return self._serve(key, newer, environ, start_response)
            return self._ask(key, environ, start_response, turn=turn, is_whole=True)
        finally:
            self._makers.end(turn)

    def _serve(
        self, key: Key, page: KeptPage, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        copy = self._choose_copy(key, page, accepted) if accepted and page.can_pack else page.plain
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and copy.is_known_to(asked):
            start_response("304 NOT MODIFIED", list(copy.not_modified_headers))
            self._on_response(304)
            return []
        start_response(page.status, list(copy.headers))
        self._on_response(200)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [copy.body]

    def _choose_copy(self, key: Key, page: KeptPage, accepted: str) -> Copy:
        coding = choose_coding(accepted)
        if coding is None:
            return page.plain
        found = page.packed.get(coding)
        if found is not None:
            return found
        turn = self._packers.begin((key, coding))
        if turn is None:
            return page.plain  # while another reader packs it, which takes longer than to send it as it is
        try:
            made = page.packed.get(coding) or page.pack(coding)
            with self._lock:
                if coding not in page.packed:
                    page.packed[coding] = made
                    page.size += made.size
                    if self._pages.get(key) is page:
                        self._bytes += made.size
                        self._make_room()
        finally:
            self._packers.end(turn)
        return made

    def _ask(
        self,
        key: Key | None,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        *,
        turn: Turn[Key] | None = None,
        is_whole: bool = False,
    ) -> Iterable[bytes]:
        """Ask the application. A page that may be kept is asked for whole, whatever part of it this reader wants."""
        known = self._pages.get(key) if key is not None else None
        method = environ["REQUEST_METHOD"]
        conditions = {}
        if is_whole:
            environ["REQUEST_METHOD"] = "GET"
            conditions = {name: environ.pop(name) for name in _CONDITIONS if name in environ}
        answer, asked_at = Answer(), self._monotonic()
        parts = self._app(environ, answer.start)
        environ.update(conditions, REQUEST_METHOD=method)
        page = self._keep(key, answer, environ, parts, method="GET" if is_whole else method, asked_at=asked_at)
        if page is None and known is not None and answer.is_our_fault and self._spare(known):
            close(parts)
            page = known
        if turn is not None:
            turn.is_for_nobody = not answer.is_our_fault and (page is None or self._pages.get(turn.key) is not page)
        if key is not None and page is not None:
            return self._serve(key, page, environ, start_response)
        start_response(answer.status, answer.headers)
        self._on_response(int(answer.status[:3]))
        if known is not None:
            self._forget(key)
        if is_whole and method == "HEAD":
            close(parts)
            return []
        return parts

    def _spare(self, page: KeptPage) -> bool:
        """Let nobody ask for a newer copy for a second; False where this one is past its grace."""
        at = self._monotonic()
        if at >= page.expires_at + STALE_SECONDS:
            return False
        page.refresh_at = at + _RETRY_SECONDS
        return True

    def _keep(
        self,
        key: Key | None,
        answer: "Answer",
        environ: "WSGIEnvironment",
        parts: Iterable[bytes],
        *,
        method: str,
        asked_at: float,
    ) -> KeptPage | None:
        """Keep a page that may be, from when it was asked for: it tells what was so then, however long it took."""
        seconds = environ.pop(SECONDS_KEY, None)
        if key is None or seconds is None or method != "GET" or not answer.may_be_kept:
            return None
        try:
            body = b"".join(parts)
        finally:
            close(parts)
        page = KeptPage(answer.status, answer.headers, body, asked_at + seconds)
        self._store(key, page)
        return page

    def _store(self, key: Key, page: KeptPage) -> None:
        with self._lock:
            self._drop(key)
            if page.size > self._max_bytes:
                return
            self._pages[key] = page
            self._bytes += page.size
            self._make_room()

    def _make_room(self) -> None:
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._pages)))

    def _forget(self, key: Key | None) -> None:
        with self._lock:
            if key is not None:
                self._drop(key)

    def _drop(self, key: Key) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self._bytes -= old.size
