"""Signs of life: who gives them, and who is found to give none."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from campaign.embedded import ports
from campaign.embedded.identity import identify
from campaign.embedded.programs import Program, Programs, web_command
from campaign.embedded.pulses import SILENCE_SECONDS, START_SECONDS, Pulses
from campaign.kernel.pulse import BEAT, DESCRIPTOR_VARIABLE, EVERY_SECONDS
from tests.children import ended
from tests.dates.moving import moved_clock
from tests.embedded.test_supervisor import COMPLETE

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def child():
    with ended(subprocess.Popen([sys.executable, "-S", "-c", "import signal; signal.pause()"])) as process:
        yield process


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def go(self, pulses: Pulses, seconds: float, beating: int = 0) -> list[int]:
        """Look once a second, after a beat of `beating`; return who is found silent, pid by pid."""
        found: list[int] = []
        for _ in range(int(seconds)):
            self.seconds += 1
            if beating:
                os.write(pulses.write_end, BEAT.pack(beating))
            found += [process.pid for process in pulses.find_silent()]
        return found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pulses(clock):
    made = Pulses(clock)
    yield made
    made.close()


def test_who_stops_beating_is_found_once(pulses, clock, child) -> None:
    assert clock.go(pulses, 3 * SILENCE_SECONDS, child.pid) == []
    assert clock.go(pulses, SILENCE_SECONDS) == []
    assert clock.go(pulses, 2 * SILENCE_SECONDS) == [child.pid]


def test_who_never_beat_is_not_watched(pulses, clock, child) -> None:
    assert clock.go(pulses, 3 * SILENCE_SECONDS) == []


def test_who_is_expected_is_found_when_its_first_beat_does_not_come(pulses, clock, child) -> None:
    pulses.expect(identify(child.pid))
    assert clock.go(pulses, START_SECONDS) == []
    assert clock.go(pulses, 2) == [child.pid]


def test_who_is_gone_is_not_silent_and_a_stranger_under_its_pid_neither(pulses, clock, child) -> None:
    clock.go(pulses, 1, child.pid)
    child.kill()
    child.wait()
    assert clock.go(pulses, 3 * SILENCE_SECONDS) == []


def test_when_we_were_stopped_ourselves_everybody_begins_anew(pulses, clock, child) -> None:
    clock.go(pulses, 1, child.pid)
    clock.seconds += 100 * SILENCE_SECONDS
    assert clock.go(pulses, SILENCE_SECONDS) == []
    assert clock.go(pulses, 2) == [child.pid]


def test_a_beat_is_more_often_than_it_is_missed() -> None:
    assert EVERY_SECONDS * 3 < SILENCE_SECONDS


def test_a_pipe_that_nobody_reads_stops_nobody(pulses) -> None:
    code = "import time; from campaign.kernel import pulse; pulse.EVERY_SECONDS = 0; pulse.begin_pulse(); time.sleep(1)"
    environ = {DESCRIPTOR_VARIABLE: str(pulses.write_end), "PYTHONPATH": str(CHECKOUT), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environ, pass_fds=[pulses.write_end], timeout=20, check=False
    )
    assert done.returncode == 0


def _commands() -> list[tuple[str, list[str], int]]:
    port = ports.next_free(ports.first_choice(CHECKOUT / f"pulses-{os.getpid()}"))
    web = [*web_command("127.0.0.1", port, 2)[:-1], "tests.serving.small:app"]
    behind: list[Program] = Programs().behind(1)
    one_worker = next(program for program in behind if program.role.startswith("worker"))
    ticker = next(program for program in behind if program.role == "ticker")
    return [("web", web, 3), (one_worker.role, list(one_worker.command), 1), ("ticker", list(ticker.command), 1)]


@pytest.mark.parametrize("index", range(3), ids=["web", "worker", "ticker"])
def test_each_process_of_a_real_program_beats(pulses, until, index: int) -> None:
    _, command, processes = _commands()[index]
    environ = {**os.environ, **moved_clock(), **COMPLETE, DESCRIPTOR_VARIABLE: str(pulses.write_end)}
    heard: set[int] = set()
    with ended(
        subprocess.Popen(command, cwd=CHECKOUT, env=environ, pass_fds=[pulses.write_end], stderr=subprocess.DEVNULL)
    ) as process:

        def has_heard() -> bool:
            heard.update(pulses._read())
            return len(heard) >= processes

        until(has_heard, 60)
        assert process.pid in heard
        assert {os.getsid(pid) for pid in heard} == {os.getsid(process.pid)}
        process.send_signal(signal.SIGTERM)
