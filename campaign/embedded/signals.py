"""Signals as something to wait for: asked to stop, or a child ended."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Bell:
    """Rings when a signal arrives, and remembers how often it was asked to stop."""

    def __init__(self, read_end: int) -> None:
        self._read_end = read_end
        self.stops = 0

    def wait(self, seconds: float) -> None:
        """Sleep until a signal arrives, at most so long."""
        ready, _, _ = select.select([self._read_end], [], [], seconds)
        if ready:
            os.read(self._read_end, 4096)

    def asked_to_stop(self) -> bool:
        """Say whether SIGTERM or SIGINT arrived."""
        return self.stops > 0

    def is_hurried(self) -> bool:
        """Say whether somebody asked twice: then nothing is waited for any more."""
        return self.stops > 1

    def note_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Count one wish to stop."""
        self.stops += 1


@contextmanager
def bell() -> Iterator[Bell]:
    """Listen for SIGTERM, SIGINT and SIGCHLD for the length of the block (main thread only)."""
    read_end, write_end = os.pipe()
    for end in (read_end, write_end):
        os.set_blocking(end, False)
    listening = Bell(read_end)
    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, listening.note_stop),
        signal.SIGINT: signal.signal(signal.SIGINT, listening.note_stop),
        # Without a handler of Python's, the wake-up below would not happen.
        signal.SIGCHLD: signal.signal(signal.SIGCHLD, lambda _number, _frame: None),
    }
    wakeup_before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    try:
        yield listening
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read_end)
        os.close(write_end)
