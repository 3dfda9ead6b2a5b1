"""Tries to run code in a queue worker by writing into Valkey: callbacks, web hooks, repeats, abandoned jobs, names."""

import json
import time
import zlib

import pytest
from rq import Callback, Queue, Repeat, Retry
from rq.serializers import JSONSerializer

from campaign import worker as workers
from campaign.outbox.nudge import DRAIN, enqueue, queue_name
from campaign.worker import LaneWorker

LANE = "critical"
NOW = None  # what waits, without waiting for more
RAN = []


def planted(*_arguments):
    """What somebody wants to have run."""
    RAN.append("planted")


HERE = f"{__name__}.planted"
HOOK = Callback(HERE)
WAYS = {
    "another function": lambda queue: queue.enqueue(HERE, LANE),
    "on success": lambda queue: queue.enqueue(DRAIN, LANE, on_success=HOOK),
    "on failure": lambda queue: queue.enqueue(DRAIN, LANE, on_failure=HOOK),
    "on being stopped": lambda queue: queue.enqueue(DRAIN, LANE, on_stopped=HOOK),
    "with other arguments": lambda queue: queue.enqueue(DRAIN, LANE, "another"),
    "with named arguments": lambda queue: queue.enqueue(DRAIN, lane=LANE),
    "again and again": lambda queue: queue.enqueue(DRAIN, LANE, repeat=Repeat(times=1000, interval=1)),
    "retried": lambda queue: queue.enqueue(DRAIN, LANE, retry=Retry(max=1000)),
    "with something beside": lambda queue: queue.enqueue(DRAIN, LANE, meta={"a": 1}),
    "kept for ever": lambda queue: queue.enqueue(DRAIN, LANE, result_ttl=-1),
    "a bomb": lambda queue: change(queue, data=zlib.compress(bytes(30_000_000))),
    "times that are none": lambda queue: change(queue, created_at="yesterday"),
    "numbers that are none": lambda queue: change(queue, repeats_left="many"),
    "a web hook": lambda queue: change(
        queue, webhooks=json.dumps([{"url": "http://127.0.0.1:9/", "statuses": ["finished"]}])
    ),
}


def ours(queue):
    """A nudge, as we write it."""
    enqueue(queue.connection, LANE)
    return queue.job_ids[-1].encode()


def change(queue, **fields):
    key = b"rq:job:" + ours(queue)
    queue.connection.hset(key, mapping=fields)


@pytest.fixture
def worker(valkey, monkeypatch):
    RAN.clear()
    monkeypatch.setattr(workers, "_drain", lambda: RAN.append("drained"))
    queue = Queue(queue_name(LANE), connection=valkey, serializer=JSONSerializer, job_class=LaneWorker.job_class)
    made = LaneWorker([queue], connection=valkey, serializer=JSONSerializer, log_job_description=False)
    made.register_birth()
    return made


def plant(worker):
    """The queue as somebody else has it, who goes by no class of ours."""
    return Queue(queue_name(LANE), connection=worker.connection, serializer=JSONSerializer)


@pytest.mark.parametrize("way", WAYS)
def test_a_job_that_is_not_exactly_ours_is_dropped_unrun(worker, way):
    WAYS[way](plant(worker))
    worker.listen(NOW)
    worker.listen(NOW)
    assert RAN == []
    assert worker.connection.keys("rq:job:*") == []


def test_ours_is_run_and_leaves_nothing(worker):
    ours(plant(worker))
    assert worker.listen(NOW)
    assert RAN == ["drained"]
    assert worker.connection.keys("rq:job:*") == []


def test_a_job_planted_as_abandoned_calls_nobody(worker):
    job = plant(worker).enqueue(DRAIN, LANE, on_failure=HOOK)
    worker.connection.delete(worker.queues[0].key)
    worker.connection.hset(job.key, "status", "started")
    worker.connection.zadd(worker.queues[0].started_job_registry.key, {f"{job.id}:x": time.time() - 60})
    worker.listen(NOW)
    assert RAN == []


def test_a_dependent_of_ours_is_dropped_unrun(worker):
    queue = plant(worker)
    first = queue.fetch_job(ours(queue).decode())
    queue.enqueue(HERE, depends_on=first)
    for _ in range(3):
        worker.listen(NOW)
    assert RAN == ["drained"]


@pytest.mark.parametrize("name", [b"../a job", b"\xff\xfe", b"a:b:c", b""])
def test_a_name_that_is_no_jobs_stops_no_worker(worker, name):
    ours(plant(worker))
    worker.connection.lpush(worker.queues[0].key, name)
    for _ in range(2):
        worker.listen(NOW)
        worker.last_cleaned_at = None  # with RQ's upkeep each time, as after a restart
        worker.connection.delete(worker.queues[0].registry_cleaning_key, "rq:clean_groups")
    assert RAN == ["drained"]
