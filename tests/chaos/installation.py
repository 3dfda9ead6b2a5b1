"""One real `campaign up` in a folder of its own, mail going to the sink; started again after its supervisor's death."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from campaign.embedded import ports
from campaign.embedded.children import spawn
from campaign.embedded.identity import ProcessIdentity, identify, wait_gone
from campaign.embedded.installation import running_installation
from tests.chaos.waiting import until
from tests.dates.moving import moved_clock
from tests.other_servers import python_path
from tests.servers import temporary_folder

CHECKOUT = Path(__file__).parents[2]
HERE = Path(__file__).parent
HOST = "127.0.0.1"
START_SECONDS = 120.0
STOP_SECONDS = 90.0
WEB_WORKERS = 2
SECRET_KEY = "chaos-secret-key-nobody-signs-with-it-0123456789"
PRIVACY_KEY = "chaos-privacy-key-nobody-hashes-with-it-0123456789"

# Any P-256 key: no event is posted here.
_WEBHOOK_KEY = (CHECKOUT / "tests/embedded/stand_ins/webhook-public-key.txt").read_text().strip()


class Installation:
    """The installation under test. Enter it to start it; leaving it ends whatever runs and removes its folder."""

    def __init__(self, sink_url: str, *, queue_workers: int) -> None:
        self.folder = temporary_folder("campaign-tests-chaos-")
        self.data = self.folder / "data"
        self.port = ports.next_free(ports.first_choice(self.data / "web"))
        self.queue_workers = queue_workers
        self.log = self.folder / "up.log"
        self._sink_url = sink_url
        self._supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.clean_up()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.clean_up()

    # Life

    def start(self) -> None:
        """Run `campaign up` and wait until it serves and all its workers run."""
        arguments = ("--port", str(self.port), "--web-workers", str(WEB_WORKERS))
        command = [sys.executable, "-m", "campaign.cli", "up", "--data", str(self.data), *arguments]
        with self.log.open("ab") as log:
            self._supervisor = spawn(
                [*command, "--queue-workers", str(self.queue_workers)],
                environ=self.environ(),
                folder=CHECKOUT,
                log=log,
            )
        until(self._is_up, "campaign up serves, and its workers run", START_SECONDS)

    def load(self, file: Path) -> None:
        """Load content by the operator's command."""
        subprocess.run(
            [sys.executable, "-m", "campaign.cli", "load", str(file), "--data", str(self.data)],
            cwd=CHECKOUT,
            env=self.environ(),
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )

    def environ(self) -> dict[str, str]:
        """Return the operator's environment."""
        ours = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return (
            ours
            | moved_clock()
            | {
                "SECRET_KEY": SECRET_KEY,
                "PRIVACY_KEY": PRIVACY_KEY,
                "PUBLIC_URL": f"http://{HOST}:{self.port}",
                "MAIL_FROM": "Campaign <campaign@mail.example>",
                "SENDGRID_API_KEY": "SG.chaos",
                "SENDGRID_BASE_URL": self._sink_url,
                "SENDGRID_WEBHOOK_PUBLIC_KEY": _WEBHOOK_KEY,
                "CAMPAIGN_DATA": str(self.data),
                "PYTHONPATH": python_path(CHECKOUT),
                "CAMPAIGN_ACCOUNT": "nobody",
                "LIMITS": "off",
            }
        )

    def kill_supervisor(self) -> ProcessIdentity:
        """Kill the supervisor with -9; return who it was."""
        assert self._supervisor is not None
        was = identify(self._supervisor.pid)
        assert was is not None, self.last_words()
        self._supervisor.kill()
        self._supervisor.wait()
        return was

    def stop(self) -> int:
        """Ask it to finish; return its exit code."""
        assert self._supervisor is not None
        self._supervisor.send_signal(signal.SIGTERM)
        return self._supervisor.wait(STOP_SECONDS)

    def clean_up(self) -> None:
        """End whatever still runs here and remove the folder. Idempotent."""
        if self._supervisor is not None and self._supervisor.poll() is None:
            self._supervisor.kill()
            self._supervisor.wait()
        for process in self.processes():
            process.signal(signal.SIGKILL)
            wait_gone(process, 10)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Who runs

    def require_supervisor(self) -> None:
        """Fail when the supervisor ended without being killed by us."""
        assert self._supervisor is not None
        assert self._supervisor.poll() is None, f"the supervisor ended by itself\n{self.last_words()}"

    def find(self, role: str) -> ProcessIdentity | None:
        """Return the process of a role in the roster, None while it does not run."""
        found = self._roster().get(role)
        return found if found is not None and found.is_running() else None

    def roles(self) -> list[str]:
        """Return the roles that the roster lists now."""
        return list(self._roster())

    def web_workers(self) -> list[ProcessIdentity]:
        """Return the children of granian's main process."""
        main = self.find("web")
        return [] if main is None else _children(main.pid)

    def processes(self) -> list[ProcessIdentity]:
        """Return every process that runs for this installation, listed or not: what must be none after its end."""
        found = [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _mentions(entry, str(self.folder))]
        return [one for pid in found if (one := identify(pid)) is not None]

    def database_url(self) -> str | None:
        """Return the database's URL while a supervisor runs."""
        live = running_installation(self.data)
        return live.database_url if live else None

    def said(self) -> str:
        """Return all that its processes said."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def last_words(self) -> str:
        """Return the end of it."""
        return "\n".join(self.said().splitlines()[-40:])

    def _roster(self) -> dict[str, ProcessIdentity]:
        try:
            read = json.loads((self.data / "run/processes.json").read_text())
            return {one["role"]: ProcessIdentity(one["pid"], one["started"]) for one in read["processes"]}
        except (OSError, ValueError):
            return {}

    def _is_up(self) -> bool:
        self.require_supervisor()
        # The ticker is begun last; the roster of a killed predecessor lists the dead.
        return self.find("ticker") is not None and self._serves()

    def _serves(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _children(pid: int) -> list[ProcessIdentity]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [one for child in listed if (one := identify(int(child))) is not None]


def _mentions(entry: Path, folder: str) -> bool:
    """Whether a process has our folder in its environment, in its command line, or works in it."""
    if int(entry.name) == os.getpid():
        return False
    try:
        told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        return folder.encode() in told or str((entry / "cwd").readlink()).startswith(folder)
    except OSError:
        return False
