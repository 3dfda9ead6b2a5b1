"""Runs the periodic jobs, in a thread of each housekeeping worker, beside the pictures that the lane draws.

A round gives each job that is due a slice of time: batch after batch, each committed, until nothing is left or the
slice is over; then the next job has its turn. So a job with a million rows to go holds up no other for longer than a
slice, and one that fails or hangs in the database for no longer than `BATCH_SECONDS`. Several workers share the jobs:
each is run by one of them at a time.

Nobody wakes this thread: it looks at a dozen rows every few seconds, with Valkey or without.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.delivery.ports import MailLog
from campaign.delivery.upkeep import reconcile
from campaign.kernel.periodic import PeriodicJob
from campaign.outbox.runs import claim_run, know, list_due, put_off

_log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
SLICE_SECONDS = 10.0
"""How long one job may go on while others wait."""

BATCH_SECONDS = 30
"""How long one statement may take before PostgreSQL ends it. Shorter than the grace that a stopped worker has."""

RETRY_SECONDS = 60.0
RECONCILE = "delivery.reconcile"
RECONCILE_SECONDS = 30.0

_LIMIT = text(f"SET LOCAL statement_timeout = '{BATCH_SECONDS}s'")


def run_batch(session: Session, job: PeriodicJob) -> int | None:
    """Do one batch of a job that is due; returns how many rows it dealt with, None where it is not ours to do.

    The caller commits: the batch, and the note whether the job is done.
    """
    if not claim_run(session, job.name):
        return None
    session.execute(_LIMIT)
    count = job.run(session)
    if job.is_urgent or not count:
        put_off(session, job.name, job.every_seconds)
    return count


class Rounds:
    """The periodic work of one process: `run` until `stop` is set, or one round at a time."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        jobs: Sequence[PeriodicJob],
        mail_log: MailLog | None = None,
        *,
        stop: threading.Event | None = None,
        slice_seconds: float = SLICE_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._jobs = {job.name: job for job in jobs}
        self._mail_log = mail_log
        self._stop = stop or threading.Event()
        self._slice_seconds = slice_seconds

    def run(self) -> None:
        """Go round until stopped; while the database is away, wait for it."""
        while not self._stop.is_set():
            try:
                is_more = self.go_round()
            except SQLAlchemyError as error:
                _log.warning("the database is away: %s", type(error).__name__)
                is_more = False
            if not is_more:
                self._stop.wait(POLL_SECONDS)

    def go_round(self) -> bool:
        """Give each job that is due its slice of time; returns whether some are due still.

        Raises:
            SQLAlchemyError: the database is away.
        """
        is_more = False
        for name in self._list_due():
            if self._stop.is_set():
                return False
            if name == RECONCILE:
                self._reconcile()
            else:
                is_more |= self._give_slice(self._jobs[name])
        return is_more

    def _list_due(self) -> list[str]:
        names = [*self._jobs, *([RECONCILE] if self._mail_log is not None else [])]
        with self._sessions() as session:
            know(session, names)
            session.commit()
            return list_due(session, names)

    def _give_slice(self, job: PeriodicJob) -> bool:
        """Run batches of one job until nothing is left or its time is over; returns whether it goes on."""
        started, total = time.monotonic(), 0
        try:
            while True:
                with self._sessions() as session:
                    count = run_batch(session, job)
                    session.commit()
                total += count or 0
                if not count or self._stop.is_set() or time.monotonic() - started >= self._slice_seconds:
                    break
        except Exception as error:  # noqa: BLE001 - a job is any feature's code
            self._note_failure(job.name, error)
            count = None
        if total:
            _log.info("%s: %d rows in %.1f s", job.name, total, time.monotonic() - started)
        return bool(count)

    def _note_failure(self, name: str, error: Exception) -> None:
        """Let a job that failed be due in a minute, for every process: one bad job must not starve the others.

        Raises:
            SQLAlchemyError: the database is away.
        """
        _log.error("the periodic job %s failed", name, exc_info=error)
        with self._sessions() as session:
            put_off(session, name, RETRY_SECONDS)
            session.commit()

    def _reconcile(self) -> None:
        """Ask the provider's log about unknown mails; no transaction is open, and no row locked, meanwhile."""
        with self._sessions() as session:
            is_ours = claim_run(session, RECONCILE)
            if is_ours:
                put_off(session, RECONCILE, RECONCILE_SECONDS)
            session.commit()
        if not is_ours or self._mail_log is None:
            return
        try:
            looked = reconcile(self._sessions, self._mail_log)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever an answer of the provider breaks, the others go on
            self._note_failure(RECONCILE, error)
            return
        if looked.pause_seconds > RECONCILE_SECONDS:
            with self._sessions() as session:
                put_off(session, RECONCILE, looked.pause_seconds)
                session.commit()
        if looked.found:
            _log.info("the provider's log knew of %d unknown mails", looked.found)
