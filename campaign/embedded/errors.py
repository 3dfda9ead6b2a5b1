"""What can go wrong while the processes of an installation start, in words an operator can act on."""

import shlex
from pathlib import Path


class ServicesError(Exception):
    """A process of the installation could not be started or stopped. The message is one clear sentence."""


class AlreadyRunningError(ServicesError):
    """Another supervisor owns this data directory: two must never write the same files."""

    def __init__(self, data_dir: Path, holder: str) -> None:
        super().__init__(f"another installation runs on {data_dir} ({holder}); stop it first or choose another --data")


class NoInstallationError(ServicesError):
    """There is no installation in the data directory, and what was asked for makes none.

    Attributes:
        line: what to type to make one there.
    """

    def __init__(self, data_dir: Path, near: Path | None) -> None:
        self.line = f"campaign up --data {shlex.quote(str(data_dir))}"
        hint = f" Did you mean {near}?" if near else ""
        super().__init__(f"there is no installation in {data_dir}.{hint}")


class ServerFailedError(ServicesError):
    """An embedded server did not come up. Carries the end of its own log, which names the cause."""

    def __init__(self, name: str, why: str, log: Path) -> None:
        super().__init__(f"{name} did not start: {why}\nIts log: {log}\n{_last_lines(log)}".rstrip())


def _last_lines(log: Path, count: int = 8) -> str:
    try:
        return "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
