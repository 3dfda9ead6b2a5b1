"""Who runs now: `DIR/run/processes.json`, kept current, read by the next start and by chaos tests.

    {"mark": "…", "supervisor": {"pid": 1, "started": "…"},
     "processes": [{"role": "web", "pid": 2, "started": "…", "stop_signal": 15}, …]}

Roles: postgres, valkey, limits, mailbox, web (the server's main process), `worker LANE N`, ticker. `mark` stands in the
environment of every child (`CAMPAIGN_RUN=mark`), by which their own children are recognized.
"""

import json
import secrets
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from campaign.embedded.errors import ServicesError
from campaign.embedded.identity import ProcessIdentity, end_firmly, myself, session_members, wait_gone
from campaign.embedded.secret_files import write_private

MARK_VARIABLE = "CAMPAIGN_RUN"
# Killed with their supervisor they are about to be gone anyway; a web server may be finishing its drain.
_LEFTOVER_SECONDS = 4.0


class Member(Protocol):
    """Something the supervisor keeps running: an embedded server or a program of ours."""

    @property
    def role(self) -> str:
        """Its name in the roster."""

    @property
    def stop_signal(self) -> int:
        """The signal that ends it in order."""

    @property
    def process(self) -> ProcessIdentity | None:
        """Its running process, None when it does not run."""

    def begin(self) -> None:
        """Start it, again if it ran before, without waiting for it."""

    def stop(self) -> None:
        """End it in order and wait."""


@dataclass(frozen=True)
class _Entry:
    process: ProcessIdentity
    stop_signal: int


class ProcessList:
    """The file, written anew at every change."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "run/processes.json"
        self.mark = secrets.token_hex(16)

    def write(self, members: Iterable[Member]) -> None:
        """Write down who runs now."""
        me = myself()
        listed = [
            {
                "role": member.role,
                "pid": process.pid,
                "started": process.started,
                "stop_signal": int(member.stop_signal),
            }
            for member in members
            if (process := member.process) is not None
        ]
        supervisor = {"pid": me.pid, "started": me.started}
        write_private(
            self._file, json.dumps({"mark": self.mark, "supervisor": supervisor, "processes": listed}, indent=1)
        )

    def clear(self) -> None:
        """Say that nobody runs."""
        self._file.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what a killed supervisor left running: each by pid and start time, then their own children by the mark.

        Raises:
            ServicesError: One of them does not end.
        """
        mark, entries = self._read()
        for entry in entries:
            entry.process.signal(entry.stop_signal)
        deadline = time.monotonic() + _LEFTOVER_SECONDS
        for entry in entries:
            gone = wait_gone(entry.process, max(0.0, deadline - time.monotonic())) or end_firmly(entry.process)
            if not gone:
                raise ServicesError(f"a process of an earlier run does not end (pid {entry.process.pid})")
        for entry in entries:
            sweep_session(entry.process.pid, mark)
        self.clear()

    def _read(self) -> tuple[str, list[_Entry]]:
        try:
            read = json.loads(self._file.read_text())
            entries = [
                _Entry(
                    ProcessIdentity(int(one["pid"]), str(one["started"])), int(one.get("stop_signal", signal.SIGTERM))
                )
                for one in read["processes"]
            ]
            return str(read["mark"]), entries
        except (OSError, ValueError, KeyError, TypeError):
            return "", []


def sweep_session(leader: int, mark: str) -> None:
    """Kill what a dead program started and left: web workers go on serving without their main process."""
    if mark:
        for orphan in session_members(leader, mark=f"{MARK_VARIABLE}={mark}"):
            end_firmly(orphan)
