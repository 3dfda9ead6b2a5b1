"""One real `campaign up --demo` for all journeys of a test run, whatever number of processes runs them.

The first process that needs it starts it and leaves word in `shared`; the others join. Who started it stops it, when
nobody uses it any more: users hold a shared lock, which the kernel releases even for those that were killed.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from click.testing import CliRunner

from campaign.cli import main
from campaign.embedded.children import spawn
from campaign.embedded.ports import first_choice
from tests.dates.moving import moved_clock
from tests.other_servers import python_path
from tests.servers import temporary_folder
from tests.walks.stand_in import until

CHECKOUT = Path(__file__).parents[2]
_PREFIX = "campaign-tests-journeys-"
_READY_SECONDS = 300
_OTHERS_SECONDS = 600
_STOP_SECONDS = 60
_PROXIES = "127.0.0.0/8 ::1/128"
"""Whoever is on this machine is believed about where they come from, so that one can be of a network of one's own."""


@dataclass(frozen=True)
class Installation:
    """A running installation: its pages, its mail stand-in, and where its data is."""

    url: str
    mailbox: str
    data: Path

    def campaign(self, *arguments: str) -> str:
        """Run one of its commands; return what it said.

        In this process: to start Python and load the code costs twenty times what most commands do.
        """
        environ = {**dict.fromkeys(os.environ), **_environ()}
        done = CliRunner().invoke(main, [*arguments, "--data", str(self.data)], env=environ, catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def campaign_process(self, *arguments: str) -> str:
        """Run one of its commands as a person does; return what it said."""
        command = [sys.executable, "-m", "campaign.cli", *arguments, "--data", str(self.data)]
        done = subprocess.run(
            command, cwd=CHECKOUT, env=_environ(), capture_output=True, text=True, timeout=_READY_SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def installation(shared: Path, content: str) -> Iterator[Installation]:
    """Give the one installation; `content` is loaded into it when it starts."""
    with (shared / "users.lock").open("w") as users:
        started = None
        with _locked(shared / "start.lock"):
            note = shared / "installation.json"
            if not note.exists():
                started = _Up()
                note.write_text(json.dumps(started.wait_ready(content)))
            url, mailbox, data = json.loads(note.read_text())
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield Installation(url, mailbox, Path(data))
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if started is not None:
                try:
                    with _locked(shared / "start.lock"):
                        note.unlink()
                    until(lambda: _is_alone(users), "the other processes to finish", _OTHERS_SECONDS)
                finally:
                    started.stop()


class _Up:
    """The process that owns all others; it dies with us, and they with it."""

    def __init__(self) -> None:
        self.folder = temporary_folder(_PREFIX)
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o711)
        # Other runs of these tests may be looking for the next free port at this very moment.
        for name in ("web", "mailbox"):
            (self.data / f"{name}.port").write_text(str(first_choice(self.data / name)))
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            self.process = spawn(
                [sys.executable, "-m", "campaign.cli", "up", "--demo", "--data", str(self.data), "--web-workers", "1"],
                environ={**_environ(), "TRUSTED_PROXIES": _PROXIES},
                folder=CHECKOUT,
                log=log,
                death_signal=signal.SIGTERM,
            )

    def wait_ready(self, content: str) -> tuple[str, str, str]:
        """Wait for its pages and load the journeys' campaigns. Returns the URLs of pages and mail, and the data."""
        try:
            until(lambda: self._said("ready") or self.process.poll() is not None, "the installation", _READY_SECONDS)
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            running = Installation(self._said("ready"), self._said("mailbox"), self.data)
            file = self.folder / "journeys.yml"
            file.write_text(content)
            running.campaign_process("load", str(file))
        except BaseException:
            self.stop()
            raise
        return running.url, running.mailbox, str(running.data)

    def _said(self, name: str) -> str:
        words = (line.split(" ", 1) for line in self.log.read_text().splitlines())
        return next((rest[0].strip() for first, *rest in words if first == name), "")

    def stop(self) -> None:
        """Stop it in order, which must succeed; nothing it said may be a traceback."""
        self.process.terminate()
        try:
            code = self.process.wait(_STOP_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            said = self.log.read_text()
            shutil.rmtree(self.folder, ignore_errors=True)
        assert code == 0, said[-4000:]
        assert "Traceback" not in said, said[-8000:]


def _environ() -> dict[str, str]:
    """Nothing of the tester's own settings reaches the installation."""
    ours = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG", "VIRTUAL_ENV")
    }
    return {**ours, **moved_clock(), "PYTHONPATH": python_path(CHECKOUT)}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
