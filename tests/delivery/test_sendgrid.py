import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from campaign.delivery import http, ports, sendgrid
from campaign.delivery.calls import Addressed, group
from campaign.delivery.ports import Call, Recipient
from campaign.delivery.sendgrid import SendGridSender, body_of
from campaign.delivery.topics import Content, Mail
from tests.sink import Sink

CONTENT = Content("Fair Food <a@example.org>", "S", "T", reply_to="Ana <ana@example.org>")
CALL = Call(CONTENT, (Recipient("0190", "ceo@kroger.example"),))


class Server:
    """Answers each request by rule; counts requests and connections."""

    def __init__(self, status=202, headers=None):
        outer = self
        self.requests, self.connections, self.answers = [], 0, []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                outer.connections += 1

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(outer.status, outer.headers, b"")

            def do_GET(self):
                self.answer(*outer.answers[len(outer.requests)])

            def answer(self, status, headers, body):
                outer.requests.append(self.path)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.status, self.headers = status, {"X-Message-Id": "X1"} if headers is None else headers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # Its own look for the end, every half a second, would be most of these tests.
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


def test_calls_share_a_connection(server):
    sender = SendGridSender("SG.secret", server.url)
    assert [sender.send(CALL) for _ in range(5)] == [ports.Accepted("X1")] * 5
    assert (server.connections, server.requests) == (1, ["/v3/mail/send"] * 5)


@pytest.mark.parametrize(
    ("status", "headers", "result"),
    [
        (202, {}, ports.Unknown),
        (200, {"X-Message-Id": "X"}, ports.Unknown),
        (302, {"Location": "http://127.0.0.1:1/"}, ports.Unknown),
        (303, {"Location": "/"}, ports.Unknown),
        (502, {}, ports.Unknown),
        (504, {}, ports.Unknown),
        (520, {}, ports.Unknown),
        (524, {}, ports.Unknown),
        (500, {}, ports.Unavailable),
        (503, {}, ports.Unavailable),
        (507, {}, ports.Unavailable),
        (408, {}, ports.Unavailable),
        (409, {}, ports.Unavailable),
        (None, {}, ports.Unknown),
        (400, {}, ports.Rejected),
        (413, {}, ports.Rejected),
        (422, {}, ports.Rejected),
        (401, {}, ports.Refused),
        (402, {}, ports.Refused),
        (403, {}, ports.Refused),
        (404, {}, ports.Refused),
        (429, {"Retry-After": "7"}, ports.Limited),
    ],
)
def test_what_an_answer_means(server, status, headers, result):
    server.status, server.headers = status, headers
    made = SendGridSender("SG.secret", server.url).send(CALL)
    assert isinstance(made, result)
    assert len(server.requests) == 1, "nothing is tried again or followed"
    if result is ports.Limited:
        assert made.retry_seconds == 7


def test_every_address_leaves_in_ascii_and_stands_once_in_a_call():
    content = Content("Grønt <post@grønt.example>", "S", "T", reply_to="Åse <Aase@bår.example>")
    people = ("Nora@grønt.example", "nora@xn--grnt-hra.example", "ana@example.org")
    posts = group([Addressed(n, str(n), Mail(address, content)) for n, address in enumerate(people)])
    bodies = [body_of(post.call) for post in posts]
    assert [[one["to"][0]["email"] for one in body["personalizations"]] for body in bodies] == [
        ["Nora@xn--grnt-hra.example"], ["nora@xn--grnt-hra.example", "ana@example.org"],
    ]  # fmt: skip
    assert bodies[0]["from"] == {"email": "post@xn--grnt-hra.example", "name": "Grønt"}
    assert bodies[0]["reply_to"] == {"email": "Aase@xn--br-yia.example", "name": "Åse"}


def test_what_never_was_a_domain_is_left_for_the_provider_to_refuse():
    call = Call(CONTENT, (Recipient("0190", "a@☃-.example"),))
    assert body_of(call)["personalizations"][0]["to"] == [{"email": "a@☃-.example"}]


FOUND, NOTHING = (200, {}, b'{"messages": [{"status": "delivered"}]}'), (200, {}, b'{"messages": []}')


@pytest.mark.parametrize(
    ("last", "pause", "has_log"),
    [
        ((429, {"Retry-After": "7"}, b""), 7, True),
        ((503, {}, b""), 60, True),
        ((500, {}, b"{}"), 60, True),
        ((400, {}, b"{}"), 60, True),
        ((200, {}, b"no json"), 60, True),
        ((200, {}, b'{"messages": ["no object"]}'), 60, True),
        ((None, {}, b""), 60, True),
        ((403, {}, b"{}"), 0, False),
        ((404, {}, b"{}"), 0, False),
    ],
)
def test_what_the_mail_log_told_before_a_fault_is_kept(server, last, pause, has_log):
    server.answers = [FOUND, NOTHING, last, FOUND]
    looked = SendGridSender("SG.secret", server.url).find_taken(["a", "b", "c", "d"])
    assert looked == ports.Looked({"a": "delivered"}, frozenset({"a", "b"}), pause, has_log)
    assert len(server.requests) == 3, "it is left alone"


