"""The embedded Valkeys of one installation, on loopback, each with a password.

`Valkey` has the queue's nudges. Its append-only file is on (with default settings it lost every acknowledged job when
killed) and it never evicts.

`LimitsValkey` has what the limits count, and writes nothing of it anywhere: an append-only file keeps the order of all
posts, and beside the database's rows, which have an order too, it would say who of them came from the same place. So it
is a server of its own: there is no leaving a part of one server out of its file, which also has each key's end.
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

from campaign.embedded.errors import ServicesError
from campaign.embedded.secret_files import kept_secret, write_private
from campaign.embedded.server import EmbeddedServer
from campaign.embedded.wheels import valkey_program

_LOCK_SECONDS = 10.0
_FORGET_LIMITS = (
    """EVAL "for _, key in ipairs(redis.call('KEYS', 'limit:*')) do redis.call('UNLINK', key) end return 1" 0"""
)


class Valkey(EmbeddedServer):
    """The queue's Valkey."""

    name: ClassVar[str] = "valkey"
    keeping: ClassVar[Sequence[str]] = (
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
    )
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
            *self.keeping,
            "daemonize no",
            'logfile ""',
            "loglevel notice",
            # What a command was given is in no log: none of slow commands, none after a crash.
            "commandlog-execution-slower-than -1",
            "commandlog-request-larger-than -1",
            "commandlog-reply-larger-than -1",
            "hide-user-data-from-log yes",
            "databases 16",
            "tcp-keepalive 60",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        return self._ask("PING") == b"+OK\r\n+PONG\r\n"

    def _after_start(self) -> None:
        """Have the append-only file written anew: what the last life did, and in which order, is nobody's business.

        Before the limits had a server of their own, the file told of them, too.
        """
        self._ask(_FORGET_LIMITS)
        self._ask("BGREWRITEAOF")

    def _ask(self, command: str) -> bytes:
        """Return what the server answers to the password and one inline command; less, or nothing, if it hangs up."""
        answer = b""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password()}\r\n{command}\r\n".encode())
                while answer.count(b"\r\n") < 2 and (received := connection.recv(512)):
                    answer += received
        except OSError:
            return b""
        return answer

    def _password(self) -> str:
        return kept_secret(self.folder / "password", self.home.account)

    def _url(self) -> str:
        return f"redis://:{self._password()}@127.0.0.1:{self.port}/0"


class LimitsValkey(Valkey):
    """The Valkey of the limits: in memory only, and bounded, as everybody may post. It forgets what ends first."""

    name: ClassVar[str] = "limits"
    keeping: ClassVar[Sequence[str]] = ("appendonly no", 'save ""', "maxmemory 64mb", "maxmemory-policy volatile-ttl")

    def _after_start(self) -> None:
        """Do nothing: it has no file."""


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
