"""Of many who want the same at once one makes it; who fails or hangs locks nobody out."""

import threading
import time

import pytest
from sqlalchemy import event

from campaign.kernel.db import db
from campaign.kernel.keptpage import KeptPage
from campaign.kernel.makers import Makers
from campaign.kernel.pagecache import STALE_SECONDS
from campaign.kernel.pagekey import Reads, shared_pages
from tests.actions.stage import *  # noqa: F403 - the application and its database
from tests.kernel.bursts import READERS, all_at_once, wait_for
from tests.kernel.pagedoor import LONG, VARY, Backend, Door


class Making:
    """Something that several want, made by `Makers`; `turns` counts who made it."""

    def __init__(self, seconds=2.0):
        self.makers, self.made, self.turns = Makers(seconds), {}, 0
        self.lock = threading.Lock()

    def get(self, make):
        found, turn = self.makers.join("it", lambda: self.made.get("it"))
        if found is not None:
            return found
        with self.lock:
            self.turns += 1
            number = self.turns
        try:
            return make(number, turn)
        finally:
            if turn is not None:
                self.makers.end(turn)

    def keep(self, number, _turn=None):
        self.made["it"] = f"made by {number}"
        return self.made["it"]


def test_one_makes_it_for_all():
    making = Making()
    assert all_at_once(lambda: making.get(making.keep)) == ["made by 1"] * READERS
    assert making.turns == 1


def test_one_that_fails_is_followed_by_the_next():
    making = Making()

    def make(number, turn):
        if number < 3:
            raise RuntimeError
        return making.keep(number)

    answers = all_at_once(lambda: making.get(make))
    assert sum(isinstance(answer, RuntimeError) for answer in answers) == 2
    assert answers.count("made by 3") == READERS - 2
    assert making.turns == 3


def test_one_that_hangs_is_overtaken_by_one_and_keeps_nobody_long():
    making, over = Making(seconds=0.2), threading.Event()

    def make(number, _turn):
        if number == 1:
            assert over.wait(20)
        return making.keep(number)

    slow = threading.Thread(target=lambda: making.get(make), daemon=True)
    slow.start()
    wait_for(lambda: making.turns == 1)
    began = time.monotonic()
    assert all_at_once(lambda: making.get(make)) == ["made by 2"] * READERS
    assert time.monotonic() - began < 5
    assert making.turns == 2
    over.set()
    slow.join(10)
    assert making.get(make) == "made by 1", "late, and kept as it came"


