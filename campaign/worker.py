"""A queue worker: drains one lane whenever it is nudged, and every few seconds without being asked.

RQ only nudges, PostgreSQL is the ledger: while Valkey is away the worker goes on by looking at the rows itself, while
PostgreSQL is away it waits. It reads JSON only and no job but the one we write (`outbox.nudgejob`), for whoever can
write into Valkey could otherwise run anything. It listens to one queue: with two, RQ can lose a job for ever.

A worker of the housekeeping lane also runs the periodic jobs (`periodic`), in a thread of their own: neither do they
wait for a picture that is drawn, nor pictures for them.

SIGTERM: what is in flight is finished and written down, what had not begun goes back, exit code 0.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.sendgrid import SendGridSender
from campaign.delivery.topics import MailTopic
from campaign.kernel import log
from campaign.kernel.db import make_engine
from campaign.kernel.installation import Installation
from campaign.kernel.lanes import LaneName
from campaign.kernel.periodic import PeriodicJob
from campaign.kernel.pulse import begin_pulse
from campaign.kernel.settings import Settings
from campaign.kernel.valkey import connect
from campaign.outbox.nudge import SPACING_SECONDS, enqueue, queue_name, wipe_mark
from campaign.outbox.nudgejob import NudgeJob
from campaign.periodic import BATCH_SECONDS, Rounds

_log = logging.getLogger(__name__)

DRAIN_SECONDS = 30.0
POLL_SECONDS = 5.0
AWAY_POLL_SECONDS = 1.0
"""How often rows are looked for without a nudge, with Valkey there and without."""

HOUSEKEEPING_NICENESS = 10
"""Drawing uses the processor, of which whoever signs has the first call."""

LISTEN_SECONDS = 1
MAX_RECONNECT_SECONDS = 10.0

_drain: Callable[[], None] | None = None


def drain(lane: str) -> None:
    """Drain `lane`; the job that RQ calls by its name, in the worker that `run_worker` has set up."""
    if _drain is None:
        raise RuntimeError(f"no worker of the lane {lane} runs here")
    try:
        _drain()
    except Exception:  # noqa: BLE001 - RQ would keep its words in Valkey, and log them: what people typed may be in them
        _log.exception("draining the lane %s failed", lane)


class LaneWorker(SimpleWorker):
    """An RQ worker that works in its own process and knows no job but a nudge."""

    job_class = NudgeJob

    def listen(self, seconds: int) -> bool:
        """Wait for a job and do it; returns whether one came.

        Raises:
            RedisError: Valkey is away.
        """
        if self.should_run_maintenance_tasks:
            self._keep_up()
        self.heartbeat()
        try:
            found = self.queue_class.dequeue_any(
                self.queues, seconds, connection=self.connection, job_class=self.job_class, serializer=self.serializer
            )
        except DequeueTimeout:
            return False
        except ValueError as error:  # what stood in the queue is no job's name
            self._drop_unreadable(error)
            return False
        if found is None:
            return False
        job, queue = found
        job.redis_server_version = self.get_redis_server_version()  # type: ignore[no-untyped-call]
        self.execute_job(job, queue)
        return True

    def _keep_up(self) -> None:
        try:
            self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
        except ValueError as error:
            self._drop_unreadable(error)

    def _drop_unreadable(self, error: ValueError) -> None:
        """Drop the names of jobs that were taken and not begun. One of them is no name; the others are only nudges."""
        _log.error("refused what is no job: %s", type(error).__name__)
        self.connection.delete(*(queue.intermediate_queue_key for queue in self.queues))


class _Process:
    """The loop of one worker process."""

    def __init__(self, redis_url: str, lane: Lane) -> None:
        self._redis_url = redis_url
        self._lane = lane
        self._name = lane.options.lane
        self._stop = lane.stop
        self._client: Redis | None = None
        self._rq: LaneWorker | None = None
        self._reconnect_at = 0.0
        self._failures = 0
        self._polled_at = float("-inf")
        lane.on_backlog = self._call_others

    def run(self) -> None:
        """Work until stopped."""
        while not self._stop.is_set():
            interval = POLL_SECONDS if self._rq is not None else AWAY_POLL_SECONDS
            if time.monotonic() - self._polled_at >= interval:
                self._drain_rows()
            self._listen()
        if self._rq is not None:
            self._forget_rq()

    def drain_by_nudge(self) -> None:
        """Do what the job asks: wipe the mark, drain, and look once more for what came in between."""
        if self._client is not None:
            wipe_mark(self._client, self._name)
        self._drain_rows()
        if not self._stop.wait(SPACING_SECONDS):
            self._drain_rows()

    def _drain_rows(self) -> None:
        try:
            settled = self._lane.drain(DRAIN_SECONDS)
        except SQLAlchemyError as error:
            _log.warning("the database is away: %s", type(error).__name__)
            self._stop.wait(1.0)
        else:
            if settled:
                _log.info("lane %s: %s", self._name, dict(settled))
        self._polled_at = time.monotonic()

    def _listen(self) -> None:
        if self._rq is None and time.monotonic() < self._reconnect_at:
            self._stop.wait(AWAY_POLL_SECONDS)
            return
        try:
            if self._rq is None:
                self._connect()
            if self._rq is not None:
                self._rq.listen(LISTEN_SECONDS)
            self._failures = 0
        except (RedisError, OSError) as error:
            self._failures += 1
            seconds = min(2.0**self._failures / 4, MAX_RECONNECT_SECONDS)
            _log.warning("Valkey is away (%s), looking again in %.1f s", type(error).__name__, seconds)
            self._rq = None
            self._reconnect_at = time.monotonic() + seconds

    def _connect(self) -> None:
        # Longer than a blocking wait for a job.
        self._client = connect(self._redis_url, LISTEN_SECONDS + 4.0)
        queue = Queue(
            queue_name(self._name), connection=self._client, serializer=JSONSerializer, job_class=LaneWorker.job_class
        )
        worker = LaneWorker([queue], connection=self._client, serializer=JSONSerializer, log_job_description=False)
        worker.register_birth()  # type: ignore[no-untyped-call]
        self._rq = worker

    def _forget_rq(self) -> None:
        try:
            if self._rq is not None:
                self._rq.register_death()  # type: ignore[no-untyped-call]
        except (RedisError, OSError):
            _log.info("Valkey is away; its record of this worker will expire")

    def _call_others(self) -> None:
        """There is more than one claim's worth: let another worker of the lane join."""
        try:
            if self._rq is not None and self._client is not None:
                enqueue(self._client, self._name)
        except (RedisError, OSError):
            _log.info("Valkey is away; other workers find the rows by themselves")


