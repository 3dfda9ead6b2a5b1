"""Commands that arrive together share a transaction; what goes wrong with one stays with it."""

import threading
import time

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from campaign.kernel import coalesce
from campaign.kernel.coalesce import Coalescer, Overloaded
from campaign.kernel.errors import ConflictError, LimitedError
from campaign.kernel.retrying import ATTEMPTS


class FakeSession:
    """A session that counts its commits."""

    commits = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def commit(self):
        type(self).commits += 1


@pytest.fixture
def session():
    FakeSession.commits = 0
    return FakeSession


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(coalesce.time, "sleep", lambda _seconds: None)


def database_error(state, message="x"):
    original = Exception(message)
    original.sqlstate = state
    return DBAPIError("statement", None, original)


def submit_all(coalescer, commands):
    """Hand in all before the first batch begins; return outcomes and errors in order."""
    with coalescer._wakeup:
        tickets = [coalescer._enqueue(command) for command in commands]
    for ticket in tickets:
        assert ticket.done.acquire(timeout=10)
    return [ticket.outcome if ticket.error is None else ticket.error for ticket in tickets]


def test_what_waits_together_is_committed_together(session):
    batches = []
    coalescer = Coalescer(session, lambda _s, batch: batches.append(list(batch)) or [c * 2 for c in batch])
    assert submit_all(coalescer, range(100)) == [n * 2 for n in range(100)]
    coalescer.close()
    assert sorted(n for batch in batches for n in batch) == list(range(100))
    assert session.commits == len(batches) <= 3


def test_a_lone_command_waits_for_nobody(session):
    coalescer = Coalescer(session, lambda _s, batch: list(batch))
    began = time.monotonic()
    assert coalescer.submit("x") == "x"
    assert time.monotonic() - began < 1
    coalescer.close()


def test_a_batch_has_a_bound(session):
    sizes = []
    coalescer = Coalescer(session, lambda _s, batch: sizes.append(len(batch)) or list(batch), max_batch=10)
    submit_all(coalescer, range(35))
    coalescer.close()
    assert max(sizes) <= 10


def test_poison_is_found_by_halving_and_the_others_are_stored(session):
    stored = []

    def run(_session, batch):
        if any(c < 0 for c in batch):
            raise database_error("22021")
        stored.extend(batch)
        return list(batch)

    coalescer = Coalescer(session, run)
    commands = [-1 if n % 100 == 7 else n for n in range(500)]
    answers = submit_all(coalescer, commands)
    coalescer.close()
    assert [isinstance(answer, DBAPIError) for answer in answers] == [c < 0 for c in commands]
    assert sorted(stored) == sorted(c for c in commands if c >= 0)


@pytest.mark.parametrize("state", ["40P01", "40001", "23505", "55P03", "08006", "57P01", "57P03"])
def test_what_passes_by_itself_is_tried_again(session, state):
    tries = []

    def run(_session, batch):
        tries.append(1)
        if len(tries) < 4:
            raise database_error(state)
        return list(batch)

    coalescer = Coalescer(session, run)
    assert coalescer.submit("x") == "x"
    coalescer.close()
    assert len(tries) == 4


@pytest.mark.parametrize(
    "error",
    [OperationalError("s", None, ConnectionError("gone")), database_error("40P01"), PoolTimeoutError("full")],
    ids=["gone", "deadlock", "pool"],
)
def test_a_database_that_stays_away_is_overloaded_for_all_not_halved(session, error):
    tries = []

    def run(_session, batch):
        tries.append(len(batch))
        raise error

    coalescer = Coalescer(session, run)
    answers = submit_all(coalescer, range(8))
    coalescer.close()
    assert all(isinstance(answer, Overloaded) for answer in answers)
    assert set(tries) == {8}


@pytest.mark.parametrize(("size", "bad"), [(4, {2}), (500, {0, 7, 499}), (2, {0, 1})])
def test_a_key_that_stays_taken_is_found_by_halving_and_the_others_are_stored(session, size, bad):
    stored, tries = [], []

    def run(_session, batch):
        tries.append(len(batch))
        if bad & set(batch):
            raise database_error("23505")
        stored.extend(batch)
        return list(batch)

    coalescer = Coalescer(session, run)
    answers = submit_all(coalescer, range(size))
    coalescer.close()
    assert {n for n, answer in enumerate(answers) if isinstance(answer, Overloaded)} == bad
    assert sorted(stored) == sorted(set(range(size)) - bad)
    assert tries.count(size) == ATTEMPTS, "it may be a neighbour's"
    assert len(tries) <= ATTEMPTS + 2 * 2 * len(bad) * 9, "halves are not tried as often"


