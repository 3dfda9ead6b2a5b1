"""Periodic work: one job is run by one worker at a time, batch by batch, and is in nobody's way."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from campaign import periodic
from campaign.delivery.ports import Looked
from campaign.kernel.periodic import PeriodicJob
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.periodic import RECONCILE, Rounds
from campaign.ticker import Ticker

PATIENCE = 20.0
"""Seconds; how long something may take before a test gives up on it."""


class Countdown:
    """A job with so many batches of work left; each batch writes a row, so that what is committed is seen."""

    def __init__(self, left, name="a.job", every=60):
        self.left = left
        self.batches = 0
        self.job = PeriodicJob(name, every, self.run)

    def run(self, session):
        self.batches += 1
        if not self.left:
            return 0
        self.left -= 1
        append(session, [NewMessage("critical", "t.t")])
        return 1


class Held:
    """A job that hangs in its batch until it is let go."""

    def __init__(self):
        self.begun, self.let_go, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.job = PeriodicJob("a.slow", 60, self.run)

    def run(self, _session):
        self.begun.set()
        self.let_go.wait(PATIENCE)
        self.ended.set()
        return 0


@pytest.fixture
def beside():
    """Run something in a thread; all are waited for at the end."""
    threads, ends = [], []

    def start(work, end):
        thread = threading.Thread(target=work)
        thread.start()
        threads.append(thread)
        ends.append(end)

    yield start
    for end in ends:
        end()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def make_due(session):
    session.execute(text("UPDATE ticker_runs SET due_at = now()"))
    session.commit()


def test_a_job_is_done_when_its_time_has_come_also_across_restarts(engine, session):
    countdown = Countdown(0)
    for _ in range(3):
        Rounds(sessionmaker(engine), [countdown.job]).go_round()
    assert countdown.batches == 1
    session.execute(text("UPDATE ticker_runs SET due_at = due_at - interval '61 seconds'"))
    session.commit()
    Rounds(sessionmaker(engine), [countdown.job]).go_round()
    assert countdown.batches == 2


def test_batches_go_on_until_nothing_is_left_each_in_a_transaction_of_its_own(engine, session):
    seen = []

    def look(_session):
        seen.append(session.scalar(text("SELECT count(*) FROM outbox_messages")))
        session.rollback()
        countdown.run(_session)
        return countdown.left

    countdown = Countdown(3)
    assert not Rounds(sessionmaker(engine), [PeriodicJob("a.job", 60, look)]).go_round()
    assert seen == [0, 1, 2], "what a batch wrote is there for everybody before the next begins"


def test_a_long_job_is_due_again_at_once_and_the_others_have_their_turn(engine):
    """A slice of no time holds one batch at most."""
    long, short = Countdown(3, "a.long"), Countdown(0, "b.short")
    rounds = Rounds(sessionmaker(engine), [long.job, short.job], slice_seconds=1e-9)
    for _ in range(2):
        assert rounds.go_round()
    assert (long.batches, short.batches) == (2, 1)
    while rounds.go_round():
        pass
    assert (long.left, short.batches) == (0, 1)


def test_one_that_fails_keeps_nobody_waiting_and_is_tried_again_in_a_minute(engine, session, caplog):
    def fail(inner):
        append(inner, [NewMessage("critical", "t.t")])
        raise RuntimeError("bad")

    good = Countdown(2, "b.good")
    Rounds(sessionmaker(engine), [PeriodicJob("a.bad", 1, fail), good.job]).go_round()
    assert good.left == 0
    assert "a.bad failed" in caplog.text
    assert session.scalar(text("SELECT count(*) FROM outbox_messages")) == 2, "nothing of the one that failed"
    soon = text(
        "SELECT due_at BETWEEN now() + interval '50 s' AND now() + interval '70 s' FROM ticker_runs WHERE name = 'a.bad'"
    )
    assert session.scalar(soon)


def test_one_that_hangs_in_the_database_is_ended(engine, session, monkeypatch):
    monkeypatch.setattr(periodic, "_LIMIT", text("SET LOCAL statement_timeout = '100ms'"))
    good = Countdown(1, "b.good")
    hanging = PeriodicJob("a.hanging", 60, lambda inner: inner.scalar(text("SELECT 1 FROM pg_sleep(60)")))
    Rounds(sessionmaker(engine), [hanging, good.job]).go_round()
    assert good.left == 0
    assert session.scalar(text("SHOW statement_timeout")) == "0", "nobody else is limited"


def test_two_workers_never_run_the_same_job_and_share_the_others(engine, beside):
    slow, other = Held(), Countdown(1, "b.other")
    jobs = [slow.job, other.job]
    beside(Rounds(sessionmaker(engine), jobs).go_round, slow.let_go.set)
    assert slow.begun.wait(PATIENCE)
    slow.begun.clear()
    Rounds(sessionmaker(engine), jobs).go_round()
    assert other.left == 0
    assert not slow.begun.is_set()
    assert not slow.ended.is_set(), "nor did the second wait for what the first holds"


def test_an_expired_lease_is_taken_back_while_a_job_is_slow(engine, session, beside):
    append(session, [NewMessage("letters", "t.t", campaign_id=1, mailbox="ceo@kroger.example")])
    session.execute(
        text("UPDATE outbox_messages SET state = 'sending', begun_at = now(), lease_until = now() - interval '1 s'")
    )
    session.commit()
    slow = Held()
    beside(Rounds(sessionmaker(engine), [slow.job]).go_round, slow.let_go.set)
    assert slow.begun.wait(PATIENCE)
    assert Ticker(sessionmaker(engine), [slow.job], lambda _lane: None).tick()
    assert not slow.ended.is_set(), "the ticker waited for nothing that the job holds"
    assert session.scalar(text("SELECT state FROM outbox_messages")) == "unknown"


class MailLog:
    """A provider's log that answers what it is told to."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = 0

    def find_taken(self, _ids):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "least"),
    [(Looked(), 25), (Looked(pause_seconds=60), 50), (Looked(has_log=False), 3500), (RuntimeError("bad"), 50)],
)
def test_the_providers_log_is_asked_now_and_then_and_when_it_wants(engine, session, answer, least):
    append(session, [NewMessage("letters", "t.t", campaign_id=1, mailbox="ceo@kroger.example")])
    session.execute(
        text("UPDATE outbox_messages SET state = 'unknown', attempts = 1, settled_at = now() - interval '2 minutes'")
    )
    session.commit()
    log = MailLog(answer)
    for _ in range(2):
        Rounds(sessionmaker(engine), [], log).go_round()
    assert log.asked == 1
    seconds = session.scalar(
        text(f"SELECT extract(epoch FROM due_at - now()) FROM ticker_runs WHERE name = '{RECONCILE}'")
    )
    assert least <= seconds <= least * 1.5


