"""The embedded PostgreSQL: one cluster under the data directory, on loopback TCP only, with passwords.

No Unix socket (`-k ''`) and SCRAM for everybody: with trust authentication any local user would be superuser.
"""

import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql

from campaign.embedded.children import spawn
from campaign.embedded.errors import ServerFailedError
from campaign.embedded.homes import Home
from campaign.embedded.identity import identify, start_mark
from campaign.embedded.secret_files import kept_secret
from campaign.embedded.server import EmbeddedServer
from campaign.embedded.wheels import postgres_programs

_SUPERUSER = "postgres"
_OWNER = "campaign"
_DATABASE = "campaign"
_INITDB_SECONDS = 60.0

# Durability is PostgreSQL's default (fsync, synchronous_commit on) and stays so: a pledge answered is a pledge stored.
_SETTINGS: dict[str, str] = {
    "max_connections": "200",  # web workers x threads, a few per queue worker, and the operator's own
    "shared_buffers": "128MB",  # a small machine runs everything else too
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2s",
    # A log outlives what it tells of. Names, comments and addresses come as parameters, and stand in an error's detail.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    # Many short connections of our own: parallel plans would take workers and shared memory a container may not have.
    "max_parallel_workers_per_gather": "0",
}
# For test runs alone: the database is thrown away with the run.
_THROWAWAY: dict[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


class Postgres(EmbeddedServer):
    """PostgreSQL of one installation. `start()` returns a URL of the role that owns the database, no superuser."""

    name: ClassVar[str] = "postgres"
    # Fast shutdown, when asked and when we die: connections are cut, transactions rolled back, everything written.
    death_signal: ClassVar[int] = signal.SIGINT
    ready_within_seconds: ClassVar[float] = 60.0
    end_steps: ClassVar[Sequence[tuple[int, float]]] = (
        (signal.SIGINT, 20.0),
        (signal.SIGQUIT, 5.0),  # immediate: the next start recovers from the log
        (signal.SIGKILL, 5.0),
    )

    def __init__(self, home: Home, logs: Path, *, throwaway: bool = False) -> None:
        """Describe the server; nothing starts yet.

        Args:
            home: Where it keeps its files, and its account.
            logs: Folder of its log.
            throwaway: Trade durability for speed: for databases that a test run throws away.
        """
        super().__init__(home, logs)
        self._settings = {**_SETTINGS, **(_THROWAWAY if throwaway else {})}
        self._throwaway = throwaway
        self._programs = Path()

    @property
    def data(self) -> Path:
        """The cluster's own directory (PGDATA)."""
        return self.folder / "data"

    def _prepare(self) -> None:
        self._programs = postgres_programs(self.home.account, self.home.binaries)
        if not (self.data / "PG_VERSION").is_file():
            self._create_cluster()
        self._forget_reused_pid()

    def _create_cluster(self) -> None:
        """Make the cluster beside its place and move it there whole: a start cut short leaves nothing half made."""
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.folder / "superuser-password"
        kept_secret(password_file, self.home.account)
        command = [
            str(self._programs / "initdb"), "-D", str(draft), "-U", _SUPERUSER,
            "-A", "scram-sha-256", "--pwfile", str(password_file),
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            child = spawn(
                [*command, "--no-sync"] if self._throwaway else command,
                environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                folder=self.folder,
                log=log,
                account=self.home.account,
            )
        try:
            if child.wait(_INITDB_SECONDS):
                raise ServerFailedError(self.name, "initdb failed", self.log)
        except subprocess.TimeoutExpired as error:
            child.kill()
            child.wait()
            raise ServerFailedError(self.name, "initdb did not finish", self.log) from error
        draft.rename(self.data)

    def _forget_reused_pid(self) -> None:
        """Drop a lock file whose pid now belongs to a stranger, which PostgreSQL alone would take for a running server.

        Safe because we hold the lock of the data directory, our own record is ended, and a real postmaster has its
        working directory in the cluster.
        """
        lock_file = self.data / "postmaster.pid"
        try:
            pid = abs(int(lock_file.read_text().split("\n", 1)[0]))
        except (OSError, ValueError):
            return
        if not start_mark(pid) or not _works_in(pid, self.data):
            lock_file.unlink(missing_ok=True)
        else:
            # A server of ours without a record (killed between fork and writing it down): end it like any leftover.
            identity = identify(pid)
            if identity:
                self._end_child(identity)

    def _command(self) -> list[str]:
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        place = ["-D", str(self.data), "-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        return [str(self._programs / "postgres"), *place, *settings]

    def _answers(self) -> bool:
        # Source: PostgreSQL's miscadmin.h, LOCK_FILE_LINE_PM_STATUS; pg_ctl waits the same way.
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        ours = self.process is not None and lines[0] == str(self.process.pid)
        return ours and len(lines) > 7 and lines[7].startswith("ready")

    def _wants_retry(self) -> bool:
        """Backends of a killed postmaster hold its shared memory for a moment longer than it lived."""
        try:
            return "is still in use" in self.log.read_text(errors="replace")[-1500:]
        except OSError:
            return False

    def _after_start(self) -> None:
        """Make the application's role and database, once."""
        done = self.folder / "provisioned"
        if done.exists():
            return
        password = kept_secret(self.folder / "password", self.home.account)
        admin = kept_secret(self.folder / "superuser-password")
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=_SUPERUSER, password=admin, dbname="postgres", autocommit=True
        ) as connection:
            owner = sql.Identifier(_OWNER)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_OWNER]).fetchone():
                # What it is checked against, made here: the password itself would stand in a statement, and in its log.
                verifier = connection.pgconn.encrypt_password(password.encode(), _OWNER.encode(), b"scram-sha-256")
                create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
                connection.execute(create.format(owner, sql.Literal(verifier.decode())))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(_DATABASE), owner))
        done.touch()

    def _url(self) -> str:
        password = kept_secret(self.folder / "password", self.home.account)
        return f"postgresql://{_OWNER}:{password}@127.0.0.1:{self.port}/{_DATABASE}"


def _works_in(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        # No /proc (macOS) or not ours to see: believe PostgreSQL's own check, which is the cautious answer.
        return not Path("/proc/self").exists()
