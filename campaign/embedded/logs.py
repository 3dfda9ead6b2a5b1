"""The embedded servers' logs: bounded in size and age, while the servers write to them.

    postgres.log ─ 10 MB, or a week after the last turn ─► postgres.log.1 ─ the next turn ─► gone

A server holds its log open, so it is copied and emptied in its place; both servers append, and go on at its beginning.
A line written between the two is lost: these logs help to mend a server, nothing is found in them alone. So the two
files of a server take twice the size at most, and hold nothing older than two weeks.

What our own programs say goes to the supervisor's standard error: its bounds are the journal's.
"""

import os
import shutil
import time
from pathlib import Path

LIMIT_BYTES = 10_000_000
KEPT_SECONDS = 7 * 86_400


def before(log: Path) -> Path:
    """Return the file that holds what was written before the last turn."""
    return log.with_name(f"{log.name}.1")


def turn(log: Path, at: float | None = None) -> bool:
    """Begin a log anew where it is too long or too old; returns whether it was.

    Side effects: the log and the one before it. The age of the latter tells when it was last begun; without one it
    begins now.

    Args:
        log: The file that a server appends to; it need not exist.
        at: The time, in seconds since 1970.
    """
    at = time.time() if at is None else at
    earlier = before(log)
    try:
        size = log.stat().st_size
        begun_at = earlier.stat().st_mtime if earlier.exists() else None
    except FileNotFoundError:
        return False
    if begun_at is None:
        earlier.touch(mode=0o600)
        os.utime(earlier, (at, at))
        begun_at = at
    if size <= LIMIT_BYTES and at - begun_at < KEPT_SECONDS:
        return False
    draft = log.with_name(f"{log.name}.draft")
    shutil.copyfile(log, draft)
    draft.chmod(0o600)
    os.utime(draft, (at, at))
    draft.replace(earlier)
    os.truncate(log, 0)
    return True


def turn_all(folder: Path) -> None:
    """Turn every log of a folder that is due."""
    for log in sorted(folder.glob("*.log")):
        turn(log)
