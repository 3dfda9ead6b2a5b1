"""What the cache in front of the pages keeps, for whom, and for how long."""

import threading

import pytest

from campaign.kernel.keeping import STALE_SECONDS
from tests.kernel.pagedoor import Backend, Door


@pytest.fixture
def backend():
    return Backend()


@pytest.fixture
def door(backend):
    return Door(backend)


def test_a_hit_is_identical_to_its_miss_and_does_not_reach_the_application(door, backend):
    miss = door.get()
    assert door.get() == miss
    assert len(backend.calls) == 1
    assert door.statuses == [200, 200]


def test_a_page_that_did_not_opt_in_is_not_kept():
    backend = Backend(seconds=None)
    door = Door(backend)
    assert door.get() == door.get()
    assert len(backend.calls) == 2


def test_a_page_that_took_long_is_kept_from_when_it_was_asked_for(backend):
    """What it tells was read at the beginning: an edit meanwhile must not wait for its making and ten seconds more."""
    door = Door(
        lambda environ, start: (setattr(door.clock, "seconds", door.clock.seconds + 4), backend(environ, start))[1]
    )
    door.get()
    door.clock.seconds += 5
    door.get()
    assert len(backend.calls) == 1
    door.clock.seconds += 1
    door.get()
    assert len(backend.calls) == 2


@pytest.mark.parametrize("status", ["302 FOUND", "404 NOT FOUND", "500 X", "304 NOT MODIFIED", "206 PARTIAL"])
def test_only_a_200_is_kept(status):
    backend = Backend(status=status)
    door = Door(backend)
    door.get()
    assert door.get()[0] == status
    assert len(backend.calls) == 2
    assert door.statuses == [int(status[:3])] * 2


def test_an_answer_that_sets_a_cookie_is_not_kept():
    backend = Backend(headers=[("set-cookie", "session=1")])
    door = Door(backend)
    door.get()
    door.get()
    assert len(backend.calls) == 2


@pytest.mark.parametrize("value", ["no-store", "private, max-age=10"])
def test_an_answer_that_a_view_calls_private_is_not_kept(value):
    backend = Backend(headers=[("Cache-Control", value)])
    door = Door(backend)
    door.get()
    door.get()
    assert len(backend.calls) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"HTTP_COOKIE": "ours=1"},
        {"HTTP_COOKIE": "_ga=GA1; ours=1"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"query": "near=33430"},
        {"query": "near="},
        {"query": "utm_source=x&near=33430&lang=en"},
        {"method": "POST"},
    ],
)
def test_requests_that_may_differ_pass_by_a_full_cache(door, backend, asked):
    door.get()
    door.get(**asked)
    assert len(backend.calls) == 2
    door.get(**asked)
    assert len(backend.calls) == 3


def test_languages_do_not_mix_but_one_wish_said_in_two_ways_shares(door, backend):
    door.get(HTTP_ACCEPT_LANGUAGE="es-MX,es;q=0.9")
    door.get(HTTP_ACCEPT_LANGUAGE="es")
    assert len(backend.calls) == 1
    door.get(HTTP_ACCEPT_LANGUAGE="en")
    door.get(query="lang=en")
    assert len(backend.calls) == 3


def test_an_address_that_says_its_language_is_kept_once_for_all_browsers(door, backend):
    for header in ("es", "en", "ur,en"):
        door.get(path="/es/x", HTTP_ACCEPT_LANGUAGE=header)
        door.get(query="lang=en", HTTP_ACCEPT_LANGUAGE=header)
    assert len(backend.calls) == 2


CODE = "Z2z2VfvKoSVdNg"


def test_each_code_of_a_sharer_has_a_page_of_its_own_in_each_language(door, backend):
    for _ in range(3):
        door.get(query=f"via={CODE}", HTTP_ACCEPT_LANGUAGE="en")
        door.get(query=f"via={CODE}", HTTP_ACCEPT_LANGUAGE="es")
        door.get(query=f"via={CODE}&lang=es", HTTP_ACCEPT_LANGUAGE="en")
        door.get(path="/es/x", query=f"via={CODE}", HTTP_ACCEPT_LANGUAGE="ur")
        door.get(query="via=mOgVmswUswZXng", HTTP_ACCEPT_LANGUAGE="en")
    assert len(backend.calls) == 5