def test_where_all_hang_each_makes_its_own_after_twice_the_time():
    making, over = Making(seconds=0.1), threading.Event()

    def make(number, turn):
        if turn is not None:
            assert over.wait(20)
        return number

    answers = []
    threads = [threading.Thread(target=lambda: answers.append(making.get(make)), daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    wait_for(lambda: making.turns == 6)
    over.set()
    for thread in threads:
        thread.join(10)
    assert sorted(answers) == [1, 2, 3, 4, 5, 6]


def until_others_wait(turn, count=READERS - 1):
    wait_for(lambda: len(turn.done._cond._waiters) == count)


def test_what_cannot_be_shared_is_made_by_each_at_once():
    making, together = Making(seconds=10), threading.Barrier(READERS - 1, timeout=10)

    def make(number, turn):
        if turn is None:
            together.wait()  # broken where one waits for another
        else:
            until_others_wait(turn)
            turn.is_for_nobody = True
        return number

    assert sorted(all_at_once(lambda: making.get(make))) == list(range(1, READERS + 1))


def let_through(backend, work, count=READERS):
    """Let readers come while the first is inside, then let the application answer."""
    backend.gate = threading.Event()

    def open_gate():
        assert backend.inside.wait(10)
        backend.gate.set()

    threading.Thread(target=open_gate, daemon=True).start()
    return all_at_once(work, count)


def test_a_cold_page_is_made_once():
    backend = Backend()
    door = Door(backend)
    assert {body for _, _, body in let_through(backend, door.get)} == {b"page"}
    assert len(backend.calls) == 1


def test_a_page_past_its_grace_is_made_once():
    backend = Backend()
    door = Door(backend)
    door.get()
    door.clock.seconds += 10 + STALE_SECONDS
    backend.inside.clear()
    backend.body = b"new"
    assert {body for _, _, body in let_through(backend, door.get)} == {b"new"}
    assert len(backend.calls) == 2


@pytest.mark.parametrize(
    "asked", [{"method": "HEAD"}, {"HTTP_IF_NONE_MATCH": '"abc"'}, {"HTTP_IF_MODIFIED_SINCE": "x"}], ids=str
)
def test_whoever_comes_first_the_page_is_asked_for_whole(asked):
    backend = Backend()
    door = Door(backend)
    door.get(**asked)
    assert backend.calls[0]["REQUEST_METHOD"] == "GET"
    assert not any(name.startswith("HTTP_IF") for name in backend.calls[0])
    assert door.get()[2] == b"page"
    assert len(backend.calls) == 1


def test_a_maker_that_we_fail_is_followed_by_the_next():
    backend = Backend(status="503 SERVICE UNAVAILABLE")
    door = Door(backend)
    real = door.cache._app

    def recovers(environ, start):
        if len(backend.calls) == 2:
            backend.status = "200 OK"
        return real(environ, start)

    door.cache._app = recovers
    statuses = [status[:3] for status, _, _ in all_at_once(door.get)]
    assert (statuses.count("503"), statuses.count("200")) == (2, READERS - 2)
    assert len(backend.calls) == 3


def test_a_page_that_is_not_there_is_answered_to_each_at_once():
    backend, together = Backend(status="404 NOT FOUND"), threading.Barrier(READERS - 1, timeout=10)
    door = Door(backend)
    door.cache._makers = Makers(10)

    def answer(environ, start):
        if len(backend.calls) > 0:
            together.wait()  # broken where one waits for another
        parts = backend(environ, start)
        if len(backend.calls) == 1:
            until_others_wait(next(iter(door.cache._makers._turns.values())))
        return parts

    door.cache._app = answer
    assert [answer[0] for answer in all_at_once(door.get)] == ["404 NOT FOUND"] * READERS


def test_where_no_page_is_shared_nobody_waits_for_another():
    backend = Backend(seconds=None)
    door = Door(backend, reads_of=lambda _path: None)
    backend.gate = threading.Event()
    first = threading.Thread(target=door.get, daemon=True)
    first.start()
    assert backend.inside.wait(10)
    second = threading.Thread(target=door.get, daemon=True)
    second.start()
    wait_for(lambda: len(backend.calls) == 2)
    backend.gate.set()
    first.join(10)
    second.join(10)


def test_a_page_is_packed_once_and_who_comes_meanwhile_gets_it_as_it_is(monkeypatch):
    door = Door(Backend(body=LONG, headers=[VARY]))
    door.get()
    real, packed, inside, gate = KeptPage.pack, [], threading.Event(), threading.Event()

    def pack(page, coding):
        packed.append(coding)
        inside.set()
        assert gate.wait(10)
        return real(page, coding)

    monkeypatch.setattr(KeptPage, "pack", pack)
    first = threading.Thread(target=lambda: door.get(HTTP_ACCEPT_ENCODING="br"), daemon=True)
    first.start()
    assert inside.wait(10)
    assert door.get(HTTP_ACCEPT_ENCODING="br")[2] == LONG
    gate.set()
    first.join(10)
    assert door.get(HTTP_ACCEPT_ENCODING="br")[2] != LONG
    assert packed == ["br"]


def count_statements(app, work):
    """Return how many statements `work()` sends to the database of `app`."""
    seen = []
    with app.app_context():
        engine = db.engine
    listener = lambda *_: seen.append(1)  # noqa: E731 - removed by the same name
    event.listen(engine, "before_cursor_execute", listener)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    return len(seen)


@pytest.mark.parametrize("path", ["/", "/campaigns/fair-food", "/es/campaigns/fair-food", "/events"])
def test_twelve_readers_of_a_cold_page_cost_what_one_costs(app, fresh, demo, path):
    def read():
        answer = app.test_client(use_cookies=False).get(path)
        assert answer.status_code == 200
        return answer.get_data()

    read()  # what is remembered for longer than a page is remembered
    app.wsgi_app.clear()
    alone = count_statements(app, read)
    app.wsgi_app.clear()
    pages = []
    together = count_statements(app, lambda: pages.extend(all_at_once(read)))
    assert alone > 0
    assert together == alone
    assert len(set(pages)) == 1


def test_which_paths_are_shared(app):
    reads_of = shared_pages(app)
    for path in ("/", "/es/", "/campaigns/x", "/es/campaigns/x", "/campaigns/x/count.json", "/events", "/robots.txt"):
        assert isinstance(reads_of(path), Reads), path
    for path in ("/my", "/my/x", "/confirm/x", "/rsvp/x", "/healthz", "/nothing/here", "/campaigns/x/thanks", "/é"):
        assert reads_of(path) is None, path
