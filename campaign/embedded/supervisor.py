"""`campaign up`: one command that owns a whole small installation and leaves nothing behind.

The way up, and down:

    lock ─► leftovers ended ─► settings checked ─► Valkeys, PostgreSQL ─► tables ─► web ─► `ready` ─► workers, ticker
    SIGTERM: web drained ─► workers and ticker finish ─► mail stand-in ─► Valkeys, PostgreSQL ─► exit 0
    kill -9: the kernel ends every child (children.py); the next start ends whatever it missed

Everything happens in the main thread: a child's death signal is tied to the thread that started it.
"""

import http.client
import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from campaign.embedded import data_lock
from campaign.embedded.addresses import Addresses, choose_addresses
from campaign.embedded.counters import fresh_counters
from campaign.embedded.crew import Crew, RunningProgram
from campaign.embedded.environment import forget_demo, make_demo_environ, webhook_key_file
from campaign.embedded.errands import Errand
from campaign.embedded.errors import ServicesError
from campaign.embedded.homes import default_data_dir, make_data_dir, prepare_home
from campaign.embedded.installation import announced
from campaign.embedded.logs import turn_all
from campaign.embedded.options import UpOptions
from campaign.embedded.postgres import Postgres
from campaign.embedded.process_list import MARK_VARIABLE, ProcessList
from campaign.embedded.programs import Program, Programs, default_web_workers
from campaign.embedded.pulses import Pulses
from campaign.embedded.signals import Bell, bell
from campaign.embedded.telling import begin_telling, say, tell_addresses, tell_first_start, tell_owner_link
from campaign.embedded.valkey import LimitsValkey, Valkey
from campaign.folders import MIGRATIONS, ROOT
from campaign.kernel.settings import SettingsError
from campaign.kernel.soundness import find_doubtful, read_sound_settings
from campaign.kernel.table_versions import are_current

_WEB_SECONDS = 30.0
_MIGRATE_SECONDS = 600.0
_KEYS_SECONDS = 30.0
# How long `ready` waits at most for the very first demonstration content: a visitor sent by `ready` must find it.
_FIRST_CONTENT_SECONDS = 60.0
_CRASHES_BEFORE_GIVING_UP = 5
_LOGS_SECONDS = 60.0

__all__ = ["UpOptions", "up"]


def up(options: UpOptions, environ: Mapping[str, str] | None = None, programs: Programs | None = None) -> int:
    """Run an installation until it is asked to stop.

    Args:
        options: What was asked for.
        environ: The operator's environment; the process's own when None.
        programs: What to run; the real programs when None.

    Returns:
        The exit code: 0 stopped in order, 1 something did not start, 2 settings are missing or bad.

    Side effects: prints `mailbox URL`, `ready URL` and, for a demonstration, `organize URL` on standard output,
        everything else on standard error.
    """
    if threading.current_thread() is not threading.main_thread():
        raise ServicesError("the supervisor must run in the main thread")
    begin_telling(os.environ if environ is None else environ)
    try:
        data_dir = make_data_dir(options.data or default_data_dir())
        with data_lock.hold(data_dir, data_lock.UP), bell() as ringing, ExitStack() as stack:
            run = _Run(
                options, dict(os.environ if environ is None else environ), programs or Programs(), data_dir, ringing
            )
            return run.go(stack)
    except SettingsError as error:
        say("These settings stop the start:\n" + "\n".join(f"  - {problem}" for problem in error.problems))
        return 2
    except ServicesError as error:
        say(f"campaign up: {error}")
        return 1


