"""PostgreSQL and Valkey with production's settings, and one web server at a time on top of them."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from campaign.embedded.environment import is_setting
from campaign.embedded.homes import prepare_home
from campaign.embedded.postgres import Postgres
from campaign.embedded.programs import web_command
from campaign.embedded.valkey import LimitsValkey, Valkey
from campaign.kernel.db import engine_options
from campaign.kernel.installation import Installation
from campaign.kernel.settings import Settings, read_settings
from campaign.migrating import bring_up_to_date
from tests.children import Child, ended

WORKERS = 2
CHECKOUT = Path(__file__).parents[2]

_PLACE, _PREFIX = Path("/var/tmp"), "campaign-bench-"
_READY_SECONDS = 30.0


@dataclass(frozen=True)
class Stack:
    """The servers of a run, and a folder for its files."""

    database_url: str
    redis_url: str
    limits_url: str
    folder: Path

    def environ(self, database: str) -> dict[str, str]:
        """The settings of an installation on `database`: everything counted and kept, limits too high to bite."""
        inherited = {name: value for name, value in os.environ.items() if not is_setting(name)}
        return inherited | {
            "DATABASE_URL": self.url_of(database),
            "BARE_DATABASE_URL": self.url_of(database),
            "REDIS_URL": self.redis_url,
            "LIMITS_URL": self.limits_url,
            "SECRET_KEY": "bench-secret-key-nobody-signs-with-it-0123456789",
            "PRIVACY_KEY": "bench-privacy-key-nobody-hashes-with-it-0123456789",
            "CAMPAIGN_DEMO": "1",
            "PUBLIC_URL": "http://campaign.example",
            "MAIL_FROM": "Campaign <campaign@mail.example>",
            "SENDGRID_API_KEY": "SG.bench",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
            "LIMITS": "ip=900000000/10m,network=900000000/10m",
            "STRANGERS": "domain=900000000,provider=900000000,all=900000000",
        }

    def url_of(self, database: str) -> str:
        """The URL of one database, as psycopg and the settings read it."""
        return make_url(self.database_url).set(database=database).render_as_string(hide_password=False)

    def make_database(self, name: str, template: str | None = None) -> None:
        """Make a database: a copy of `template`, or migrated and otherwise empty."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        if template is None:
            bring_up_to_date(self.url_of(name))

    def connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        """A plain autocommitted connection."""
        return psycopg.connect(self.url_of(database), autocommit=True)

    def installation(self, database: str, **more: str) -> "Inside":
        """The service's own code on `database`, in this process."""
        return Inside(read_settings(self.environ(database) | more))


class Inside:
    """An installation and its sessions, in this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.installation = Installation(settings)
        self.engine = create_engine(settings.database_url, **engine_options(settings))
        self.sessions = self.installation.sessions(self.engine)


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Start the servers as an installation does: fsync on, append-only file on. Gone with the block."""
    with _folder() as folder:
        home = prepare_home(folder)
        servers = (Valkey(home, folder), LimitsValkey(home, folder), Postgres(home, folder))
        try:
            for server in servers:
                server.begin()
            valkey, limits, postgres = (server.wait_ready() for server in servers)
            yield Stack(postgres, valkey, limits, folder)
        finally:
            for server in servers:
                server.stop()


@contextmanager
def serving(app: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Serve a WSGI application exactly as `campaign web` is served; gives its URL. Ends it in order afterwards."""
    port = _free_port()
    command = [*web_command("127.0.0.1", port, WORKERS)[:-1], app]
    with ended(subprocess.Popen(command, cwd=CHECKOUT, env=dict(environ))) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url


@contextmanager
def running(*module: str) -> Iterator[str]:
    """Run a small server of ours that prints where it listens as the last word of its first line; gives that word."""
    command = [sys.executable, "-m", *module]
    with ended(subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]


def _wait_for(url: str, process: Child) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server at {url} did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder on a disk (not in memory, where fsync costs nothing); remove what a killed run left."""
    for old in _PLACE.glob(f"{_PREFIX}*"):
        with (old / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_PLACE))
    folder.chmod(0o711)
    try:
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
