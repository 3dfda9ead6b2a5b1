"""Keep the members of an installation running: start, notice a death, start again with patience, stop in order.

The life of a member, which is ended, too, where it stands still (`pulses`):

    begun ─dies─► waiting (0.1 s, doubled at each early death, at most 5 s) ─► begun
    begun ─stop()─► gone
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from campaign.embedded.children import spawn
from campaign.embedded.errands import open_gate
from campaign.embedded.errors import ServicesError
from campaign.embedded.identity import ProcessIdentity, identify
from campaign.embedded.process_list import MARK_VARIABLE, Member, ProcessList, sweep_session
from campaign.embedded.programs import Program
from campaign.embedded.pulses import Pulses
from campaign.kernel.pulse import DESCRIPTOR_VARIABLE

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_STEADY_SECONDS = 30.0
_MOMENT_SECONDS = 0.05
_LAST_THREADS_SECONDS = 2.0


class RunningProgram:
    """A program of ours as a member of the crew. What it says of errors goes to our standard error."""

    stop_signal = 15

    def __init__(self, program: Program, environ: Mapping[str, str], folder: Path, mark: str, pulses: Pulses) -> None:
        self.program = program
        self._pulses = pulses
        # Not a copy: a gated program is begun before everything it needs is known.
        self._environ = environ
        self._folder = folder
        self._mark = mark
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def role(self) -> str:
        """The program's name in the roster."""
        return self.program.role

    @property
    def process(self) -> ProcessIdentity | None:
        """Its running process, None when it does not run."""
        return identify(self._child.pid) if self._child and self._child.poll() is None else None

    def prepare(self) -> None:
        """Let a gated program load itself ahead of its time; `begin()` then opens its gate."""
        if self.program.is_gated:
            self._spawn()

    def begin(self) -> None:
        """Start it, after sweeping away what its dead predecessor left."""
        if not self._waits_at_gate():
            self._sweep()
            self._spawn()
        self._open_gate()
        if self.program.beats and (process := self.process):
            self._pulses.expect(process)

    def _spawn(self) -> None:
        self._child = spawn(
            self.program.command,
            environ={
                **self._environ,
                MARK_VARIABLE: self._mark,
                DESCRIPTOR_VARIABLE: str(self._pulses.write_end),
                "PYTHONUNBUFFERED": "1",
            },
            keep_open=[self._pulses.write_end],
            folder=self._folder,
            log=sys.stderr.buffer,
            # What it prints is for who runs it by hand; ours is read by scripts.
            keeps_output=False,
            death_signal=self.program.death_signal,
            stdin=subprocess.PIPE if self.program.is_gated else subprocess.DEVNULL,
        )

    def _waits_at_gate(self) -> bool:
        gate = self._child.stdin if self._child and self._child.poll() is None else None
        return gate is not None and not gate.closed

    def _open_gate(self) -> None:
        if self._child and self._child.stdin:
            open_gate(self._child.stdin, self._environ)

    def ask_to_stop(self) -> None:
        """Ask it to finish what is in flight and end, without waiting."""
        if self._child and self._child.poll() is None:
            self._child.terminate()

    def wait_stopped(self, seconds: float) -> bool:
        """Wait for its end, at most so long; then kill it. Returns whether it ended by itself."""
        in_order = True
        if self._child:
            try:
                self._child.wait(max(seconds, 0.0))
            except subprocess.TimeoutExpired:
                in_order = False
                self._child.kill()
                self._child.wait()
            self._sweep()
            self._child = None
        return in_order

    def stop(self) -> None:
        """End it in order, within its grace."""
        self.ask_to_stop()
        self.wait_stopped(self.program.grace_seconds)

    def _sweep(self) -> None:
        if self._child is not None:
            sweep_session(self._child.pid, self._mark)


@dataclass
class _Watched:
    member: Member
    begun_at: float
    pause: float = _FIRST_PAUSE_SECONDS
    again_at: float | None = None
    early_deaths: int = 0


