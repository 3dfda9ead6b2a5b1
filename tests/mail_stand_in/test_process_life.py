"""The stand-in as a process: starting, answering, ending."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time

import pytest

from campaign.mail_stand_in.wire import BadRequestError, parse_head
from tests.mail_stand_in.bodies import HEADERS, body
from tests.mail_stand_in.conftest import ROOT


def command(tmp_path, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "campaign.mail_stand_in", "--data", str(tmp_path), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def receive(connection):
    """Read until the server closes."""
    received = b""
    while data := connection.recv(65_536):
        received += data
    return received


def test_sigterm_answers_what_is_under_way_and_exits_0(run):
    running = run("--port", "0")
    raw = json.dumps(body()).encode()
    head = f"POST /v3/mail/send HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(raw)}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in HEADERS.items()
    )
    idle = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    idle.request("GET", "/")
    idle.getresponse().read()
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as busy:
        busy.sendall(head.encode() + b"\r\n" + raw[:20])
        time.sleep(0.2)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        busy.sendall(raw[20:])
        answered = receive(busy)
    assert answered.startswith(b"HTTP/1.1 202 ")
    assert b"Connection: close" in answered
    assert running.process.wait(timeout=5) == 0
    idle.close()


def test_init_makes_the_keys_and_nothing_else(tmp_path):
    done = command(tmp_path, "--init")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    made = sorted(path.name for path in (tmp_path / "mailbox").iterdir())
    assert made == ["webhook-private-key.pem", "webhook-public-key.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--events-url", "http://example.org/"], "not an http address on this machine"),
        (["--host", "0.0.0.0"], "not an address of this machine alone"),
    ],
)
def test_what_leads_off_this_machine_is_one_line_and_exit_2(tmp_path, arguments, words):
    done = command(tmp_path, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_second_one_on_the_same_mailbox_or_port_is_refused(run, tmp_path):
    running = run("--port", "0")
    assert "another process" in command(tmp_path, "--port", "0").stderr
    assert command(tmp_path / "other", "--port", str(running.port)).returncode == 2


def test_answers_many_requests_on_one_connection_and_broken_ones_in_words(run):
    running = run("--port", "0")
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("HEAD", "/")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
        assert connection.sock is first
    connection.close()
    for raw, status in (
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST /v3/mail/send HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST /v3/mail/send HTTP/1.1\r\nContent-Length: 99000000\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
    ):
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
            client.sendall(raw)
            assert client.recv(65_536).split(b" ")[1] == status


@pytest.mark.parametrize(
    "raw", [b"GET / HTTP/2", b"GET http://x/ HTTP/1.1", b"GET / HTTP/1.1\r\n Host: a", b"GET / HTTP/1.1\r\nno colon"]
)
def test_a_head_that_is_not_plain_http_is_refused(raw):
    with pytest.raises(BadRequestError):
        parse_head(raw)
