"""Moves the clock of a test run, for Python, PostgreSQL, Valkey and whatever the tests start.

`CAMPAIGN_TEST_DATE=2028-02-29T23:30:00Z` names the instant at which the run begins; from there the time flows. The run
builds a library with that offset in it and starts itself again with it preloaded, which every process inherits: so all
of them agree, whenever each was started. Why not an existing library: docs/adr/0021.
"""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.servers import temporary_folder

VARIABLE = "CAMPAIGN_TEST_DATE"
_PRELOAD = "LD_PRELOAD"
_LIBRARY = "moved_clock.so"
_SOURCE = Path(__file__).with_name("moved_clock.c")
_FIND = Path(__file__).parents[1] / "tools/find_compiler.sh"


def moved_clock() -> dict[str, str]:
    """Return the variable by which a process shares this run's clock, for those that are started with few others."""
    return {_PRELOAD: os.environ[_PRELOAD]} if _is_moved() else {}


def move_clock(config: pytest.Config) -> None:
    """Start the run again with its clock moved, where a date is asked for. Returns where none is, or it is done.

    Raises:
        pytest.UsageError: No such instant, or nothing that would build the library.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted or _is_moved():
        return
    # The servers' account reads it too: in a folder that account can pass through.
    folder = temporary_folder("campaign-tests-clock-")
    environ = {**os.environ, _PRELOAD: str(build_library(folder, seconds_until(wanted)))}
    # What the run says from now on goes to the terminal, not into the file that this process would have read.
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environ)


def forget_clock() -> None:
    """Remove the library of this run, at its end; does nothing where there is none."""
    if _is_moved():
        shutil.rmtree(Path(os.environ[_PRELOAD]).parent, ignore_errors=True)


def seconds_until(wanted: str) -> int:
    """Return how many seconds lie between the true time and an instant in ISO 8601 with its zone.

    Raises:
        pytest.UsageError: It is no such instant.
    """
    try:
        instant = datetime.fromisoformat(wanted)
    except ValueError as error:
        raise pytest.UsageError(f"{VARIABLE}={wanted}: {error}") from error
    if instant.tzinfo is None:
        raise pytest.UsageError(f"{VARIABLE}={wanted}: say its zone too, as in {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    return round(instant.timestamp() - time.time())


def build_library(folder: Path, offset: int) -> Path:
    """Build the library that moves the time of day by `offset` seconds; return its path.

    Raises:
        pytest.UsageError: There is no compiler, or it failed; with the words of either.
    """
    compiler = _told(["sh", str(_FIND)])
    library = folder / _LIBRARY
    flags = ["-shared", "-fPIC", "-O2", f"-DOFFSET_SECONDS={offset}"]
    _told([compiler, *flags, "-o", str(library), str(_SOURCE), "-ldl"])
    library.chmod(0o644)
    return library


def _is_moved() -> bool:
    return os.environ.get(_PRELOAD, "").endswith(f"/{_LIBRARY}")


def _told(command: list[str]) -> str:
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        raise pytest.UsageError(found.stderr.strip())
    return found.stdout.strip()
