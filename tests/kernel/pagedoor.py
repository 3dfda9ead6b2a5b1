"""What stands behind the page cache, and who asks in front of it, for its tests."""

import threading

from campaign.kernel.keeping import SECONDS_KEY
from campaign.kernel.pagecache import PageCache
from campaign.kernel.pagekey import Parameter, Reads
from campaign.kernel.tokens import ShortCodes

LONG = b"<p>A page that is long enough to be worth packing. " * 100
READS = Reads(
    (Parameter("via", ShortCodes.PATTERN), Parameter("place", "[0-9]+", most=2), Parameter("near", is_kept=False)),
    frozenset({"ours"}),
)
VARY = ("Vary", "Accept-Language, Accept-Encoding")


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


class Backend:
    """A WSGI application that counts how often it is asked, and says what it was asked."""

    def __init__(self, *, seconds=10, status="200 OK", headers=(), body=b"page"):
        self.calls = []
        self.seconds, self.status, self.headers, self.body = seconds, status, list(headers), body
        self.gate = None
        self.inside = threading.Event()

    def __call__(self, environ, start_response):
        self.calls.append(dict(environ))
        self.inside.set()
        if self.gate:
            assert self.gate.wait(5)
        if self.seconds is not None:
            environ[SECONDS_KEY] = self.seconds
        headers = [("Content-Type", "text/html"), ("Content-Length", str(len(self.body))), ("ETag", '"abc"')]
        start_response(self.status, [*headers, ("X-Content-Type-Options", "nosniff"), *self.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class Door:
    """Asks a `PageCache` as a server does."""

    def __init__(self, backend, **options):
        self.clock = Clock()
        self.statuses = []
        options.setdefault("reads_of", lambda _path: READS)
        self.cache = PageCache(backend, monotonic=self.clock, on_response=self.statuses.append, **options)

    def get(self, path="/x", query="", method="GET", **environ):
        answer = {}

        def start_response(status, headers, exc_info=None):
            answer.update(status=status, headers=headers)

        parts = self.cache(
            {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, **environ}, start_response
        )
        return answer["status"], answer["headers"], b"".join(parts)
