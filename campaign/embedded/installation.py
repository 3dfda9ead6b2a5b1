"""Find the installation that runs on a data directory, or start its servers for the length of one command.

While `campaign up` runs, `DIR/run/installation.json` (0600) holds the settings it runs with, so that
`campaign status … --data DIR` in another terminal needs no environment of its own. Nothing is exposed by it that the
same user could not read from the process itself.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from campaign.embedded import data_lock
from campaign.embedded.environment import demo_environ, is_setting
from campaign.embedded.errors import NoInstallationError
from campaign.embedded.homes import is_data_dir, make_data_dir, nearest_data_dir, prepare_home
from campaign.embedded.identity import ProcessIdentity, myself
from campaign.embedded.postgres import Postgres
from campaign.embedded.secret_files import write_private
from campaign.embedded.valkey import Valkey


@dataclass(frozen=True)
class LiveInstallation:
    """An installation whose database and queue can be used now. `environ` is what its settings are read from."""

    environ: Mapping[str, str] = field(repr=False)

    @property
    def database_url(self) -> str:
        """The database's URL, with its password."""
        return self.environ["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        """The queue's URL, with its password."""
        return self.environ["REDIS_URL"]


def running_installation(data_dir: Path) -> LiveInstallation | None:
    """Return the installation that `campaign up` runs on a data directory, None when none runs."""
    try:
        read = json.loads(_file(data_dir).read_text())
        holder = ProcessIdentity(int(read["pid"]), str(read["started"]))
        environ = {str(name): str(value) for name, value in read["environ"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return LiveInstallation(environ) if holder.is_running() else None


@contextmanager
def borrowed_services(
    data_dir: Path, environ: Mapping[str, str], *, may_make: bool = False
) -> Iterator[LiveInstallation]:
    """Give a command a database and a queue for the length of the block.

    URLs in `environ` win. Else those of the installation that runs on the data directory. Else the embedded servers are
    started, with the lock on the directory, and stopped at the end. What an earlier `--demo` made (secrets, addresses)
    fills the settings that `environ` lacks.

    Args:
        data_dir: the installation's.
        environ: what the settings are read from first.
        may_make: whether to make an installation where there is none. A mistyped folder is no wish for one.

    Raises:
        NoInstallationError: there is none, and none may be made.
        ServicesError: The servers do not start, or somebody else holds the directory for too long.
    """
    if _has_urls(environ):
        yield LiveInstallation({**demo_environ(data_dir), **environ})
        return
    running = running_installation(data_dir)
    if running is not None:
        yield LiveInstallation({**running.environ, **environ})
        return
    if not may_make and not is_data_dir(data_dir):
        raise NoInstallationError(data_dir, nearest_data_dir(data_dir))
    data_dir = make_data_dir(data_dir)
    with data_lock.hold(data_dir, data_lock.BORROWER), ExitStack() as stack:
        urls = _start_missing(data_dir, environ, stack)
        yield LiveInstallation({**demo_environ(data_dir), **environ, **urls})


@contextmanager
def announced(data_dir: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """Tell other commands, for the length of the block, that an installation runs here with these settings."""
    me = myself()
    settings = {name: value for name, value in environ.items() if is_setting(name)}
    write_private(_file(data_dir), json.dumps({"pid": me.pid, "started": me.started, "environ": settings}))
    try:
        yield
    finally:
        _file(data_dir).unlink(missing_ok=True)


def _start_missing(data_dir: Path, environ: Mapping[str, str], stack: ExitStack) -> dict[str, str]:
    home, logs = prepare_home(data_dir, may_share=bool(demo_environ(data_dir))), data_dir / "logs"
    missing: dict[str, Postgres | Valkey] = {}
    if not environ.get("REDIS_URL"):
        missing["REDIS_URL"] = Valkey(home, logs)
    if not environ.get("DATABASE_URL"):
        missing["DATABASE_URL"] = Postgres(home, logs)
    for server in missing.values():
        stack.callback(server.stop)
        server.begin()
    return {name: server.wait_ready() for name, server in missing.items()}


def _has_urls(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("DATABASE_URL") and environ.get("REDIS_URL"))


def _file(data_dir: Path) -> Path:
    return data_dir.expanduser() / "run/installation.json"
