"""Tell one process from every other, across restarts: its pid together with the moment it started.

A pid alone is not an identity. After a crash or a reboot the number written down yesterday may belong to a stranger,
and an installation that ends "its" leftovers by pid would kill that stranger.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_DEAD_STATES = frozenset("ZX")


@dataclass(frozen=True)
class ProcessIdentity:
    """One process: `pid`, and `started`, an opaque mark of when it started (comparable for equality only)."""

    pid: int
    started: str

    def is_running(self) -> bool:
        """Say whether this very process still runs. A zombie does not."""
        return start_mark(self.pid) == self.started

    def signal(self, number: int) -> None:
        """Send a signal to this process, if it still is this process."""
        if self.is_running():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return


def identify(pid: int) -> ProcessIdentity | None:
    """Return the identity of a running process, None when there is none under this pid."""
    started = start_mark(pid)
    return ProcessIdentity(pid, started) if started else None


def myself() -> ProcessIdentity:
    """Return the identity of the calling process."""
    return ProcessIdentity(os.getpid(), start_mark(os.getpid()))


def start_mark(pid: int) -> str:
    """Return an opaque mark of when `pid` started; empty when no such process runs.

    Source: proc_pid_stat(5), field 22 (clock ticks since boot), made unique across boots by the kernel's boot id.
    """
    if not _PROC.joinpath("self/stat").exists():
        return _start_mark_by_ps(pid)
    fields = _stat_fields(pid)
    if not fields or fields[0] in _DEAD_STATES:
        return ""
    return f"{fields[19]}@{_boot_id()}"


def session_members(session: int, *, mark: str) -> list[ProcessIdentity]:
    """List the processes of a session whose environment carries `mark`: what a dead leader left behind.

    A session id stays reserved while the session has members, but a recorded one may be old and reused; the mark, which
    only our own children carry, excludes strangers. Empty where there is no /proc (macOS).
    """
    found = []
    for entry in _PROC.glob("[0-9]*"):
        fields = _stat_fields(int(entry.name))
        if fields and fields[3] == str(session) and fields[0] not in _DEAD_STATES and _carries(entry, mark):
            identity = identify(int(entry.name))
            if identity:
                found.append(identity)
    return found


def end(process: ProcessIdentity, steps: Iterable[tuple[int, float]]) -> bool:
    """End a process by ever firmer signals. Returns whether it is gone.

    Args:
        process: Whom to end; nobody else under the same pid is touched.
        steps: Pairs of a signal and the seconds to wait for its effect.
    """
    for number, seconds in steps:
        process.signal(number)
        if wait_gone(process, seconds):
            return True
    return not process.is_running()


def end_firmly(process: ProcessIdentity) -> bool:
    """Kill a process that has nothing left to tidy. Returns whether it is gone."""
    return end(process, [(signal.SIGKILL, 5.0)])


def wait_gone(process: ProcessIdentity, seconds: float) -> bool:
    """Wait until a process is gone, at most so many seconds. Returns whether it is."""
    deadline = time.monotonic() + seconds
    while process.is_running():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    return True


def _stat_fields(pid: int) -> list[str]:
    # The second field is the command in parentheses and may hold anything; state is the first after the last ")".
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, UnicodeDecodeError):
        return []


def _boot_id() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return ""


def _carries(entry: Path, mark: str) -> bool:
    try:
        return mark.encode() in (entry / "environ").read_bytes()
    except OSError:
        return False


def _start_mark_by_ps(pid: int) -> str:
    asked = subprocess.run(
        ["ps", "-o", "state=,lstart=", "-p", str(pid)],  # noqa: S607 - where it lies differs among systems
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, started = asked.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else started.strip()
