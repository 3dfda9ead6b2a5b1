"""Somebody else who does something in a transaction of their own, at the same moment as a test."""

import threading
import time

from sqlalchemy import text

_WAITING = text("""
SELECT count(*) FROM pg_stat_activity a WHERE datname = current_database() AND wait_event_type = 'Lock'
AND query LIKE :what AND EXISTS (
    SELECT FROM pg_locks l WHERE l.pid = a.pid AND NOT granted
    AND waitstart <= clock_timestamp() - CAST(:milliseconds || ' milliseconds' AS interval))
""")


class Other(threading.Thread):
    """Does something in a transaction of its own; `join` returns what came of it."""

    def __init__(self, sessions, doing):
        super().__init__(daemon=True)
        self._sessions, self._doing, self._outcome = sessions, doing, None
        self.start()

    def run(self):
        try:
            with self._sessions() as session, session.begin():
                self._outcome = self._doing(session)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self._outcome = error

    def result(self):
        self.join(30)
        assert not self.is_alive()
        return self._outcome

    def wait_until_it_waits(self, what, milliseconds=0):
        """Until its statement that looks like `what` waits for a lock, and has for so long."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with self._sessions() as session:
                if session.scalar(_WAITING, {"what": what, "milliseconds": milliseconds}):
                    return
            assert self.is_alive(), self._outcome
            time.sleep(0.01)
        raise AssertionError("it waits for nothing")


def run_into_a_deadlock(sessions, doing, *, holds, wants, waits_in):
    """Let `doing()` meet a neighbour who holds what it wants and wants what it holds; return what came of it.

    PostgreSQL ends whichever has waited a second first (`deadlock_timeout`), and the neighbour begins to wait later.

    Args:
        sessions: opens a plain session. doing: takes nothing; commits by itself.
        holds, wants: what the neighbour locks before and after `doing` waits for it.
        waits_in: what the statement looks like that waits.
    """
    with sessions() as neighbour:
        neighbour.execute(text(holds))
        other = Other(sessions, lambda _session: doing())
        other.wait_until_it_waits(waits_in, milliseconds=300)
        neighbour.execute(text(wants))
        neighbour.commit()
    return other.result()