class Crew:
    """The members that must run, and the roster that lists them."""

    def __init__(self, roster: ProcessList, pulses: Pulses, say: Callable[[str], None]) -> None:
        self._roster = roster
        self._pulses = pulses
        self._say = say
        self._watched: dict[str, _Watched] = {}

    def add(self, member: Member, *, is_begun: bool = False) -> None:
        """Take a member in, and start it unless it is."""
        if not is_begun:
            member.begin()
        self._watched[member.role] = _Watched(member, time.monotonic())
        self._write()

    def refresh(self) -> None:
        """Write the roster anew: a member moved to another process by itself."""
        self._write()

    def early_deaths(self, role: str) -> int:
        """Return how often in a row a member died before it ran steadily."""
        return self._watched[role].early_deaths

    def tend(self) -> None:
        """End what stands still; notice the dead and start them again when their pause is over. Call it often."""
        self._end_silent()
        now = time.monotonic()
        changed = False
        for watched in self._watched.values():
            if watched.again_at is not None:
                if now >= watched.again_at:
                    self._begin_again(watched)
                    changed = True
            elif watched.member.process is None:
                self._note_death(watched, now)
                changed = True
        if changed:
            self._write()

    def pause_seconds(self) -> float:
        """Return how long nothing will be due unless a signal arrives."""
        due = [watched.again_at for watched in self._watched.values() if watched.again_at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else 1.0

    def stop(self, chosen: Callable[[str], bool], is_hurried: Callable[[], bool]) -> None:
        """Stop some members side by side, each within its grace.

        Args:
            chosen: Which roles.
            is_hurried: Asked while waiting; once true, what still runs is killed.
        """
        leaving = [self._watched.pop(role).member for role in list(self._watched) if chosen(role)]
        programs = [member for member in leaving if isinstance(member, RunningProgram)]
        for program in programs:
            program.ask_to_stop()
        self._wait(programs, is_hurried)
        for member in leaving:
            if not isinstance(member, RunningProgram):
                self._stop_server(member)
        self._write()

    def _wait(self, programs: Iterable[RunningProgram], is_hurried: Callable[[], bool]) -> None:
        started = time.monotonic()
        for program in programs:
            deadline = started + program.program.grace_seconds
            while program.process is not None and time.monotonic() < deadline and not is_hurried():
                time.sleep(0.02)
            # Its main thread may be over while the system still ends the others: it cannot be waited for yet.
            if not program.wait_stopped(_MOMENT_SECONDS if program.process is not None else _LAST_THREADS_SECONDS):
                self._say(f"{program.role} was killed: it didn’t finish in time")

    def _stop_server(self, member: Member) -> None:
        try:
            member.stop()
        except ServicesError as error:
            self._say(str(error))

    def _end_silent(self) -> None:
        for process in self._pulses.find_silent():
            self._say(f"{self._role_of(process.pid)} stopped responding (pid {process.pid}) and was killed")
            process.signal(signal.SIGKILL)

    def _role_of(self, pid: int) -> str:
        """Return the role of a process: each program leads a session of its own."""
        with suppress(ProcessLookupError):
            leader = os.getsid(pid)
            for watched in self._watched.values():
                process = watched.member.process
                if process is not None and process.pid == leader:
                    return watched.member.role
        return "a process of ours"

    def _note_death(self, watched: _Watched, now: float) -> None:
        if now - watched.begun_at >= _STEADY_SECONDS:
            watched.pause, watched.early_deaths = _FIRST_PAUSE_SECONDS, 0
        watched.early_deaths += 1
        watched.again_at = now + watched.pause
        self._say(f"{watched.member.role} ended unexpectedly; starting it again")
        watched.pause = min(watched.pause * 2, _LONGEST_PAUSE_SECONDS)

    def _begin_again(self, watched: _Watched) -> None:
        watched.again_at = None
        watched.begun_at = time.monotonic()
        try:
            watched.member.begin()
        except (ServicesError, OSError) as error:
            self._say(f"{watched.member.role}: {error}")

    def _write(self) -> None:
        self._roster.write(watched.member for watched in self._watched.values())
