"""Lets one thread make what several want at the same moment; the others wait for it, for a while.

    nobody makes it ─► whoever comes makes it ─► made: those who wait find it
                             ├─ not made, by a fault ─► the next of those who wait makes it
                             ├─ nothing that can be shared ─► each makes its own
                             └─ takes too long ─► the next of those who wait makes it, too

A maker that fails or hangs locks nobody out: its turn ends after `SECONDS`, and nobody waits longer than twice that.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

SECONDS = 2.0
"""How long one turn keeps the others waiting: longer than any page takes, shorter than a reader's patience."""


class Turn(Generic[K]):
    """The turn to make what belongs to `key`. Set `is_for_nobody` where what was made cannot be shared."""

    __slots__ = ("done", "is_for_nobody", "key", "over_at")

    def __init__(self, key: K, over_at: float) -> None:
        self.key = key
        self.over_at = over_at
        self.done = threading.Event()
        self.is_for_nobody = False


class Makers(Generic[K]):
    """Who makes what in this process. Each turn that is given must be ended.

    Args:
        seconds: how long one turn keeps others waiting.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._turns: dict[K, Turn[K]] = {}
        self._lock = threading.Lock()

    def begin(self, key: K) -> Turn[K] | None:
        """Return the turn to make it, or None where somebody else has it; waits for nobody."""
        with self._lock:
            return self._begin(key)

    def join(self, key: K, look: Callable[[], T | None]) -> tuple[T | None, Turn[K] | None]:
        """Return what `look` finds, or the turn to make it; neither where one has waited long enough, or in vain."""
        give_up_at = time.monotonic() + 2 * self._seconds
        while True:
            with self._lock:
                found = look()
                if found is not None:
                    return found, None
                turn = self._begin(key)
                if turn is not None:
                    return None, turn
                other = self._turns[key]
            rest = min(other.over_at, give_up_at) - time.monotonic()
            other.done.wait(max(rest, 0.0))
            if other.is_for_nobody or time.monotonic() >= give_up_at:
                return look(), None

    def end(self, turn: Turn[K]) -> None:
        """End a turn, whatever came of it."""
        with self._lock:
            if self._turns.get(turn.key) is turn:
                del self._turns[turn.key]
        turn.done.set()

    def _begin(self, key: K) -> Turn[K] | None:
        at = time.monotonic()
        other = self._turns.get(key)
        if other is not None and at < other.over_at:
            return None
        turn = self._turns[key] = Turn(key, at + self._seconds)
        return turn
