"""The ticker: every few seconds it wakes lanes that have due rows, takes back expired leases, and runs periodic jobs.

Several tickers may run; the one that holds the row lease acts. Last runs are rows too, so that a restart neither
repeats a job nor starves it. Losing all of Valkey loses nothing: due rows are found here, in PostgreSQL.
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

from campaign.actions.kind import TickerJob
from campaign.delivery.brakes import apply_automatic_brakes
from campaign.delivery.ports import MailLog
from campaign.delivery.sendgrid import SendGridSender
from campaign.delivery.upkeep import purge, reconcile
from campaign.kernel import log
from campaign.kernel.db import make_engine
from campaign.kernel.installation import Installation
from campaign.kernel.settings import Settings
from campaign.kernel.valkey import Breaker, ValkeyAwayError, connect
from campaign.outbox.holds import hold_stopped
from campaign.outbox.leases import recover
from campaign.outbox.nudge import enqueue
from campaign.outbox.queries import list_due_lanes

_log = logging.getLogger(__name__)

TICK_SECONDS = 5.0
LEASE_SECONDS = 20
RETRY_SECONDS = 60.0
RECONCILE_SECONDS = 30.0


def _brake(session: Session) -> None:
    apply_automatic_brakes(session)


OWN_JOBS = (TickerJob("delivery.brakes", 60, _brake), TickerJob("delivery.purge", 3600, purge))

_LEASE = text(
    """
    INSERT INTO ticker_leases (name, holder, until) VALUES ('ticker', :holder, now() + make_interval(secs => :seconds))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE ticker_leases.holder = excluded.holder OR ticker_leases.until < now()
    RETURNING holder
    """
)
_UNLEASE = text("DELETE FROM ticker_leases WHERE name = 'ticker' AND holder = :holder")

_KNOW_JOB = text("INSERT INTO ticker_runs (name) VALUES (:name) ON CONFLICT DO NOTHING")
_START_JOB = text(
    """
    UPDATE ticker_runs SET last_run_at = now() WHERE name = (
        SELECT name FROM ticker_runs
        WHERE name = :name AND last_run_at <= now() - make_interval(secs => :every) FOR UPDATE SKIP LOCKED)
    RETURNING name
    """
)


class Ticker:
    """One ticker. `tick` does one round; `wake` is called with each lane that has something to do."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        jobs: Sequence[TickerJob],
        wake: Callable[[str], None],
        mail_log: MailLog | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._jobs = (*OWN_JOBS, *jobs)
        self._wake = wake
        self._mail_log = mail_log
        self._clock = clock
        self._holder: UUID = uuid4()
        self._not_before: dict[str, float] = {}

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
            hold_stopped(session)
            session.commit()
            lanes = list_due_lanes(session)
        if found:
            _log.warning("leases ran out: %s", dict(found))
        for lane in lanes:
            self._wake(lane)
        for job in self._jobs:
            self._run_job(job)
        self._reconcile()
        return True

    def release(self) -> None:
        """Let another ticker act at once."""
        with self._sessions() as session:
            session.execute(_UNLEASE, {"holder": self._holder})
            session.commit()

    def _run_job(self, job: TickerJob) -> None:
        """Run a job whose time has come, in one transaction with the note that it ran."""
        if self._clock() < self._not_before.get(job.name, 0.0):
            return
        try:
            with self._sessions() as session:
                session.execute(_KNOW_JOB, {"name": job.name})
                if session.execute(_START_JOB, {"name": job.name, "every": job.every_seconds}).scalar() is not None:
                    job.run(session)
                session.commit()
        except Exception:  # noqa: BLE001 - a job is any feature's code
            # One bad job must not starve the others, nor the nudges.
            _log.exception("the periodic job %s failed", job.name)
            self._not_before[job.name] = self._clock() + RETRY_SECONDS

    def _reconcile(self) -> None:
        if self._mail_log is None or self._clock() < self._not_before.get("reconcile", 0.0):
            return
        looked = reconcile(self._sessions, self._mail_log)
        self._not_before["reconcile"] = self._clock() + max(RECONCILE_SECONDS, looked.pause_seconds)
        if looked.found:
            _log.info("the provider's log knew of %d unknown mails", looked.found)


def run_ticker(settings: Settings, jobs: Sequence[TickerJob]) -> int:
    """Tick until SIGTERM or SIGINT; returns the exit code. Survives both servers being away."""
    log.configure(settings.log_format)
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
        SendGridSender(settings.sendgrid_api_key, settings.sendgrid_base_url),
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
