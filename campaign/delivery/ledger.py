"""Write down what became of a claim's messages, and wait for a database that goes away in the middle.

What was posted is known to the worker that posted it and nowhere else, so it is patient.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from campaign.delivery.brakes import brake_lane
from campaign.delivery.calls import Post
from campaign.kernel.lanes import LaneName
from campaign.outbox.claims import Claim
from campaign.outbox.leases import Outcome, advance, renew

_log = logging.getLogger(__name__)

T = TypeVar("T")

DATABASE_GRACE_SECONDS = 600.0
"""How long a worker that knows what it posted waits for the database to write it down (after a stop: 10 s)."""

STOPPED_GRACE_SECONDS = 10.0


class Ledger:
    """What one pump of a lane writes down; `settled` counts state → messages."""

    def __init__(
        self, sessions: Callable[[], Session], lane: LaneName, lease_seconds: int, stop: threading.Event
    ) -> None:
        self._sessions = sessions
        self._lane = lane
        self._lease_seconds = lease_seconds
        self._stop = stop
        self.settled: Counter[str] = Counter()

    def advance(self, taken: Claim, outcomes: Sequence[Outcome], wave: Sequence[Post] = ()) -> frozenset[int]:
        """Settle what is known and begin the next wave, in one commit; returns the ids that may be posted."""
        ids = [message_id for post in wave for message_id in post.ids]
        if not ids and not outcomes:
            return frozenset()

        def work(session: Session) -> frozenset[int]:
            # One statement is its own transaction: BEGIN and COMMIT would be two more round trips a wave.
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            return advance(session, taken.token, outcomes, ids, lease_seconds=self._lease_seconds)

        begun = self._commit(work)
        self.settled.update(outcome.state for outcome in outcomes)
        return begun

    def renew(self, taken: Claim, ids: Sequence[int]) -> None:
        """Keep messages for another lease."""
        self._commit(lambda session: renew(session, taken.token, ids, lease_seconds=self._lease_seconds))

    def brake(self, reason: str) -> None:
        """Stop the lane for a while, for every worker."""
        self._commit(lambda session: brake_lane(session, self._lane, reason))

    def _commit(self, work: Callable[[Session], T]) -> T:
        """Run `work` and commit, again while the database is away: each of these may be repeated without harm."""
        started = time.monotonic()
        tries = 0
        while True:
            try:
                with self._sessions() as session:
                    result = work(session)
                    session.commit()
                    return result
            except (OperationalError, InterfaceError) as error:
                grace = STOPPED_GRACE_SECONDS if self._stop.is_set() else DATABASE_GRACE_SECONDS
                if time.monotonic() - started > grace:
                    raise
                _log.warning("the database is away, waiting to write down what was sent: %s", type(error).__name__)
                time.sleep(min(0.1 * 2**tries, 2.0))
                tries += 1
