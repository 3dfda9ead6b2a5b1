"""One owner at a time for a data directory: the lock that `campaign up` and borrowing commands take."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.embedded.errors import AlreadyRunningError
from campaign.embedded.identity import myself

UP = "campaign up"
BORROWER = "a command"


@contextmanager
def hold(data_dir: Path, role: str, *, patience_seconds: float = 30.0) -> Iterator[None]:
    """Hold the data directory's lock for the length of the block.

    Waits for another command that is nearly done, never for a supervisor. The kernel frees the lock when we die.

    Args:
        data_dir: An existing data directory.
        role: `UP` or `BORROWER`, shown to whoever finds the lock taken.
        patience_seconds: How long to wait for a borrower.

    Raises:
        AlreadyRunningError: A supervisor owns the directory, or a borrower did not finish.
    """
    descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience_seconds
        while not _try_lock(descriptor):
            holder = _holder(descriptor)
            if holder.get("role") == UP or time.monotonic() > deadline:
                raise AlreadyRunningError(
                    data_dir, f"{holder.get('role', 'unknown')}, pid {holder.get('pid', 'unknown')}"
                )
            time.sleep(0.05)
        _sign(descriptor, role)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int, role: str) -> None:
    me = myself()
    text = json.dumps({"role": role, "pid": me.pid, "started": me.started}).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text, 0)


def _holder(descriptor: int) -> dict[str, object]:
    try:
        read = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:  # taken a moment ago, not signed yet
        return {}
    return read if isinstance(read, dict) else {}
