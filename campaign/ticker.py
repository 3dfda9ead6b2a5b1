"""The ticker: every few seconds it takes back expired leases, wakes lanes that have due rows, and brakes.

Only what is short and urgent is done here; the rest of the periodic work is the housekeeping workers' (`periodic`),
and the ticker says when nobody does it. Several tickers may run; the one that holds the row lease acts. Losing all of
Valkey loses nothing: due rows are found here, in PostgreSQL.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.kernel import log
from campaign.kernel.db import make_engine
from campaign.kernel.installation import Installation
from campaign.kernel.periodic import PeriodicJob
from campaign.kernel.pulse import begin_pulse
from campaign.kernel.settings import Settings
from campaign.kernel.valkey import Breaker, ValkeyAwayError, connect
from campaign.outbox.holds import free_written
from campaign.outbox.leases import recover
from campaign.outbox.nudge import enqueue
from campaign.outbox.queries import list_due_lanes
from campaign.outbox.runs import get_overdue_seconds, know, put_off
from campaign.periodic import RETRY_SECONDS, run_batch

_log = logging.getLogger(__name__)

TICK_SECONDS = 5.0
LEASE_SECONDS = 20
OVERDUE_SECONDS = 600.0
"""So long after its time a periodic job is missed: no housekeeping worker runs, or none gets to it."""

_LEASE = text(
    """
    INSERT INTO ticker_leases (name, holder, until) VALUES ('ticker', :holder, now() + make_interval(secs => :seconds))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE ticker_leases.holder = excluded.holder OR ticker_leases.until < now()
    RETURNING holder
    """
)
_UNLEASE = text("DELETE FROM ticker_leases WHERE name = 'ticker' AND holder = :holder")


class Ticker:
    """One ticker. `tick` does one round; `wake` is called with each lane that has something to do."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        jobs: Sequence[PeriodicJob],
        wake: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._jobs = tuple(jobs)
        self._wake = wake
        self._clock = clock
        self._holder: UUID = uuid4()
        self._warn_at = float("-inf")

    def tick(self) -> bool:
        """Do one round if this ticker holds the lease, or can get it; returns whether it does.

        Raises:
            SQLAlchemyError: the database is away.
        """
        with self._sessions() as session:
            is_mine = session.execute(_LEASE, {"holder": self._holder, "seconds": LEASE_SECONDS}).scalar() is not None
            session.commit()
        if not is_mine:
            return False
        with self._sessions() as session:
            found = recover(session)
            free_written(session)
            session.commit()
            lanes = list_due_lanes(session)
        if found:
            _log.warning("leases ran out: %s", dict(found))
        for lane in lanes:
            self._wake(lane)
        self._know_jobs()
        for job in self._jobs:
            if job.is_urgent:
                self._run_job(job)
        self._miss_jobs()
        return True

    def release(self) -> None:
        """Let another ticker act at once."""
        with self._sessions() as session:
            session.execute(_UNLEASE, {"holder": self._holder})
            session.commit()

    def _know_jobs(self) -> None:
        with self._sessions() as session:
            know(session, [job.name for job in self._jobs])
            session.commit()

    def _run_job(self, job: PeriodicJob) -> None:
        """Run an urgent job whose time has come, in one transaction with the note that it ran."""
        try:
            with self._sessions() as session:
                run_batch(session, job)
                session.commit()
        except Exception:  # noqa: BLE001 - a job is any feature's code
            # One bad job must not starve the others, nor the nudges.
            _log.exception("the periodic job %s failed", job.name)
            with self._sessions() as session:
                put_off(session, job.name, RETRY_SECONDS)
                session.commit()

    def _miss_jobs(self) -> None:
        """Say, now and then, which periodic jobs nobody has done for long."""
        if self._clock() < self._warn_at:
            return
        self._warn_at = self._clock() + OVERDUE_SECONDS
        with self._sessions() as session:
            overdue = get_overdue_seconds(session)
        missed = sorted(name for name, seconds in overdue.items() if seconds > OVERDUE_SECONDS)
        if missed:
            _log.warning("nobody does %s: does a housekeeping worker run?", ", ".join(missed))


def run_ticker(settings: Settings, jobs: Sequence[PeriodicJob]) -> int:
    """Tick until SIGTERM or SIGINT; returns the exit code. Survives both servers being away."""
    log.configure(settings.log_format)
    begin_pulse()
    engine = make_engine(settings)
    breaker = Breaker(connect(settings.redis_url, 0.5))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())

    def wake(lane: str) -> None:
        try:
            breaker.call(lambda client: enqueue(client, lane))
        except (ValkeyAwayError, RedisError):
            _log.warning("Valkey is away; workers find the rows by themselves")

    ticker = Ticker(
        Installation(settings).sessions(engine),
        jobs,
        wake,
    )
    while not stop.is_set():
        _attempt(ticker.tick)
        stop.wait(TICK_SECONDS)
    _attempt(ticker.release)
    engine.dispose()
    return 0


def _attempt(work: Callable[[], object]) -> None:
    try:
        work()
    except SQLAlchemyError as error:
        _log.warning("the database is away: %s", type(error).__name__)