def test_the_mail_log_is_asked_for_a_while_only(server, monkeypatch):
    monkeypatch.setattr(sendgrid, "LOOK_SECONDS", -1)
    assert SendGridSender("SG.secret", server.url).find_taken(["a", "b"]) == ports.Looked()


@pytest.mark.parametrize(("status", "answers"), [(200, True), (403, True), (429, True), (503, False), (None, False)])
def test_the_harmless_question(server, status, answers):
    server.answers = [(status, {}, b"{}")]
    assert SendGridSender("SG.secret", server.url).answers() is answers
    assert server.requests == ["/v3/scopes"]


def test_a_refused_connection_was_not_written():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert isinstance(SendGridSender("SG.x", f"http://127.0.0.1:{port}").send(CALL), ports.NotWritten)


def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(http, "READ_TIMEOUT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        made = SendGridSender("SG.x", f"http://127.0.0.1:{silent.getsockname()[1]}").send(CALL)
    assert made == ports.Unknown("TimeoutError")


def test_a_connection_the_server_closed_meanwhile_is_not_written_to(server):
    server.headers = {"X-Message-Id": "X1", "Connection": "close"}
    sender = SendGridSender("SG.secret", server.url)
    assert sender.send(CALL) == sender.send(CALL) == ports.Accepted("X1")
    assert server.connections == 2


def test_threads_that_come_and_go_share_connections(server):
    sender = SendGridSender("SG.secret", server.url)
    for _ in range(20):
        thread = threading.Thread(target=sender.send, args=(CALL,))
        thread.start()
        thread.join()
    assert (server.connections, len(server.requests)) == (1, 20)


def test_the_connection_used_last_is_used_first_and_idle_ones_are_closed(server, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(http.time, "monotonic", lambda: now[0])
    pool = http.Pool(server.url)
    first, second = pool._connect(), pool._connect()
    pool._give_back(first)
    now[0] += 10
    pool._give_back(second)
    assert pool._take() is second
    now[0] += 10
    pool._give_back(second)
    assert first.sock is None, "idle for 20 s"
    assert pool._take() is second
    assert pool._take() is None


def test_a_connection_that_was_closed_while_idle_is_noticed_before_writing():
    with Sink() as sink:
        sender = SendGridSender("SG.secret", sink.url)
        assert isinstance(sender.send(CALL), ports.Accepted)
        sink.shut()
        sink.reopen()
        assert isinstance(sender.send(CALL), ports.Accepted)
        assert (sink.connected, sink.calls) == (2, 2)


def test_neither_key_nor_mail_is_logged(server, caplog):
    with caplog.at_level(logging.DEBUG):
        SendGridSender("SG.secret", server.url).send(CALL)
    assert "SG.secret" not in caplog.text
    assert "kroger" not in caplog.text


def test_the_body_is_as_documented():
    call = Call(CONTENT, (Recipient("0190", "ceo@kroger.example", "Ms Chief", {"[[a]]": "b"}),))
    body = body_of(call)
    assert body["personalizations"] == [
        {
            "to": [{"email": "ceo@kroger.example", "name": "Ms Chief"}],
            "custom_args": {"message": "0190"},
            "substitutions": {"[[a]]": "b"},
        }
    ]
    assert body["from"] == {"email": "a@example.org", "name": "Fair Food"}
    assert body["reply_to"] == {"email": "ana@example.org", "name": "Ana"}
    assert body["tracking_settings"]["open_tracking"] == {"enable": False}


def test_calls_hold_at_most_a_thousand_and_an_address_once():
    mails = [Addressed(n, str(n), Mail(f"p{n % 1500}@Example.org", CONTENT)) for n in range(2000)]
    posts = group(mails)
    assert sorted(message_id for post in posts for message_id in post.ids) == list(range(2000))
    for post in posts:
        addresses = [who.address.lower() for who in post.call.recipients]
        assert len(addresses) == len(set(addresses)) <= 1000


def test_values_too_large_or_holding_a_tag_go_alone_as_they_stand():
    content = Content("a@example.org", "Hi [[n]]", "[[n]] [[m]]", "<p>[[n]]</p>")
    tagged = Mail("a@example.org", content, substitutions={"[[n]]": "[[m]]", "[[m]]": "x"})
    large = Mail("b@example.org", content, substitutions={"[[n]]": "é" * 6000, "[[m]]": "x"})
    fine = Mail("c@example.org", content, substitutions={"[[n]]": "Ana", "[[m]]": "x"})
    posts = group([Addressed(n, str(n), mail) for n, mail in enumerate((tagged, large, fine))])
    assert [len(post.ids) for post in posts] == [1, 1, 1]
    alone = next(post.call for post in posts if post.ids == (0,))
    assert (alone.content.text, alone.content.subject) == ("[[m]] x", "Hi [[m]]")
    assert not alone.recipients[0].substitutions