@contextmanager
def _beside(rounds: Rounds | None) -> Iterator[None]:
    """Do the periodic work, if any, in a thread for as long as the block lasts; `rounds` are told to stop by then."""
    if rounds is None:
        yield
        return
    # A daemon: what the database does not end in time ends with us, and its transaction with it.
    thread = threading.Thread(target=rounds.run, name="periodic", daemon=True)
    thread.start()
    yield
    thread.join(BATCH_SECONDS)


def run_worker(
    settings: Settings, lane: LaneName, topics: Sequence[MailTopic], jobs: Sequence[PeriodicJob] = ()
) -> int:
    """Drain `lane` until SIGTERM or SIGINT, and do the periodic `jobs` if it is housekeeping's; returns the exit code.

    Side effects: sends mail; sets signal handlers.
    """
    global _drain  # noqa: PLW0603 - RQ calls a function by name; this is what it works with
    log.configure(settings.log_format)
    begin_pulse()
    is_housekeeping = lane == "housekeeping"
    if is_housekeeping:
        os.nice(HOUSEKEEPING_NICENESS)
    installation = Installation(settings)
    engine = make_engine(settings)
    sender = SendGridSender(settings.sendgrid_api_key, settings.sendgrid_base_url)
    stop = threading.Event()
    sessions = installation.sessions(engine)
    work = Lane(
        sessions,
        sender,
        {topic.name: topic for topic in topics},
        installation.hashes,
        options_of(lane),
        stop=stop,
    )
    process = _Process(settings.redis_url, work)
    _drain = process.drain_by_nudge
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    patient = [job for job in jobs if not job.is_urgent]
    with _beside(Rounds(sessions, patient, sender, stop=stop) if is_housekeeping and patient else None):
        process.run()
    engine.dispose()
    return 0
