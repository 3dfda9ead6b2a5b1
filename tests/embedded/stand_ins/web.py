"""Answers every GET with 200 from a child process, as a web server's worker would, and notes its end."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from campaign.kernel import pulse

pulse.EVERY_SECONDS = 0.1
name, host, port, log = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{os.getpid()}".encode())

    def log_message(self, *_: object) -> None: ...


signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
server = HTTPServer((host, port), Handler)
worker = os.fork()
pulse.begin_pulse()
if not worker:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    server.serve_forever()
signal.sigwait([signal.SIGTERM])
os.kill(worker, signal.SIGTERM)
os.waitpid(worker, 0)
with log.open("a") as out:
    out.write(f"{name}\n")