def test_stops_between_two_batches(engine):
    stop = threading.Event()
    countdown = Countdown(5)

    def run(session):
        stop.set()
        return countdown.run(session)

    Rounds(sessionmaker(engine), [PeriodicJob("a.job", 60, run)], stop=stop).run()
    assert (countdown.batches, countdown.left) == (1, 4)


def test_goes_on_when_the_database_is_back(engine, monkeypatch):
    """Its poll is no time here; the first look finds no server."""
    monkeypatch.setattr(periodic, "POLL_SECONDS", 0)
    stop, looks = threading.Event(), []
    make = sessionmaker(engine)

    def sessions():
        looks.append(1)
        if len(looks) == 1:
            raise periodic.OperationalError("away", None, Exception())
        return make()

    def run(_session):
        stop.set()
        return 0

    Rounds(sessions, [PeriodicJob("a.job", 60, run)], stop=stop).run()
    assert stop.is_set()


def test_the_metrics_say_which_job_nobody_does(session, client):
    def told():
        lines = client.get("/metrics").text.splitlines()
        return [line for line in lines if line.startswith("campaign_periodic_overdue_seconds")]

    session.execute(text("INSERT INTO ticker_runs (name, due_at) VALUES ('a.job', now() + interval '1 minute')"))
    session.commit()
    assert told() == []
    session.execute(text("UPDATE ticker_runs SET due_at = now() - interval '1 hour'"))
    session.commit()
    (line,) = told()
    name, seconds = line.split()
    assert name == 'campaign_periodic_overdue_seconds{job="a.job"}'
    assert 3590 < float(seconds) < 3700
