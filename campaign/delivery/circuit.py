"""Notice that the provider is away, and find out that it is back at the price of few messages.

::

    proven ─(most calls of a wave fail)─► open ─(its wait is over)─► probing ─(taken)─► proven
       └─(no call for a minute)─► untested ─► probing     ▲  └─(failed)──┘ waits longer

A call that times out may have been taken, and its messages cannot go again, or go twice; so nothing is risked while
nobody knows whether the provider answers. A new worker, one that was idle, and one whose calls failed begin with *one*
message. Each wave that is taken lets ten times as many go in the next one.

A wave of several calls fails when fewer than half of them were answered in order: single calls are lost on any day, and
are settled one by one. Waits double from a second to `most_seconds`, with jitter, so that workers do not come in step.

A probe costs a message that may stay unknown, so after a failure the provider is first asked something harmless
(`asks_first`); where that goes unanswered the wait begins anew. Every `PROBE_ANYWAY_SECONDS` a probe goes all the same:
what answers the question and what takes mail need not be the same machine.
"""

import logging
import random
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)

FIRST_SECONDS = 1.0
JITTER = 0.25
GROWTH = 10
STALE_SECONDS = 60.0
"""What was true of the provider so long ago says nothing about now."""

PROBE_ANYWAY_SECONDS = 600.0

WIDE_OPEN = 1_000_000
MOMENT_SECONDS = 0.05
"""How long to wait for the end of another thread's probe before one looks again."""


class Circuit:
    """The circuit of one lane in one worker; shared by its pumps.

    Args:
        lane: for the log.
        most_seconds: the longest wait.
        clock: seconds that only grow.
    """

    def __init__(self, lane: str, most_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lane = lane
        self._most_seconds = most_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._window = 1
        self._prober: int | None = None
        self._failures = 0
        self._not_before = float("-inf")
        self._taken_at = float("-inf")
        self._failed_at = float("-inf")

    def admit(self, most: int) -> int:
        """Return how many messages may be claimed now: `most`, fewer, or 0 where the lane is to wait.

        1 may be a probe: no other thread is admitted until this one has told (`tell`, `rest`), or left (`leave`).
        """
        with self._lock:
            if self._clock() < self._not_before or self._prober is not None:
                return 0
            if not self._is_fresh():
                self._window = 1
            if self._window == 1:
                self._prober = threading.get_ident()
            return min(self._window, most)

    @property
    def is_proven(self) -> bool:
        """Whether the provider took mail a moment ago, and nothing has failed since."""
        with self._lock:
            return self._window > 1 and self._is_fresh()

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is to be begun now, by whatever thread's doing."""
        with self._lock:
            return self._clock() < self._not_before

    @property
    def asks_first(self) -> bool:
        """Whether a harmless question should precede the probe."""
        with self._lock:
            return self._failures > 0 and self._clock() - self._failed_at < PROBE_ANYWAY_SECONDS

    def seconds_to_wait(self) -> float:
        """Return the seconds until the lane may go on; a moment while another thread probes; 0 where it may."""
        with self._lock:
            return max(self._not_before - self._clock(), 0.0 if self._prober is None else MOMENT_SECONDS, 0.0)

    def leave(self) -> None:
        """End this thread's admission, whether or not something was posted."""
        with self._lock:
            if self._prober == threading.get_ident():
                self._prober = None

    def rest(self, seconds: float) -> None:
        """Let the whole lane wait, as the provider asks."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock() + seconds)

    def unanswered(self) -> None:
        """Wait again, and longer: the harmless question had no answer."""
        with self._lock:
            self._open(0.0)

    def tell(self, taken: int, failed: int, asked_seconds: float = 0.0) -> bool:
        """Learn from a wave; returns whether its thread may go on with its claim.

        Args:
            taken: calls that were answered in order: taken, or refused as wrong.
            failed: calls that were refused as out of order, not written or lost.
            asked_seconds: how long the provider wants to be left alone.
        """
        with self._lock:
            if failed <= taken:
                self._close(grows=not failed)
                return True
            # What was under way when another thread's wave opened the circuit says nothing new.
            if self._prober == threading.get_ident() or (self._prober is None and self._clock() >= self._not_before):
                self._failed_at = self._clock()
                self._open(asked_seconds)
            return False

    def _is_fresh(self) -> bool:
        return self._clock() - self._taken_at <= STALE_SECONDS

    def _open(self, asked_seconds: float) -> None:
        wait = min(FIRST_SECONDS * 2.0 ** min(self._failures, 16), self._most_seconds)
        wait = max(wait * random.uniform(1 - JITTER, 1 + JITTER), asked_seconds)  # noqa: S311
        self._failures += 1
        self._window = 1
        self._not_before = self._clock() + wait
        _log.warning("lane %s: the mail provider is away (%d times), waiting %.1f s", self._lane, self._failures, wait)

    def _close(self, *, grows: bool) -> None:
        if self._failures:
            _log.warning("lane %s: the mail provider takes mail again", self._lane)
            self._not_before = float("-inf")
        self._failures = 0
        self._taken_at = self._clock()
        if grows:
            self._window = min(self._window * GROWTH, WIDE_OPEN)