def test_one_that_stands_alone_from_the_first_is_tried_as_often_as_a_batch(session):
    tries = []

    def run(_session, batch):
        tries.append(len(batch))
        raise database_error("23505")

    coalescer = Coalescer(session, run)
    with pytest.raises(Overloaded):
        coalescer.submit("x")
    coalescer.close()
    assert tries == [1] * ATTEMPTS


def test_a_lost_answer_of_the_commit_runs_the_batch_again(session, monkeypatch):
    """Batches are idempotent, so a connection lost in the commit is no reason to tell anybody."""
    commits = []

    def commit(_self):
        commits.append(1)
        if len(commits) == 1:
            raise OperationalError("COMMIT", None, ConnectionError("reset"))

    monkeypatch.setattr(session, "commit", commit)
    coalescer = Coalescer(session, lambda _s, batch: list(batch))
    assert coalescer.submit("x") == "x"
    coalescer.close()
    assert len(commits) == 2


def test_the_gate_answers_before_the_database(session):
    seen = []
    coalescer = Coalescer(
        session,
        lambda _s, batch: seen.extend(batch) or list(batch),
        gate=lambda batch: [LimitedError("no") if c % 2 else None for c in batch],
    )
    answers = submit_all(coalescer, range(10))
    coalescer.close()
    assert sorted(seen) == [0, 2, 4, 6, 8]
    assert [isinstance(answer, LimitedError) for answer in answers] == [bool(n % 2) for n in range(10)]


def test_a_gate_that_breaks_fails_its_batch_and_not_the_thread(session):
    broken = [True]

    def gate(batch):
        if broken.pop() if broken else False:
            raise RuntimeError("gate")
        return [None] * len(batch)

    coalescer = Coalescer(session, lambda _s, batch: list(batch), gate=gate)
    with pytest.raises(RuntimeError):
        coalescer.submit(1)
    assert coalescer.submit(2) == 2
    coalescer.close()


def test_an_error_with_a_meaning_reaches_who_caused_it(session):
    def run(_session, batch):
        if "bad" in batch:
            raise ConflictError("taken")
        return list(batch)

    coalescer = Coalescer(session, run)
    good, bad = submit_all(coalescer, ["good", "bad"])
    coalescer.close()
    assert good == "good"
    assert isinstance(bad, ConflictError)


def test_a_full_queue_is_503_at_once_and_says_when_to_come_again(session):
    hold, begun = threading.Event(), threading.Event()

    def run(_session, batch):
        begun.set()
        hold.wait(10)
        return list(batch)

    coalescer = Coalescer(session, run, max_waiting=3)
    waiting = [threading.Thread(target=coalescer.submit, args=(n,), daemon=True) for n in range(4)]
    waiting[0].start()
    assert begun.wait(10)
    for thread in waiting[1:]:
        thread.start()
    deadline = time.monotonic() + 10
    while len(coalescer._queue) < 3:
        assert time.monotonic() < deadline
    with pytest.raises(Overloaded) as caught:
        coalescer.submit("too many")
    assert (caught.value.status, caught.value.retry_after_seconds) == (503, 5)
    hold.set()
    for thread in waiting:
        thread.join()
    coalescer.close()


def test_an_answer_that_takes_too_long_is_503_and_the_work_still_counts(session):
    hold, stored = threading.Event(), []

    def run(_session, batch):
        hold.wait(10)
        stored.extend(batch)
        return list(batch)

    coalescer = Coalescer(session, run, timeout_seconds=0.05)
    with pytest.raises(Overloaded):
        coalescer.submit("late")
    hold.set()
    coalescer.close()
    assert stored == ["late"]


def test_closing_finishes_what_was_handed_in_and_refuses_the_rest(session):
    stored = []
    coalescer = Coalescer(session, lambda _s, batch: stored.extend(batch) or list(batch))
    with coalescer._wakeup:
        for n in range(50):
            coalescer._enqueue(n)
    coalescer.close()
    assert sorted(stored) == list(range(50))
    with pytest.raises(Overloaded):
        coalescer.submit("after")


def test_after_the_commit_somebody_is_told_once_a_batch(session):
    told = []
    coalescer = Coalescer(session, lambda _s, batch: list(batch), after_commit=lambda: told.append(session.commits))
    submit_all(coalescer, range(20))
    coalescer.close()
    assert told == list(range(1, session.commits + 1))
