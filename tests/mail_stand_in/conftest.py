"""A stand-in in this process for its rules and pages, and one in a process of its own for its life and death."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from campaign.mail_stand_in.app import create_app
from campaign.mail_stand_in.inbox import Inbox
from campaign.mail_stand_in.journal import Journal
from campaign.mail_stand_in.keys import ensure_keys, mailbox_directory
from campaign.mail_stand_in.postman import Postman

ROOT = Path(__file__).resolve().parents[2]


class Webhook(ThreadingHTTPServer):
    """Stands for the service's webhook: remembers each post and answers `status`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.posts = []
        self.status = 204
        self.url = f"http://127.0.0.1:{self.server_port}/webhooks/sendgrid"


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers.items()), raw))
        self.send_response(self.server.status)
        self.send_header("Location", "http://example.org/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def directory(tmp_path):
    return mailbox_directory(tmp_path)


@pytest.fixture
def inbox(directory):
    with Journal(directory / "mail.jsonl") as journal:
        yield Inbox(journal)


@pytest.fixture
def postman(inbox, directory, webhook):
    return Postman(inbox, ensure_keys(directory), webhook.url)


@pytest.fixture
def client(inbox, postman):
    app = create_app(inbox, postman=postman)
    app.testing = True
    return app.test_client()


class Running:
    """A stand-in in a process of its own."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "campaign.mail_stand_in", "--data", str(data), *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            self.process.kill()
            raise AssertionError(f"did not start: {line}{self.process.communicate()[1]}")
        self.port = int(line.rsplit(":", 1)[1])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def run(tmp_path):
    """Start stand-ins on the test's data directory; every one of them is gone afterwards."""
    started = []

    def start(*arguments: str) -> Running:
        running = Running(tmp_path, *arguments)
        started.append(running)
        return running

    yield start
    for running in started:
        running.end()
