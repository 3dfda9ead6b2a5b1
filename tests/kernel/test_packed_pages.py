"""Kept pages, packed once for whoever can unpack them."""

import gzip

import brotli
import pytest

from tests.kernel.pagedoor import LONG, VARY, Backend, Door


@pytest.fixture
def long_backend():
    return Backend(body=LONG, headers=[VARY])


def header(headers, name):
    return dict(headers).get(name)


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"), [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)]
)
def test_a_kept_page_is_packed_once_for_whoever_can_unpack_it(long_backend, accepted, coding, unpack):
    door = Door(long_backend)
    miss = door.get(HTTP_ACCEPT_ENCODING=accepted)
    status, headers, body = door.get(HTTP_ACCEPT_ENCODING=accepted)
    assert (status, headers, body) == miss
    assert unpack(body) == LONG
    assert header(headers, "Content-Encoding") == coding
    assert header(headers, "Content-Length") == str(len(body))
    assert header(headers, "ETag") == f'"abc-{coding}"'
    assert header(headers, "Vary") == VARY[1]
    assert door.get(method="HEAD", HTTP_ACCEPT_ENCODING=accepted) == (status, headers, b"")
    assert door.get(HTTP_ACCEPT_ENCODING="identity")[2] == door.get()[2] == LONG
    assert len(long_backend.calls) == 1


def test_each_copy_is_known_by_its_own_etag(long_backend):
    door = Door(long_backend)
    door.get()
    for accepted, tag in (("", '"abc"'), ("br", '"abc-br"'), ("gzip", '"abc-gzip"')):
        for asked in ('"abc"', '"abc-br"', '"abc-gzip"'):
            status, headers, _ = door.get(HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=asked)
            assert status.startswith("304" if asked == tag else "200")
            assert header(headers, "ETag") == tag
        assert "Content-Encoding" not in dict(door.get(HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=tag)[1])


def test_a_weak_etag_stays_weak_when_packed(long_backend):
    door = Door(long_backend)
    plain = door.cache._app

    def weak(environ, start_response):
        return plain(environ, lambda s, h: start_response(s, [(n, "W/" + v if n == "ETag" else v) for n, v in h]))

    door.cache._app = weak
    assert header(door.get(HTTP_ACCEPT_ENCODING="br")[1], "ETag") == 'W/"abc-br"'
    assert door.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH='"abc-br"')[0].startswith("304")


@pytest.mark.parametrize(
    "options",
    [
        {"body": LONG},
        {"body": b"short", "headers": [VARY]},
        {"body": LONG, "headers": [VARY, ("Content-Encoding", "br")]},
        {"body": LONG, "headers": [VARY], "seconds": None},
    ],
    ids=["no Vary", "too short", "packed already", "not kept"],
)
def test_what_is_given_as_it_is(options):
    door = Door(Backend(**options))
    for _ in range(2):
        _, headers, body = door.get(HTTP_ACCEPT_ENCODING="gzip")
        assert body == options["body"]
        assert header(headers, "ETag") == '"abc"'


def test_packed_copies_count_and_go_with_their_page(long_backend):
    door = Door(long_backend, max_bytes=22_000)
    door.get()
    plain = door.cache._bytes
    door.get(HTTP_ACCEPT_ENCODING="br")
    door.get(HTTP_ACCEPT_ENCODING="br")
    one = door.cache._bytes - plain
    assert 0 < one < plain
    door.get(HTTP_ACCEPT_ENCODING="gzip")
    for number in range(9):
        door.get(path=f"/{number}", HTTP_ACCEPT_ENCODING="br")
        assert door.cache._bytes <= 22_000
    assert door.cache._bytes == sum(page.size for page in door.cache._pages.values())
    for key in list(door.cache._pages):
        door.cache._drop(key)
    assert door.cache._bytes == 0


def test_a_refreshed_page_is_packed_anew(long_backend):
    door = Door(long_backend)
    door.get(HTTP_ACCEPT_ENCODING="br")
    door.clock.seconds += 11
    long_backend.body = LONG + b"more"
    assert brotli.decompress(door.get(HTTP_ACCEPT_ENCODING="br")[2]) == LONG + b"more"
    assert door.cache._bytes == sum(page.size for page in door.cache._pages.values())
