"""Starts the web server as `campaign web` does, and speaks to it byte by byte."""

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from campaign.embedded import ports
from campaign.embedded.programs import web_command
from tests.children import ended

CHECKOUT = Path(__file__).parents[2]


@contextmanager
def serving_small():
    """Serve the smallest application with one worker; gives the port."""
    with serving("tests.serving.small:app", {}) as port:
        yield port


@contextmanager
def serving(app, environ, workers=1):
    """Serve a WSGI application; gives the port. Ends it in order afterwards."""
    port = ports.next_free(ports.first_choice(CHECKOUT / str(os.getpid())))
    command = [*web_command("127.0.0.1", port, workers)[:-1], app]
    with ended(subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **environ})) as process:
        wait_for(port, process)
        yield port


def wait_for(port, process, seconds=60):
    """Wait until something listens there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "it ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


class Raw:
    """One connection."""

    def __init__(self, port, data=b""):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.send(data)

    def send(self, data):
        """Write bytes."""
        if data:
            self.socket.sendall(data)
        return self

    def read(self):
        """Return the next answer: status, headers by small names, body."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.socket.recv(65_536)
            assert piece, f"the connection ended: {data!r}"
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += self.socket.recv(65_536)
        return int(first.split()[1]), headers, body

    def json(self):
        """Return the next answer's JSON."""
        return json.loads(self.read()[2])

    def is_ended(self):
        """Whether the other side closes it; waits for that at most as long as the socket does."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        """Close it."""
        self.socket.close()
