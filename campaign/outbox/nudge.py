"""Tell a lane's workers that there is something to do. A nudge may be lost: rows are found without it, a little later.

A job says "drain this lane" and nothing else. A mark in Valkey keeps the queue at one waiting job a lane; the worker
wipes it before it looks at the rows, so a row committed after that look always finds the mark gone.
"""

import time
from collections.abc import Callable

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from campaign.kernel.lanes import LaneName
from campaign.kernel.metrics import NUDGES_FAILED
from campaign.kernel.valkey import Breaker, ValkeyAwayError

DRAIN = "campaign.worker.drain"
"""The only function a worker runs."""

SPACING_SECONDS = 0.1
"""A process nudges a lane at most this often; a worker looks once more that long after it found nothing."""

MARK_SECONDS = 30
"""If a job is lost with its worker, this is how long the mark keeps the next one away; workers poll meanwhile."""

JOB_SECONDS = 300


def queue_name(lane: str) -> str:
    """Return the name of a lane's queue; a worker listens to one."""
    return f"lane.{lane}"


def _mark(lane: str) -> str:
    return f"campaign:nudged:{lane}"


def wipe_mark(client: Redis, lane: str) -> None:
    """Let the next nudge of `lane` through; called by a worker before it looks at the rows."""
    client.delete(_mark(lane))


def enqueue(client: Redis, lane: str) -> bool:
    """Enqueue "drain this lane" unless one waits already; returns whether it did."""
    if not client.set(_mark(lane), "1", nx=True, ex=MARK_SECONDS):
        return False
    queue = Queue(queue_name(lane), connection=client, serializer=JSONSerializer)
    queue.enqueue(DRAIN, lane, job_timeout=-1, result_ttl=0, failure_ttl=JOB_SECONDS, ttl=JOB_SECONDS)
    return True


class Nudger:
    """Nudges from the request path: 50 ms at most by its breaker's client, seldom, and never an exception."""

    def __init__(self, breaker: Breaker, clock: Callable[[], float] = time.monotonic) -> None:
        self._breaker = breaker
        self._clock = clock
        self._last: dict[str, float] = {}

    def nudge(self, lane: LaneName) -> None:
        """Wake a worker of `lane`; call it after the commit."""
        now = self._clock()
        if now - self._last.get(lane, float("-inf")) < SPACING_SECONDS:
            return
        self._last[lane] = now
        try:
            self._breaker.call(lambda client: enqueue(client, lane))
        except ValkeyAwayError:
            NUDGES_FAILED.inc()