class _Run:
    """One life of the supervisor."""

    def __init__(
        self, options: UpOptions, environ: dict[str, str], programs: Programs, data_dir: Path, ringing: Bell
    ) -> None:
        self.bell = ringing
        self.options = options
        self.programs = programs
        self.data_dir = data_dir
        self.environ = {**environ, "CAMPAIGN_DATA": str(data_dir)}
        self.started_at = time.monotonic()
        self.roster = ProcessList(data_dir)
        self.pulses = Pulses()
        self.crew = Crew(self.roster, self.pulses, say)
        self.errands: list[Errand] = []
        # The first start loads what later ones find, and loads it while the servers come up.
        self._is_first = not (self._content_stamp if options.demo else data_dir / "servers").exists()
        self._tables: Errand | None = None
        self._content: Errand | None = None
        self._owner_link: Errand | None = None
        self._owes_link = False
        self._logs_turned_at = self.started_at

    def go(self, stack: ExitStack) -> int:
        """Start everything, watch it, stop it."""
        if not self.options.demo:
            self._check_settings()
        self.roster.end_leftovers()
        self.environ |= fresh_counters(self.data_dir)
        addresses = choose_addresses(self.options, self.data_dir, stack, with_mailbox=self._needs_mailbox())
        workers = self.options.web_workers or default_web_workers()
        self._web = self._running(self.programs.web(addresses.host, addresses.web_port, workers))
        try:
            self._prepare(addresses)
            with announced(self.data_dir, self.environ):
                self._serve(addresses)
                while not self.bell.asked_to_stop():
                    self._rest(self.crew.pause_seconds())
                    self._turn_logs()
        finally:
            self._stop()
        return 0

    def _check_settings(self) -> None:
        """Refuse to start with a list of all that is wrong; the servers we start ourselves have their URLs later."""
        urls = {"DATABASE_URL": "postgresql://127.0.0.1", "REDIS_URL": "redis://127.0.0.1"}
        settings = read_sound_settings(urls | {name: value for name, value in self.environ.items() if value})
        for name, words in find_doubtful(settings):
            say(f"warning: {name} {words}")

    def _needs_mailbox(self) -> bool:
        return self.options.demo and not self.environ.get("SENDGRID_API_KEY")

    def _prepare(self, addresses: Addresses) -> None:
        """Start the servers and, while they come up, compose the settings everybody shares."""
        self._web.prepare()
        keys = None
        if addresses.mailbox_port is not None and not webhook_key_file(self.data_dir).is_file():
            keys = self._errand("making the mail stand-in's keys", self.programs.mailbox_keys(self.data_dir))
        if self._is_first:
            tell_first_start()
            self._tables = self._errand("bringing the tables up to date", self.programs.migrate())
            if self.options.demo:
                self._content = self._errand("loading the demonstration", self.programs.load_demo())
        servers = self._begin_servers()
        if keys is not None:
            keys.finish(self.bell.wait, self.bell.asked_to_stop, _KEYS_SECONDS)
        self._compose(addresses)
        for name, server in servers:
            self.environ[name] = server.wait_ready()
        self.crew.refresh()

    def _compose(self, addresses: Addresses) -> None:
        if not self.options.demo:
            forget_demo(self.data_dir)
        elif not self.bell.asked_to_stop():
            self.environ |= make_demo_environ(
                self.data_dir, self.environ, web_port=addresses.web_port, mailbox_port=addresses.mailbox_port
            )
            self._check_settings()

    def _begin_servers(self) -> list[tuple[str, Valkey | Postgres]]:
        if self.environ.get("REDIS_URL") and self.environ.get("DATABASE_URL"):
            return []
        home, logs = prepare_home(self.data_dir, may_share=self.options.demo), self.data_dir / "logs"
        if home.account is not None and home.account.is_unwanted and not self.options.demo:
            say(
                f"warning: the servers' files belong to {home.account.name}, as whom others run, too; "
                "see docs/howto/deploy.md"
            )
        servers: list[tuple[str, Valkey | Postgres]] = []
        if not self.environ.get("REDIS_URL"):
            servers.append(("REDIS_URL", Valkey(home, logs)))
            if not self.environ.get("LIMITS_URL"):
                servers.append(("LIMITS_URL", LimitsValkey(home, logs)))
        if not self.environ.get("DATABASE_URL"):
            servers.append(("DATABASE_URL", Postgres(home, logs)))
        for _, server in servers:
            self.crew.add(server)
        return servers

    def _serve(self, addresses: Addresses) -> None:
        """Bring up the tables, the pages and what works behind them."""
        if self.bell.asked_to_stop():
            return
        if addresses.mailbox_port is not None:
            self._add(self.programs.mailbox(self.data_dir, addresses.mailbox_port, addresses.events_url))
        self._update_tables()
        if self._content is not None:
            self._content.open_gate(self.environ)
        if self.bell.asked_to_stop():
            return
        self.crew.add(self._web)
        self._await_web(addresses)
        self._await_first_content()
        if self.bell.asked_to_stop():
            return
        tell_addresses(addresses)
        for program in self.programs.behind(self.options.queue_workers):
            self._add(program)
        if self.options.demo and not self._is_first:
            self._content = self._errand("loading the demonstration", self.programs.load_demo())
            self._content.open_gate(self.environ)
        self._owes_link = self.options.demo

    def _update_tables(self) -> None:
        if self._tables is None:
            if are_current(self.environ["DATABASE_URL"], MIGRATIONS):
                return
            self._tables = self._errand("bringing the tables up to date", self.programs.migrate())
        self._tables.open_gate(self.environ)
        self._tables.finish(self._rest, self.bell.asked_to_stop, _MIGRATE_SECONDS)

    def _await_web(self, addresses: Addresses) -> None:
        deadline = time.monotonic() + _WEB_SECONDS
        while not self.bell.asked_to_stop():
            if _answers(*addresses.probe()):
                return
            if time.monotonic() > deadline or self.crew.early_deaths("web") >= _CRASHES_BEFORE_GIVING_UP:
                raise ServicesError("the web server does not come up; its words stand above")
            self._rest(0.03)

    def _await_first_content(self) -> None:
        """Let the very first visitor find the demonstration: `ready` waits for it. Later starts have it already."""
        while self._content is not None and not self.bell.asked_to_stop():
            if time.monotonic() - self.started_at > _FIRST_CONTENT_SECONDS:
                return
            self._rest(0.03)

    def _turn_logs(self) -> None:
        if time.monotonic() - self._logs_turned_at >= _LOGS_SECONDS:
            self._logs_turned_at = time.monotonic()
            try:
                turn_all(self.data_dir / "logs")
            except OSError as error:
                say(f"the servers' logs cannot be turned: {error}")

    @property
    def _content_stamp(self) -> Path:
        return self.data_dir / "run/demonstration-loaded"

    def _note_content(self) -> None:
        if self._content is not None and self._content.is_done():
            if self._content.has_failed():
                say("the demonstration content could not be loaded; its words stand above")
            else:
                self._content_stamp.touch()
            self._content = None

    def _give_link(self) -> None:
        """Let a newcomer in: after `ready`, which does not wait for it, and once the content has an owner."""
        if self._owes_link and self._content is None:
            self._owes_link = False
            self._owner_link = self._errand("making a link", self.programs.owner_link(), answers=True)
            self._owner_link.open_gate(self.environ)
        elif self._owner_link is not None and self._owner_link.is_done():
            if link := self._owner_link.answer():
                tell_owner_link(link)
            self._owner_link = None

    def _stop(self) -> None:
        for errand in self.errands:
            errand.cancel()
        self._web.ask_to_stop()
        last = ("mailbox", "limits", "valkey", "postgres")
        self.crew.stop(lambda role: role == "web", self.bell.is_hurried)
        self.crew.stop(lambda role: role not in last, self.bell.is_hurried)
        for one in last:
            self.crew.stop(one.__eq__, self.bell.is_hurried)
        self._web.stop()
        self.pulses.close()
        self.roster.clear()

    def _add(self, program: Program) -> None:
        self.crew.add(self._running(program))

    def _running(self, program: Program) -> RunningProgram:
        return RunningProgram(program, self.environ, ROOT, self.roster.mark, self.pulses)

    def _errand(self, what: str, command: Sequence[str], *, answers: bool = False) -> Errand:
        environ = {**self.environ, MARK_VARIABLE: self.roster.mark}
        errand = Errand(what, command, environ, ROOT, answers=answers)
        self.errands.append(errand)
        return errand

    def _rest(self, seconds: float) -> None:
        """Wait, and keep the crew alive meanwhile."""
        self.bell.wait(seconds)
        self.crew.tend()
        self._note_content()
        self._give_link()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
