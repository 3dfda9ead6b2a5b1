"""Commands that run once and end: making keys, migrating, loading the demonstration."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from campaign.embedded.children import spawn
from campaign.embedded.errors import ServicesError


class Errand:
    """One such command, running beside us. `answers`: whether what it prints is for us to read."""

    def __init__(
        self, what: str, command: Sequence[str], environ: Mapping[str, str], folder: Path, *, answers: bool = False
    ) -> None:
        self.what = what
        # What goes wrong belongs to the operator; what such a command prints is for who runs it by hand.
        self._child = spawn(
            command,
            environ=environ,
            folder=folder,
            log=sys.stderr.buffer,
            stdin=subprocess.PIPE,
            keeps_output=False,
            stdout=subprocess.PIPE if answers else None,
        )

    def open_gate(self, environ: Mapping[str, str]) -> None:
        """Tell a command that waits at its gate (gate.py) to run, with what its environment lacked."""
        assert self._child.stdin is not None  # noqa: S101 - a pipe by construction
        open_gate(self._child.stdin, environ)

    def is_done(self) -> bool:
        """Say whether it ended, well or not."""
        return self._child.poll() is not None

    def has_failed(self) -> bool:
        """Say whether it ended badly."""
        return bool(self._child.poll())

    def answer(self) -> str:
        """Return what it printed, once it is done; "" where it ended badly."""
        assert self._child.stdout is not None  # noqa: S101 - a pipe by construction
        with self._child.stdout as printed:
            return "" if self.has_failed() else printed.read().decode().strip()

    def finish(self, pause: Callable[[float], None], is_stopped: Callable[[], bool], seconds: float) -> None:
        """Wait for its good end.

        Raises:
            ServicesError: It failed or took too long. Nothing is raised when we were asked to stop meanwhile.
        """
        deadline = time.monotonic() + seconds
        while not self.is_done():
            if is_stopped() or time.monotonic() > deadline:
                self.cancel()
                if is_stopped():
                    return
                raise ServicesError(f"{self.what} did not finish within {seconds:g} seconds")
            pause(0.1)
        if self.has_failed():
            raise ServicesError(f"{self.what} failed (exit {self._child.returncode}); its words stand above")

    def cancel(self) -> None:
        """End it if it still runs."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(5)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self._child.wait()


def open_gate(gate: IO[bytes], environ: Mapping[str, str]) -> None:
    """Write the environment to the standard input of a process that waits for it (or, dead, no longer does)."""
    with suppress(BrokenPipeError), gate:
        gate.write(json.dumps(dict(environ)).encode())
