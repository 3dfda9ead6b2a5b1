"""Receives what is posted while no thread waits for it, and gives up on what comes too slowly.

    awaited ─► whole           the request goes in, and only now takes a thread
       ├─────► gone            the client left: nothing goes in, so that half a letter is never taken for one
       ├─────► refused (413)   no door takes as much
       ├─────► refused (408)   it took longer than its length allows
       └─────► refused (503)   too much is on its way in this process already

Whoever takes a body off the list of those awaited speaks for it: its last piece, or the watch that found it late.

Source: granian 2.8's RSGI protocol (`__call__`, `__aiter__`); tried: a piece that is empty ends the body, and one more
empty piece behind it means that the client broke off.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

log = logging.getLogger(__name__)

LARGEST = 1_000_000
"""Most that any door takes of anybody, in bytes: a batch of the provider's events. Forms have a limit of their own,
below it; who may bring a file brings more."""

GRACE_SECONDS = 20.0
"""What any body may take, so that a form of a few hundred bytes arrives over the weakest network."""

LEAST_BYTES_PER_SECOND = 8192
"""How fast a longer one must be on the whole, beyond its grace."""

_LARGE = 16 * 1024
_MOST_LARGE_BYTES = 64 * 1024 * 1024
_MOST_FILE_BYTES = 34 * 1024 * 1024  # three at once, apart from the others: a letter never waits for somebody's picture
_LOOK_SECONDS = 1.0


class Awaitable(Protocol):
    """What granian gives for a body, or a piece of it."""

    def add_done_callback(self, callback: Callable[["Awaitable"], None], context: None = None, /) -> None:
        """Have `callback` called when it is there, or broken off."""

    def __next__(self) -> object:
        """Raise StopIteration with the bytes, or what went wrong."""

    def cancel(self) -> bool:
        """Await no more."""


class Source(Protocol):
    """Where a body comes from: all of it, or piece by piece."""

    def __call__(self) -> Awaitable:
        """Ask for all of it."""

    def __aiter__(self) -> object:
        """Begin to ask for pieces."""

    def __anext__(self) -> Awaitable:
        """Ask for the next piece; StopAsyncIteration behind the last."""


class Refused(int):
    """The HTTP status by which a body is refused."""


GONE = None
Ended = Callable[[bytes | Refused | None], None]
"""Told once how a body ended: with itself, refused, or `GONE`."""


class Bodies:
    """The bodies that are awaited in this process.

    Args:
        monotonic: the clock, in seconds.
        watches: whether a thread looks for late ones; tests look themselves (`drop_late`).
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, *, watches: bool = True) -> None:
        self._monotonic = monotonic
        self._awaited: dict[int, _Awaited] = {}
        self._large_bytes = 0
        self._file_bytes = 0
        self._lock = threading.Lock()
        self._watches = watches

    def receive(self, source: Source, length: int | None, ended: Ended, *, largest: int = LARGEST) -> None:
        """Await a body of `length` bytes, or of unknown length, and tell `ended` once; returns at once.

        `largest`: most that it may have, where it may have more than others; told beforehand, as browsers do.
        """
        most = LARGEST if length is None else length
        if most > largest:
            ended(Refused(413))
            return
        one = _Awaited(self, source, most, self._monotonic() + allowed_seconds(most), ended)
        if not self._put(one):
            ended(Refused(503))
            return
        if length is None:
            source.__aiter__()
            one.next_piece()
        else:
            one.whole()

    def drop_late(self) -> None:
        """Refuse those whose time is over."""
        at = self._monotonic()
        for one in [one for one in list(self._awaited.values()) if one.until <= at]:
            try:
                one.end(Refused(408))
            except Exception:  # the next ones are late, too
                log.exception("a late body could not be refused")

    def take(self, one: "_Awaited") -> bool:
        """Take a body off the list; False where somebody else has."""
        with self._lock:
            if self._awaited.pop(id(one), None) is None:
                return False
            self._large_bytes -= one.large_bytes
            self._file_bytes -= one.file_bytes
            return True

    def _put(self, one: "_Awaited") -> bool:
        with self._lock:
            if one.large_bytes and self._large_bytes + one.large_bytes > _MOST_LARGE_BYTES:
                return False
            if one.file_bytes and self._file_bytes + one.file_bytes > _MOST_FILE_BYTES:
                return False
            self._large_bytes += one.large_bytes
            self._file_bytes += one.file_bytes
            self._awaited[id(one)] = one
            if self._watches:
                # Begun with the first body: a thread would not outlive the fork that made this process.
                self._watches = False
                threading.Thread(target=self._watch, name="late bodies", daemon=True).start()
        return True

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            self.drop_late()


def allowed_seconds(length: int) -> float:
    """Return how long a body of `length` bytes may take to arrive."""
    return GRACE_SECONDS + length / LEAST_BYTES_PER_SECOND


class _Awaited:
    """One body on its way."""

    def __init__(self, bodies: Bodies, source: Source, most: int, until: float, ended: Ended) -> None:
        self._bodies, self._source, self._most, self._ended = bodies, source, most, ended
        self.until = until
        self.file_bytes = most if most > LARGEST else 0
        self.large_bytes = most if LARGEST >= most > _LARGE else 0
        self._pieces: list[bytes] = []
        self._size = 0
        self._now: Awaitable | None = None

    def whole(self) -> None:
        self._now = self._source()
        self._now.add_done_callback(self._got_whole, None)

    def next_piece(self) -> None:
        try:
            self._now = self._source.__anext__()
        except StopAsyncIteration:
            is_whole = self._pieces[-1:] == [b""] and self._pieces[-2:] != [b"", b""]
            self.end(b"".join(self._pieces) if is_whole else GONE)
            return
        self._now.add_done_callback(self._got_piece, None)

    def end(self, how: bytes | Refused | None) -> None:
        if not self._bodies.take(self):
            return
        if not isinstance(how, bytes) and self._now is not None:
            with suppress(Exception):
                self._now.cancel()
        self._ended(how)

    def _got_whole(self, awaitable: Awaitable) -> None:
        self.end(_result(awaitable))

    def _got_piece(self, awaitable: Awaitable) -> None:
        piece = _result(awaitable)
        if piece is None:
            self.end(GONE)
            return
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > self._most:
            self.end(Refused(413))
        else:
            self.next_piece()


def _result(awaitable: Awaitable) -> bytes | None:
    try:
        next(awaitable)
    except StopIteration as ended:
        return bytes(ended.value)
    except Exception:  # noqa: BLE001 - the client left, or was cut off: granian says it with types of its own
        return None
    return None
