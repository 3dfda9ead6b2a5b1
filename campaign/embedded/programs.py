"""The programs of an installation: which command each role runs, and how it may be ended."""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.folders import WSGI
from campaign.kernel.lanes import LANES

_OWNER = "owner@ciw.example"
"""As `campaign.accounts.made_up` makes them; a test compares."""

_WEB_DRAIN_SECONDS = 15.0
_WORKER_DRAIN_SECONDS = 40.0


@dataclass(frozen=True)
class Program:
    """One command to keep running.

    `grace_seconds` is what SIGTERM gives it to finish what is in flight; `death_signal` is what it gets when the
    supervisor is killed and can wait for nothing; `is_gated` says that it waits at its gate (gate.py) before it works,
    `beats` that it gives signs of life (`campaign.kernel.pulse`).
    """

    role: str
    command: tuple[str, ...]
    grace_seconds: float = 10.0
    death_signal: int = signal.SIGKILL
    is_gated: bool = False
    beats: bool = True


class Programs:
    """The real programs. Tests put small stand-ins in their place by overriding methods."""

    def mailbox_keys(self, data_dir: Path) -> Sequence[str]:
        """The command that makes the mail stand-in's key pair and ends."""
        return _python("campaign.mail_stand_in", "--data", str(data_dir), "--init")

    def mailbox(self, data_dir: Path, port: int, events_url: str) -> Program:
        """The local mail stand-in, which posts its signed events to `events_url`."""
        place = ("--host", "127.0.0.1", "--port", str(port), "--data", str(data_dir), "--events-url", events_url)
        return Program("mailbox", _python("campaign.mail_stand_in", *place), death_signal=signal.SIGTERM, beats=False)

    def migrate(self) -> Sequence[str]:
        """The command that brings the tables up to date and ends. It waits at its gate."""
        return _gated("campaign.processes,campaign.tables", "migrate")

    def load_demo(self) -> Sequence[str]:
        """The command that loads the demonstration content and ends. It waits at its gate."""
        return _gated("campaign.loading,campaign.features", "demo", "load")

    def owner_link(self) -> Sequence[str]:
        """The command that prints a link for the demonstration's owner and ends. It waits at its gate."""
        return _gated("campaign.accounts.cli", "organizer", "link", "--bare", _OWNER)

    def web(self, host: str, port: int, workers: int) -> Program:
        """The web server. Its main process ends its workers in order, so it gets SIGTERM when we die.

        At its gate it loads the application, which its workers, forked from it, then have at once: also those that
        replace a dead one.
        """
        command = _python(
            "campaign.embedded.gate",
            "campaign.serving.server:main",
            "campaign.app",
            *_web_arguments(host, port, workers),
        )
        return Program("web", command, _WEB_DRAIN_SECONDS + 5.0, signal.SIGTERM, is_gated=True)

    def behind(self, queue_workers: int) -> list[Program]:
        """The queue workers, so many for each lane, and the ticker."""
        workers = [
            Program(f"worker {lane} {number}", _python("campaign.cli", "worker", lane), _WORKER_DRAIN_SECONDS)
            for lane in LANES
            for number in range(1, queue_workers + 1)
        ]
        return [*workers, Program("ticker", _python("campaign.cli", "ticker"), _WORKER_DRAIN_SECONDS)]


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Return the command line of the web server alone, for a machine of its own."""
    return list(_python("campaign.serving.server", *_web_arguments(host, port, workers)))


def default_web_workers() -> int:
    """Return how many web workers suit this machine: one per core, at most four on a small installation."""
    return max(1, min(4, os.cpu_count() or 1))


def _web_arguments(host: str, port: int, workers: int) -> list[str]:
    return ["--host", host, "--port", str(port), "--workers", str(workers), WSGI]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _gated(modules: str, *arguments: str) -> tuple[str, ...]:
    return _python("campaign.embedded.gate", "campaign.cli:main", modules, *arguments)
