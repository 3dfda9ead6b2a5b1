"""Data directories the servers' account can reach, and small installations run from the outside."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from campaign.embedded import homes, ports
from campaign.embedded.identity import ProcessIdentity, wait_gone
from tests.dates.moving import moved_clock
from tests.other_servers import python_path

CHECKOUT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "stand_ins"


def until(condition: Callable[[], object], seconds: float = 15.0) -> object:
    """Wait for a condition, bounded. Returns what it returned."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return answer


@pytest.fixture(name="until")
def _until() -> Callable[..., object]:
    return until


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, whom every machine has: what happens without a name is tested by its own."""
    monkeypatch.setenv("CAMPAIGN_ACCOUNT", "nobody")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that every account can pass through (pytest's own are 0700)."""
    with tempfile.TemporaryDirectory(prefix="campaign-services-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the servers' files of an unreachable data directory go, instead of /var/lib."""
    with tempfile.TemporaryDirectory(prefix="campaign-outside-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        base = Path(name) / "base"
        monkeypatch.setattr(homes, "_OUTSIDE", (base,))
        yield base


class Up:
    """One `campaign up` with stand-in programs, as a process of its own."""

    def __init__(self, data: Path, *arguments: str, environ: dict[str, str] | None = None) -> None:
        self.data = data
        if not data.exists():
            # Another run of these tests may be looking for the next free port at this very moment.
            data.mkdir(mode=0o711)
            for name in ("web", "mailbox"):
                (data / f"{name}.port").write_text(str(ports.first_choice(data / name)))
        ours = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "COV"))}
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPTS / "up.py"), "--data", str(data), *arguments],
            env={
                **ours,
                **moved_clock(),
                "CAMPAIGN_ACCOUNT": "nobody",
                "PYTHONPATH": python_path(CHECKOUT),
                **(environ or {}),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out: list[str] = []

    def ready(self) -> str:
        """Wait for the `ready` line. Returns its URL."""
        return self.told("ready")

    def told(self, what: str) -> str:
        """Wait for a line of standard output that begins with a word. Returns its URL."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.out.append(line.strip())
            if line.startswith(f"{what} "):
                return line.split()[1]
        raise AssertionError(f"never {what}: {self.out} {self.process.communicate()}")

    def roster(self) -> dict[str, ProcessIdentity]:
        """Return who runs, by role."""
        try:
            read = json.loads((self.data / "run/processes.json").read_text())
        except FileNotFoundError:
            return {}
        return {one["role"]: ProcessIdentity(one["pid"], one["started"]) for one in read["processes"]}

    def full_roster(self) -> dict[str, ProcessIdentity]:
        """Wait until workers and ticker run too. Returns who runs, by role."""
        until(lambda: "ticker" in self.roster())
        return self.roster()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Signal it and wait. Returns its exit code and what it said on standard error."""
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> tuple[int, str]:
        """Wait for its end. Returns its exit code and what it said on standard error."""
        rest, said = self.process.communicate(timeout=30)
        self.out += rest.splitlines()
        return self.process.returncode, said


@pytest.fixture
def up(folder: Path) -> Iterator[Callable[..., Up]]:
    """Start installations; whatever still runs at the end is killed, and what it started is seen to die."""
    started: list[Up] = []

    def start(*arguments: str, data: Path | None = None, environ: dict[str, str] | None = None) -> Up:
        started.append(Up(data or folder / "data", *arguments, environ=environ))
        return started[-1]

    yield start
    left = [process for one in started for process in one.roster().values()]
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()
    assert all(wait_gone(process, 10) for process in left), "orphans"
