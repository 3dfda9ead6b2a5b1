"""One PostgreSQL and one Valkey for a test run, on free ports, in a temporary folder, gone afterwards.

Only the xdist controller (or a plain run) calls `start_servers`; workers get the URLs from it.
"""

import os
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from campaign.embedded.homes import prepare_home
from campaign.embedded.identity import ProcessIdentity, myself
from campaign.embedded.postgres import Postgres
from campaign.embedded.valkey import Valkey

_PREFIX = "campaign-tests-"


@dataclass
class Servers:
    """The servers of this run. `database_url` is owned by a role that may create databases."""

    database_url: str
    redis_url: str
    _started: list[Postgres | Valkey] = field(repr=False)
    _folder: Path = field(repr=False)

    def stop(self) -> None:
        """End both and remove their folder. Idempotent."""
        for server in self._started:
            server.stop()
        self._started.clear()
        shutil.rmtree(self._folder, ignore_errors=True)


def start_servers() -> Servers:
    """Start both. They die with this process, whatever kills it."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("the servers die with the thread that started them: call this from the main thread")
    _sweep()
    folder = temporary_folder(_PREFIX)
    home = prepare_home(folder)
    valkey, postgres = Valkey(home, folder), Postgres(home, folder, throwaway=True)
    try:
        valkey.begin()
        postgres.begin()
        return Servers(postgres.wait_ready(), valkey.wait_ready(), [valkey, postgres], folder)
    except BaseException:
        for server in (valkey, postgres):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        raise


def temporary_folder(prefix: str) -> Path:
    """Make a temporary folder the servers' account can pass through (what mkdtemp makes is 0700)."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    me = myself()
    (folder / "owner").write_text(f"{me.pid} {me.started}")
    return folder


def _sweep() -> None:
    """Remove what runs killed with -9 left behind: their servers are gone, their folders are not."""
    for owner in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/owner"):
        try:
            pid, started = owner.read_text().split()
            mine = owner.stat().st_uid == os.geteuid()
        except (OSError, ValueError):
            continue
        if mine and not ProcessIdentity(int(pid), started).is_running():
            shutil.rmtree(owner.parent, ignore_errors=True)
