"""The one way in which a view changes something by itself: work, commit, the queue told; again where a neighbour was.

    what was read ─ its connection given back ─► work(session) ─► commit ─► lanes nudged ─► the answer
                                                      ▲               │ a deadlock, a serialization failure,
                                                      └─ all of it ───┘ a lock not given, a key taken (`retrying`)

Hot paths do not come by here but by a coalescer (`kernel/coalesce.py`). Nobody else commits: a view that does it by its
own session would show a deadlock to a visitor as a broken page, and `tests/architecture` finds it.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Flask, current_app
from sqlalchemy.orm import Session

from campaign.kernel.db import db
from campaign.kernel.lanes import LaneName
from campaign.kernel.once_more import note_change
from campaign.kernel.retrying import transact

T = TypeVar("T")

_KEY = "campaign.unit"


class UnitOfWork:
    """Runs what a request changes, each time in a transaction and a session of its own.

    Args:
        sessions: opens a plain session.
        nudge: tells the workers of a lane that there is something to do; must not raise.
    """

    def __init__(self, sessions: Callable[[], Session], nudge: Callable[[LaneName], None]) -> None:
        self._sessions = sessions
        self._nudge = nudge

    def run(self, work: Callable[[Session], T], *, wakes: Sequence[LaneName] = (), is_idempotent: bool = False) -> T:
        """Return `work(session)`, committed.

        Args:
            work: what to do; everything it decides on it reads by itself, since it may be run again.
            wakes: the lanes whose workers may have something to do then; nobody hears of what was not committed.
            is_idempotent: whether twice does no harm, so that a connection lost in the commit lets it run again.

        Raises:
            TryLaterError: neighbours stayed in the way, or the database stays away; nothing is stored then.

        Side effects: gives back the connection by which this request read, since it takes one at a time.
        """
        db.session.close()
        note_change()
        outcome = transact(self._sessions, work, is_idempotent=is_idempotent)
        for lane in wakes:
            self._nudge(lane)
        return outcome


def init_unit(app: Flask, sessions: Callable[[], Session], nudge: Callable[[LaneName], None]) -> None:
    """Give the views of `app` their unit of work."""
    app.extensions[_KEY] = UnitOfWork(sessions, nudge)


def unit_of_work() -> UnitOfWork:
    """Return the unit of work of the application that serves this request."""
    found: UnitOfWork = current_app.extensions[_KEY]
    return found
