import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from campaign.kernel.valkey import Breaker, connect
from campaign.outbox.commands import NewMessage
from campaign.outbox.nudge import Nudger, enqueue, queue_name
from campaign.outbox.service import append
from tests.delivery.worker_process import HUNG
from tests.sink import Sink

ROOT = Path(__file__).parents[2]
OURS = "(SELECT oid FROM pg_database WHERE datname = current_database())"


@pytest.fixture
def valkey(redis_url):
    client = Redis.from_url(redis_url)
    client.flushdb()
    yield client
    client.close()


@pytest.fixture
def sink():
    with Sink() as running:
        yield running


@pytest.fixture
def start(database_url, redis_url, sink):
    started = []

    def begin(lane="critical", **environ):
        values = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "s" * 32,
            "PRIVACY_KEY": "p" * 32,
            "PUBLIC_URL": "http://localhost",
            "MAIL_FROM": "A <a@example.org>",
            "SENDGRID_API_KEY": "SG.x",
            "SENDGRID_BASE_URL": sink.url,
            "SENDGRID_WEBHOOK_PUBLIC_KEY": "AAAA",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "tests.delivery.worker_process", lane]
        child = subprocess.Popen(command, env={**os.environ, **values, **environ}, cwd=ROOT)
        started.append(child)
        return child

    yield begin
    for child in started:
        child.kill()
        child.wait()


def add(session, count=1):
    append(session, [NewMessage("critical", "t.t", campaign_id=1) for _ in range(count)])
    session.commit()


def wait_for(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def listening(valkey):
    return wait_for(lambda: valkey.smembers("rq:workers"))


def test_a_nudged_worker_sends_at_once_and_stops_in_order(session, valkey, redis_url, start, sink):
    add(session, 1)
    worker = start()
    assert listening(valkey)
    assert wait_for(lambda: sink.recipients == 1), f"its first look at the rows: {sink.counts()}"
    add(session, 5)
    begun = time.monotonic()
    Nudger(Breaker(connect(redis_url))).nudge("critical")
    assert wait_for(lambda: sink.recipients == 6), sink.counts()
    assert time.monotonic() - begun < 2.0, "it did not wait for its own look every 5 s"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert set(session.execute(text("SELECT state FROM outbox_messages")).scalars()) == {"sent"}
    assert not valkey.smembers("rq:workers")


def test_a_worker_drains_without_valkey(session, start, sink):
    worker = start(REDIS_URL="redis://127.0.0.1:1/0")
    add(session, 3)
    assert wait_for(lambda: len(sink.hits("accepted")) == 3)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


@pytest.fixture
def hung(engine):
    """What the second job waits for. Its transaction, of which a killed worker's server process knows no better, ends with it."""
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": HUNG})
        yield


def test_housekeeping_does_the_periodic_work_without_valkey_and_works_its_lane_meanwhile(session, start, sink, hung):
    start("housekeeping", REDIS_URL="redis://127.0.0.1:1/0")

    def find(statement):
        found = session.scalar(text(statement))
        session.rollback()
        return found

    assert wait_for(lambda: find("SELECT count(*) FROM outbox_messages WHERE topic = 't.t'") == 1), "no job was done"
    hangs = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {HUNG} AND NOT granted AND database = {OURS}"
    assert wait_for(lambda: find(hangs) == 1)
    append(session, [NewMessage("housekeeping", "t.t", campaign_id=1)])
    session.commit()
    assert wait_for(lambda: len(sink.hits("accepted")) == 1), "the lane waits for a job"
    assert find(hangs) == 1


def test_housekeeping_stops_in_order_with_its_periodic_work(session, start):
    worker = start("housekeeping", REDIS_URL="redis://127.0.0.1:1/0", CALM="1")

    def is_done():
        found = session.scalar(text("SELECT count(*) FROM ticker_runs WHERE due_at > now()"))
        session.rollback()
        return found == 2  # its job, and the provider's log

    assert wait_for(is_done)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_other_lanes_do_no_periodic_work(session, start, sink):
    start()
    add(session, 1)
    assert wait_for(lambda: sink.recipients == 1)
    assert session.scalar(text("SELECT count(*) FROM ticker_runs")) == 0


def test_a_worker_runs_no_function_but_its_own(session, valkey, start, sink, tmp_path):
    start()
    assert listening(valkey)
    queue = Queue(queue_name("critical"), connection=valkey, serializer=JSONSerializer)
    planted = queue.enqueue("os.mkdir", str(tmp_path / "planted"))
    assert wait_for(lambda: not valkey.exists(planted.key))
    assert not (tmp_path / "planted").exists()
    add(session)
    enqueue(valkey, "critical")
    assert wait_for(lambda: len(sink.hits("accepted")) == 1)


def test_nudges_pile_up_to_one_job(valkey, redis_url):
    now = [0.0]
    nudger = Nudger(Breaker(connect(redis_url)), lambda: now[0])
    for _ in range(20):
        nudger.nudge("critical")
        now[0] += 0.2
    assert valkey.llen("rq:queue:lane.critical") == 1


def test_a_nudge_without_valkey_is_quick_and_silent():
    nudger = Nudger(Breaker(connect("redis://127.0.0.1:1/0")))
    begun = time.monotonic()
    nudger.nudge("critical")
    assert time.monotonic() - begun < 0.2
