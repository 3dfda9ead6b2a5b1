"""Looks at what a web process stands on, for `/readyz`: each answer is `ok` or a few words of what is wrong.

Anybody may ask, as often as they like; the answer is at most a second old (`Looks`), so asking costs nothing.
"""

import threading
import time
from collections.abc import Callable, Mapping

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.folders import MIGRATIONS
from campaign.kernel.table_versions import are_current
from campaign.kernel.valkey import Breaker, ValkeyAwayError

# A write that leaves nothing, not even in a catalogue, and is on the disk when it is committed: it fails on a replica
# or a full disk, as a pledge would. A database that is told to be read only would take it, so that is asked too.
_WRITE = text("SELECT current_setting('transaction_read_only'), pg_logical_emit_message(true, 'readyz', '')")

Checks = Mapping[str, str]


class Looks:
    """Keeps what a look came to for a second; who asks meanwhile gets that, or waits for the look that is being taken.

    Args:
        look: looks, now.
        monotonic: the clock, in seconds.
    """

    SECONDS = 1.0

    def __init__(self, look: Callable[[], Checks], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: tuple[float, Checks] | None = None

    def now(self) -> Checks:
        """Return what is so, at most a second old."""
        with self._lock:
            if self._kept is None or self._monotonic() >= self._kept[0] + self.SECONDS:
                checks = self._look()
                self._kept = (self._monotonic(), checks)
            return self._kept[1]


def check_database(session: Session) -> str:
    """Say whether the database takes a write."""
    try:
        is_read_only = session.execute(_WRITE).one()[0] == "on"
        session.commit()
    except DBAPIError as error:
        session.rollback()
        return f"cannot write: {type(error.orig).__name__}"
    return "cannot write: read only" if is_read_only else "ok"


def check_migrations(database_url: str) -> str:
    """Say whether the tables are as new as the code."""
    return "ok" if are_current(database_url, MIGRATIONS) else "not at their newest version"


def check_queue(breaker: Breaker) -> str:
    """Say whether Valkey answers."""
    try:
        breaker.call(lambda client: client.ping())
    except ValkeyAwayError as error:
        return f"away: {error}"
    return "ok"