@pytest.mark.parametrize(
    "query", ["via=", f"via={CODE[:-1]}", f"via={CODE[:-1]}h", f"via={CODE}A", f"via={CODE}%0A", f"via=x&via={CODE}"]
)
def test_what_does_not_look_like_a_code_is_as_if_it_was_not_there(door, backend, query):
    door.get()
    assert door.get(query=query) == door.get()
    assert len(backend.calls) == 1


@pytest.mark.parametrize(
    "query",
    [
        f"via={CODE}&",
        f"via={CODE}&utm_source=x",
        f"fbclid=y&via={CODE}",
        f"via={CODE}&via={CODE}",
        f"via={CODE}&via=another",
        f"%76ia={CODE}",
    ],
)
def test_a_code_is_the_same_whatever_is_written_around_it(door, backend, query):
    door.get(query=f"via={CODE}")
    door.get(query=query)
    assert len(backend.calls) == 1
    assert backend.calls[0]["QUERY_STRING"] == f"via={CODE}"


def test_made_up_codes_push_out_one_another_and_not_the_page_people_read():
    backend = Backend(body=b"x" * 1000)
    door = Door(backend, max_bytes=20_000)
    door.get()
    for number in range(200):
        door.get(query=f"via={number:013d}A")
        door.get()
    assert len(backend.calls) == 201


@pytest.mark.parametrize("behind", ["utm_source={n}", "fbclid={n}", "via={n}", "lang={n}", "{n}={n}", "place=x{n}"])
def test_what_anybody_can_make_up_makes_no_page_more(door, backend, behind):
    for number in range(100):
        door.get(query=behind.format(n=number), HTTP_COOKIE=f"_ga={number}")
    assert len(backend.calls) == 1
    assert len(door.cache._pages) == 1


def test_made_up_values_that_look_like_ours_take_no_more_than_there_is():
    backend = Backend(body=b"x" * 1000)
    door = Door(backend, max_bytes=20_000)
    for number in range(300):
        door.get(query=f"place={number}&place={number + 1}")
        assert door.cache._bytes <= 20_000
    assert len(door.cache._pages) < 10


def test_head_gets_the_headers_of_the_kept_page_and_no_body(door, backend):
    _, headers, _ = door.get()
    assert door.get(method="HEAD") == ("200 OK", headers, b"")
    assert len(backend.calls) == 1


def test_a_first_head_is_not_kept_in_place_of_the_page(door):
    assert door.get(method="HEAD")[2] == b""
    assert door.get()[2] == b"page"


@pytest.mark.parametrize("tag", ['"abc"', 'W/"abc"', '"x", "abc"', "*"])
def test_who_has_the_page_gets_304(door, tag):
    door.get()
    status, headers, body = door.get(HTTP_IF_NONE_MATCH=tag)
    assert status.startswith("304")
    assert body == b""
    assert ("ETag", '"abc"') in headers
    assert not any(name == "Content-Length" for name, _ in headers)
    assert door.get(HTTP_IF_NONE_MATCH='"other"')[0] == "200 OK"


def test_an_expired_page_is_asked_for_whole_even_by_who_has_it(door, backend):
    door.get()
    door.clock.seconds += 10
    assert door.get(HTTP_IF_NONE_MATCH='"abc"', method="HEAD")[0].startswith("304")
    assert "HTTP_IF_NONE_MATCH" not in backend.calls[1]
    assert door.get()[2] == b"page"
    assert len(backend.calls) == 2


