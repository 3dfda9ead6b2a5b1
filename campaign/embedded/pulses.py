"""Notice which of our programs' processes stand still, and end them: what died is started again by itself.

    beats (`campaign.kernel.pulse`) ─► one pipe ─► heard ─ 30 s of silence ─► killed ─► started again as always

Every process counts by itself: of a web server's workers only the one that stands still is ended. Watched is who was
heard once, and who is expected to be. When we ourselves were stopped, everybody's silence begins anew.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from campaign.embedded.identity import ProcessIdentity, identify
from campaign.kernel.pulse import BEAT

SILENCE_SECONDS = 30.0
START_SECONDS = 90.0
"""How long a program that was begun may take to its first beat: a loaded machine imports slowly."""

_AWAY_SECONDS = 10.0
"""So long after we looked last, we did not run ourselves."""

_MOST_BYTES = 65_536  # of a pipe: pipe(7)


@dataclass
class _Watched:
    process: ProcessIdentity
    silent_at: float


class Pulses:
    """One pipe for all programs of a crew, and who was heard in it.

    `write_end` is the descriptor they inherit.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read_end, self.write_end = os.pipe()
        for end in (self._read_end, self.write_end):
            os.set_blocking(end, False)
        self._watched: dict[int, _Watched] = {}
        self._looked_at = clock()

    def expect(self, process: ProcessIdentity) -> None:
        """Watch a process that has not been heard yet."""
        self._watched[process.pid] = _Watched(process, self._clock() + START_SECONDS)

    def find_silent(self) -> list[ProcessIdentity]:
        """Return the watched processes that still run, and have been silent for too long. Call it often."""
        now = self._clock()
        if now - self._looked_at > _AWAY_SECONDS:
            for watched in self._watched.values():
                watched.silent_at = max(watched.silent_at, now + SILENCE_SECONDS)
        self._looked_at = now
        for pid in self._read():
            self._hear(pid, now)
        silent = [watched.process for watched in self._watched.values() if now > watched.silent_at]
        for process in silent:
            del self._watched[process.pid]
        return [process for process in silent if process.is_running()]

    def close(self) -> None:
        """Listen no more."""
        os.close(self._read_end)
        os.close(self.write_end)

    def _read(self) -> set[int]:
        try:
            beats = os.read(self._read_end, _MOST_BYTES)
        except BlockingIOError:
            return set()
        return {pid for (pid,) in BEAT.iter_unpack(beats)}

    def _hear(self, pid: int, now: float) -> None:
        known = self._watched.get(pid)
        process = known.process if known is not None and known.process.is_running() else identify(pid)
        if process is not None:
            self._watched[pid] = _Watched(process, now + SILENCE_SECONDS)
