"""The load generator: wrk, and what it counted."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32

_SCRIPT = Path(__file__).parent / "load.lua"
_MISSING = "The load generator wrk is needed and is not on PATH (on Debian: apt install wrk; elsewhere: build wrk 4)."


@dataclass(frozen=True)
class Load:
    """One run of wrk. `accepted` counts the answers that mean success."""

    accepted: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.accepted / self.seconds


class UnfairError(Exception):
    """Something else than success was answered, or what was stored is not what was answered: no number is worth it."""


def require_wrk() -> None:
    """Say what to install, and leave, where there is no wrk."""
    if shutil.which("wrk") is None:
        sys.stderr.write(_MISSING + "\n")
        raise SystemExit(2)


def get(url: str, seconds: int) -> Load:
    """GET one page as often as it is answered. Every answer must be a 2xx or 3xx; look at one before."""
    told = _wrk(url, seconds)
    return _checked(told, told["requests"], url)


def post(base: str, feed: Path, seconds: int) -> Load:
    """POST each line of `feed` once. Every answer must be a 303."""
    told = _wrk(base, seconds, str(feed))
    statuses = {name: count for name, count in told.items() if name.isdigit()}
    if not set(statuses) <= {"303"}:
        raise UnfairError(f"{base}: answers were {statuses}, not 303 alone (404: the feed ran out)")
    return _checked(told, statuses.get("303", 0), base)


def write_feed(file: Path, lines: Iterable[tuple[str, str]]) -> Path:
    """Write (path, body) pairs as wrk reads them."""
    file.write_text("".join(f"{path}\t{body}\n" for path, body in lines))
    return file


def _wrk(url: str, seconds: int, *arguments: str) -> dict[str, int]:
    options = [f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)]
    command = ["wrk", "-t1", *options, url, "--", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    words = [line.split() for line in ran.stdout.splitlines()]
    told = {line[0]: int(line[1]) for line in words if len(line) == 2 and line[1].lstrip("-").isdigit()}
    return told | {line[1]: int(line[2]) for line in words if len(line) == 3 and line[0] == "status"}


def _checked(told: dict[str, int], accepted: int, url: str) -> Load:
    if told["bad"] or told["broken"]:
        raise UnfairError(f"{url}: {told}")
    return Load(accepted, told["microseconds"] / 1e6)
