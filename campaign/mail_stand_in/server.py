"""A small WSGI server for one machine: one process, a thread per connection, connections kept alive.

Why not granian, which serves the rest: its WSGI mode is a parent and a worker process, and this must be one process
that a supervisor can end by one pid, with the mail in its memory. Why threads: a demo has a handful of connections, and
each call waits for the disk, where the others share its fsync.

    accepting ─► (SIGTERM: stop) ─► idle connections closed, requests under way answered ─► serve() returns
"""

import contextlib
import socket
import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO, cast

from campaign.mail_stand_in.wire import MAX_HEAD_BYTES, BadRequestError, answer, parse_head
from campaign.mail_stand_in.wsgi import run_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MAX_CONNECTIONS = 512
BODY_TIMEOUT_SECONDS = 30
DRAIN_SECONDS = 15


class Server:
    """Listens on an address from the moment it is made; `serve` answers until `stop`."""

    def __init__(self, app: "WSGIApplication", host: str, port: int) -> None:
        """Bind.

        Raises:
            OSError: the port is taken.
        """
        self._app = app
        self._socket = socket.create_server(
            (host, port),
            family=socket.AF_INET6 if ":" in host else socket.AF_INET,
            backlog=512,
        )
        self._wake, self._waker = socket.socketpair()
        self._lock = threading.Lock()
        self._idle: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._places = threading.Semaphore(MAX_CONNECTIONS)
        self._stopping = False
        self.host, self.port = self._socket.getsockname()[:2]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def stop(self) -> None:
        """Ask `serve` to return; safe in a signal handler and from any thread."""
        self._stopping = True
        self._waker.send(b"x")

    def serve(self) -> None:
        """Answer requests until stopped; returns when what was under way is answered."""
        accepter = threading.Thread(target=self._accept, name="mailbox-accept", daemon=True)
        accepter.start()
        self._wake.recv(1)
        self._socket.shutdown(socket.SHUT_RDWR)
        accepter.join(timeout=1)  # it may be waiting for a place that only the draining below frees
        self._socket.close()
        with self._lock:
            for connection in self._idle:
                _close_reading(connection)
            threads = list(self._threads)
        deadline = time.monotonic() + DRAIN_SECONDS
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                return
            self._places.acquire()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve_connection, args=(connection, peer[0]), daemon=True)
            with self._lock:
                self._threads.add(thread)
            thread.start()

    def _serve_connection(self, connection: socket.socket, peer: str) -> None:
        try:
            with connection, connection.makefile("rb", buffering=65_536) as stream:
                while self._serve_request(connection, cast("BinaryIO", stream), peer):
                    pass
        except OSError:
            pass  # the client went away; whatever it was answered, it did not wait for
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
            self._places.release()

    def _serve_request(self, connection: socket.socket, stream: BinaryIO, peer: str) -> bool:
        """Answer one request; False when the connection is done."""
        try:
            raw = self._next_head(connection, stream)
            if raw is None:
                return False
            head = parse_head(raw)
            if head.headers.get("expect", "").lower() == "100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            connection.settimeout(BODY_TIMEOUT_SECONDS)
            wanted = head.body_bytes
            body = stream.read(wanted) if wanted else b""
            connection.settimeout(None)
            if len(body) < wanted:
                return False
        except BadRequestError as error:
            status = f"{error.status.value} {error.status.phrase}"
            connection.sendall(answer(status, [], keep_alive=False))
            return False
        status, headers, content = run_app(self._app, head, body, server=(self.host, self.port), peer=peer)
        keep_alive = head.keeps_alive and not self._stopping
        connection.sendall(
            answer(status, headers, content, keep_alive=keep_alive, with_body=head.method != "HEAD"),
        )
        return keep_alive

    def _next_head(self, connection: socket.socket, stream: BinaryIO) -> bytes | None:
        """Wait for the next request's head; None when the client, or the server, is done."""
        with self._lock:
            if self._stopping:
                return None
            self._idle.add(connection)
        lines: list[bytes] = []
        size = 0
        try:
            while line := stream.readline(MAX_HEAD_BYTES):
                size += len(line)
                if size > MAX_HEAD_BYTES:
                    raise BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                if line == b"\r\n":
                    if lines:
                        return b"".join(lines)[:-2]
                    continue
                lines.append(line)
        finally:
            with self._lock:
                self._idle.discard(connection)
        return None


def _close_reading(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be gone already
        connection.shutdown(socket.SHUT_RD)