def test_one_refreshes_while_the_others_get_the_stale_copy(door, backend):
    door.get()
    door.clock.seconds += 11
    backend.body, backend.gate = b"new", threading.Event()
    backend.inside.clear()
    answers = []
    first = threading.Thread(target=lambda: answers.append(door.get()[2]))
    first.start()
    assert backend.inside.wait(5)
    assert [door.get()[2] for _ in range(5)] == [b"page"] * 5
    assert len(backend.calls) == 2
    backend.gate.set()
    first.join(5)
    assert answers == [b"new"]
    assert door.get()[2] == b"new"
    assert len(backend.calls) == 2


def test_a_copy_past_its_grace_is_given_to_nobody(door, backend):
    door.get()
    door.clock.seconds += 10 + STALE_SECONDS
    backend.body, backend.gate = b"new", threading.Event()
    backend.inside.clear()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(door.get()[2])) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert backend.inside.wait(5)
    backend.gate.set()
    for thread in threads:
        thread.join(5)
    assert answers == [b"new"] * 4
    assert len(backend.calls) == 2


def test_a_page_that_is_gone_is_forgotten(door, backend):
    door.get()
    door.clock.seconds += 11
    backend.status = "404 NOT FOUND"
    assert door.get()[0] == "404 NOT FOUND"
    assert door.get()[0] == "404 NOT FOUND"
    assert len(backend.calls) == 3


def test_a_refresh_that_fails_lets_the_next_one_try(door, backend):
    door.get()
    door.clock.seconds += 11
    backend.status = "boom"

    def broken(_environ, _start):
        raise RuntimeError

    door.cache._app = broken
    with pytest.raises(RuntimeError):
        door.get()
    door.cache._app, backend.status = backend, "200 OK"
    assert door.get()[0] == "200 OK"


def test_a_refresh_that_we_cannot_answer_leaves_the_stale_copy_for_its_grace(door, backend):
    kept = door.get()
    backend.status = "503 SERVICE UNAVAILABLE"
    for late in (0, 0.5, 2):
        door.clock.seconds = 1010 + late
        assert door.get() == kept
    assert len(backend.calls) == 3, "asked again after a second, not by each reader"
    door.clock.seconds = 1010 + STALE_SECONDS
    assert door.get()[0] == door.get(method="HEAD")[0] == backend.status
    assert door.statuses == [200, 200, 200, 200, 503, 503]


def test_who_gets_the_stale_copy_for_want_of_a_newer_one_may_ask_by_head_or_have_it(door, backend):
    _, headers, _ = door.get()
    backend.status = "500 INTERNAL SERVER ERROR"
    door.clock.seconds += 10
    assert door.get(method="HEAD") == ("200 OK", headers, b"")
    door.clock.seconds += 1
    assert door.get(HTTP_IF_NONE_MATCH='"abc"')[0].startswith("304")
    backend.status = "200 OK"
    door.clock.seconds += 1
    backend.body = b"new"
    assert door.get()[2] == b"new"


@pytest.mark.parametrize("condition", ["HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_MODIFIED_SINCE"])
def test_no_readers_condition_makes_the_refresh_less_than_a_page(door, backend, condition):
    door.get()
    door.clock.seconds += 10
    assert door.get(**{condition: '"x"'})[2] == b"page"
    assert condition not in backend.calls[1]


def test_memory_is_bounded_and_the_least_used_page_goes_first():
    backend = Backend(body=b"x" * 10_000)
    door = Door(backend, max_bytes=40_000)
    for path in ("/a", "/b", "/c", "/a", "/d"):
        door.get(path=path)
    assert door.cache._bytes <= 40_000
    calls = len(backend.calls)
    door.get(path="/a")
    assert len(backend.calls) == calls
    door.get(path="/b")
    assert len(backend.calls) == calls + 1


def test_a_page_too_large_to_keep_is_still_served():
    backend = Backend(body=b"x" * 10_000)
    door = Door(backend, max_bytes=5_000)
    assert door.get()[2] == backend.body
    assert door.cache._bytes == 0


def test_clear_forgets_all(door, backend):
    door.get()
    door.cache.clear()
    door.get()
    assert len(backend.calls) == 2
