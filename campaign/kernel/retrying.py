"""Runs a transaction again where a neighbour was in its way: one rule for batches, pages, the webhook and commands.

What is run again is always the whole transaction, in a session of its own: whatever it read is read anew. Limits are
counted before it and lanes are nudged after it, so neither happens twice.

Two cases differ. PostgreSQL says that it has undone the transaction (a deadlock, a key that a neighbour took): anything
may be run again. The connection is lost: it may have been in the commit, and only what does no harm twice is run again.
"""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from campaign.kernel.errors import TryLaterError

T = TypeVar("T")

log = logging.getLogger(__name__)

RETRYABLE = frozenset({"40P01", "40001", "23505", "55P03"})
"""Deadlock, serialization failure, a unique key taken by a neighbour, lock timeout: undone for certain, run again.
Source: PostgreSQL documentation, appendix A."""

ATTEMPTS = 6
"""With the pauses between them about a second: longer than a neighbour's batch, shorter than a visitor waits."""

_KEY_TAKEN = "23505"


def was_undone(error: DBAPIError) -> bool:
    """Whether PostgreSQL has rolled back what met `error`, for a reason that passes."""
    return getattr(error.orig, "sqlstate", None) in RETRYABLE


def is_of_one_row(error: BaseException | None) -> bool:
    """Whether `error` may be one row's fault alone: a key was taken, and no lock or server was in the way."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _KEY_TAKEN


def is_passing(error: DBAPIError) -> bool:
    """Whether `error` passes by itself, also where nobody knows if the transaction was committed."""
    return was_undone(error) or is_lost(error)


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection broke, or there was none to be had: the database is away, restarting or unreachable."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith(("08", "57P")) or error.connection_invalidated
    return error.connection_invalidated or isinstance(error, OperationalError)


def run_again(
    work: Callable[[], T],
    *,
    is_worth_it: Callable[[DBAPIError], bool],
    what: str,
    busy: Callable[[str], TryLaterError] = TryLaterError,
    attempts: int = ATTEMPTS,
) -> T:
    """Return `work()`, a whole transaction, tried at most `attempts` times with growing pauses between.

    Args:
        work: the transaction; it must commit by itself.
        is_worth_it: which errors let it run again; others are raised as they came.
        what: a word for the log.
        busy: makes what is raised when the last attempt failed, or no connection was free.
        attempts: how often it is tried in all.

    Raises:
        TryLaterError: as `busy` makes it; its cause is the error that the last attempt met.
    """
    for attempt in range(1, attempts + 1):
        try:
            return work()
        except PoolTimeoutError as error:
            raise busy("the database is busy") from error
        except DBAPIError as error:
            if not is_worth_it(error):
                raise
            if attempt == attempts:
                raise busy("the database is away or busy") from error
            log.warning("%s runs again: %s", what, type(error.orig).__name__)
            # The database may be restarting; and two who met must not meet again.
            time.sleep(0.02 * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - a pause, not a secret
    raise AssertionError("unreachable")  # pragma: no cover


def transact(sessions: Callable[[], Session], work: Callable[[Session], T], *, is_idempotent: bool = False) -> T:
    """Return `work(session)`, committed: a transaction of its own, run again where a neighbour was in its way.

    Args:
        sessions: opens a plain session.
        work: what to do; everything it decides on it reads by itself.
        is_idempotent: whether doing it twice does no harm, so that a connection lost in the commit lets it run again.

    Raises:
        TryLaterError: the database stays away or busy.
    """

    def once() -> T:
        with sessions() as session, session.begin():
            return work(session)

    return run_again(once, is_worth_it=is_passing if is_idempotent else was_undone, what="a transaction")
