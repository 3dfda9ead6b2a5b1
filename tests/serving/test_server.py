"""The real server: what of a request reaches the application, and what becomes of requests that come in pieces."""

import pytest

from campaign.serving.bodies import LARGEST

GET = b"GET /%C3%A9?a=1 HTTP/1.1\r\nHost: act.example\r\n"
POST = b"POST / HTTP/1.1\r\nHost: act.example\r\nContent-Type: text/plain\r\n"


def test_a_request_is_what_pep_3333_says(raw):
    told = raw(GET + b"Accept: a\r\nAccept: b\r\nX-Real-Ip: 192.0.2.1\r\n\r\n").json()
    assert told["REQUEST_METHOD"] == "GET"
    assert told["PATH_INFO"] == "/é".encode().decode("latin-1")
    assert told["QUERY_STRING"] == "a=1"
    assert told["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert told["REMOTE_ADDR"] == "127.0.0.1"
    assert (told["HTTP_HOST"], told["HTTP_ACCEPT"], told["HTTP_X_REAL_IP"]) == ("act.example", "a,b", "192.0.2.1")
    assert "CONTENT_LENGTH" not in told
    assert "PATH" not in told, "nothing of the process's environment: there are secrets in it"


def test_a_query_comes_as_bytes_whatever_letters_are_in_it(raw):
    told = raw("GET /?q=✓é HTTP/1.1\r\nHost: act.example\r\n\r\n".encode()).json()
    assert told["QUERY_STRING"].encode("latin-1").decode() == "q=✓é"


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_name_with_an_underscore_is_no_name(raw, order):
    lines = [b"X_Forwarded_For: 203.0.113.9\r\n", b"X-Forwarded-For: 192.0.2.1\r\n", b"Content_Length: 7\r\n"]
    told = raw(GET + b"".join(lines if order == "before" else reversed(lines)) + b"\r\n").json()
    assert told["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert "HTTP_CONTENT_LENGTH" not in told


def test_a_forwarded_address_that_cannot_be_read_is_refused(raw):
    assert raw(GET + "X-Forwarded-For: é, 192.0.2.1\r\n\r\n".encode()).read()[0] == 400
    two = "X-Forwarded-For: é\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n".encode()
    assert raw(GET + two).json()["HTTP_X_FORWARDED_FOR"] == "192.0.2.1", "the proxy's own line stands"


def test_a_body_comes_whole_however_it_is_sent(raw):
    assert raw(POST + b"Content-Length: 6\r\n\r\nabcdef").json()["body"] == "abcdef"
    slowly = raw(POST + b"Content-Length: 6\r\n\r\nabc")
    assert slowly.send(b"def").json()["body"] == "abcdef"
    chunked = raw(POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    told = chunked.send(b"3\r\ndef\r\n0\r\n\r\n").json()
    assert (told["body"], told["CONTENT_LENGTH"]) == ("abcdef", "6")
    assert "HTTP_TRANSFER_ENCODING" not in told
    assert raw(POST + b"Content-Length: 0\r\n\r\n").json()["body"] == ""
    patient = raw(POST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    assert patient.read()[0] == 100
    assert patient.send(b"abc").json()["body"] == "abc"


def test_one_connection_serves_many_requests(raw):
    one = raw(GET + b"\r\n")
    for body in (b"a", b"bc"):
        assert one.read()[0] == 200
        one.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert one.json()["body"] == "bc"


def test_too_large_a_body_is_refused_by_the_application_and_ends_the_connection(raw):
    one = raw(POST + b"Content-Length: %d\r\n\r\n" % (LARGEST + 1))
    status, headers, body = one.read()
    assert status == 200, "the smallest application refuses nothing"
    assert b'"campaign.refused": 413' in body
    assert headers["connection"] == "close"
    assert one.is_ended()


def test_what_fails_is_answered_and_the_next_request_is_well(raw):
    assert raw(b"GET /fails HTTP/1.1\r\nHost: a\r\n\r\n").read()[0] == 500
    assert raw(GET + b"\r\n").read()[0] == 200


def test_lengths_that_disagree_are_refused_and_the_same_twice_is_one(raw):
    assert raw(POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd").read()[0] == 400
    status, _, body = raw(POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc").read()
    assert status == 400 or b'"body": "abc"' in body
