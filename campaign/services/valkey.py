"""The embedded Valkey: queue nudges, limits and caches of one installation, on loopback, with a password.

Its append-only file is on (with default settings it lost every acknowledged job when killed) and it never evicts: what
it holds is small, and losing a counter silently would open a limit.
"""

import fcntl
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from campaign.services.embedded import EmbeddedServer
from campaign.services.errors import ServicesError
from campaign.services.secret_files import kept_secret, write_private
from campaign.services.wheels import valkey_program

_LOCK_SECONDS = 10.0


class Valkey(EmbeddedServer):
    """Valkey of one installation."""

    name: ClassVar[str] = "valkey"
    death_signal: ClassVar[int] = signal.SIGTERM
    ready_within_seconds: ClassVar[float] = 30.0
    end_steps: ClassVar[Sequence[tuple[int, float]]] = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
    _program = Path()

    def _prepare(self) -> None:
        self._program = valkey_program(self.home.account, self.home.binaries)

    @contextmanager
    def _claim(self) -> Iterator[Sequence[int]]:
        """Lock the files, for as long as the *server* lives: it inherits the descriptor, and we close ours.

        Nothing in Valkey stops a second server from writing the same append-only file.
        """
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            deadline = time.monotonic() + _LOCK_SECONDS
            while not _try_lock(descriptor):
                if time.monotonic() > deadline:
                    raise ServicesError(f"another Valkey holds {self.folder}")
                time.sleep(0.05)
            yield (descriptor,)
        finally:
            os.close(descriptor)

    def _command(self) -> list[str]:
        # A file, because everybody on the machine can read a command line, and the password is in it.
        config = self.folder / "valkey.conf"
        write_private(config, self._configuration(), self.home.account)
        return [str(self._program), str(config)]

    def _configuration(self) -> str:
        folder = str(self.folder).replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self._password()}",
            f'dir "{folder}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
            'logfile ""',
            "loglevel notice",
            "databases 16",
            "tcp-keepalive 60",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password()}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    received = connection.recv(512)
                    if not received:
                        return False
                    answer += received
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def _password(self) -> str:
        return kept_secret(self.folder / "password", self.home.account)

    def _url(self) -> str:
        return f"redis://:{self._password()}@127.0.0.1:{self.port}/0"


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
