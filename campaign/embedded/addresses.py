"""Which ports an installation listens on: 8000 or, under `--demo`, the next free one, remembered."""

import ipaddress
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from campaign.embedded import ports
from campaign.embedded.errors import ServicesError
from campaign.embedded.options import UpOptions

_LOOPBACK = "127.0.0.1"
_WEB_PORT = 8000
_MAILBOX_PORT = 8025


@dataclass(frozen=True)
class Addresses:
    """Where this run listens. `mailbox_port` is None when no mail stand-in runs."""

    host: str
    web_port: int
    mailbox_port: int | None

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the pages. Passkeys refuse 127.0.0.1: loopback is called localhost."""
        host = self._reachable_host()
        return f"http://{'localhost' if host == _LOOPBACK else host}:{self.web_port}"

    @property
    def events_url(self) -> str:
        """Where the mail stand-in posts its events."""
        return f"http://{self._reachable_host()}:{self.web_port}/webhooks/sendgrid"

    @property
    def mailbox_url(self) -> str:
        """Where the mail stand-in shows its inbox."""
        return f"http://localhost:{self.mailbox_port}"

    def probe(self) -> tuple[str, int]:
        """Host and port at which to ask whether the pages are served."""
        return self._reachable_host().strip("[]"), self.web_port

    def _reachable_host(self) -> str:
        if self.host in ("", "0.0.0.0", "localhost"):  # noqa: S104 - asked about, not bound
            return _LOOPBACK
        if self.host == "::":
            return "[::1]"
        return f"[{self.host}]" if ":" in self.host else self.host


def choose_addresses(options: UpOptions, data_dir: Path, stack: ExitStack, *, with_mailbox: bool) -> Addresses:
    """Choose and claim the ports for as long as `stack` is open.

    Raises:
        ServicesError: `--demo` was asked to listen beyond loopback, or the port is taken.
    """
    host = _host(options)
    file = data_dir / "web.port"
    if options.demo and options.port is None:
        web_port, claim = ports.reserve_next(ports.remembered(file) or _WEB_PORT, host=host)
    else:
        web_port, claim = _insist(options.port or _WEB_PORT, host)
    stack.enter_context(claim)
    if options.demo:
        file.write_text(f"{web_port}\n")
    return Addresses(host, web_port, _mailbox_port(data_dir, stack) if with_mailbox else None)


def _host(options: UpOptions) -> str:
    host = options.host or _LOOPBACK
    host = _LOOPBACK if host == "localhost" else host
    if options.demo and not _is_loopback(host):
        raise ServicesError(f"--demo serves this machine alone: --host must be a loopback address, not {host}")
    return host


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _insist(port: int, host: str) -> tuple[int, socket.socket]:
    claim = ports.reserve(port, host)
    if claim is None:
        raise ServicesError(f"port {port} on {host} is taken; stop what listens there or choose another --port")
    return port, claim


def _mailbox_port(data_dir: Path, stack: ExitStack) -> int:
    file = data_dir / "mailbox.port"
    port, claim = ports.reserve_next(ports.remembered(file) or _MAILBOX_PORT)
    stack.enter_context(claim)
    file.write_text(f"{port}\n")
    return port
