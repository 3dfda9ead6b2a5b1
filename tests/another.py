"""Somebody else who does something in a transaction of their own, at the same moment as a test."""

import threading
import time

from sqlalchemy import text

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
    "AND query LIKE :what"
)


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

    def wait_until_it_waits(self, what):
        """Until its statement that looks like `what` waits for a lock."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with self._sessions() as session:
                if session.scalar(_WAITING, {"what": what}):
                    return
            assert self.is_alive(), self._outcome
            time.sleep(0.01)
        raise AssertionError("it waits for nothing")
