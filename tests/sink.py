"""The chaos sink: SendGrid's send call on loopback, lossy on purpose, with a ledger of what it did to each mail.

One event loop, no threads per connection, so that it stays out of the way of what it measures.

    with Sink(seed=7, rates={"lost_reply": 0.07, "dropped": 0.05}) as sink:
        … SENDGRID_BASE_URL=sink.url …
    sink.counts(); sink.ids("accepted", "mail"); sink.repeated("mail")

    python -m tests.sink --port 8099 --seed 7 --lost-reply 0.07 --dropped 0.05      report at /__report

What happens to a call, drawn from the seed:

    dropped       read, not recorded, connection closed          answered_5xx  not recorded, 500
    lost_reply    recorded, connection closed without a reply    answered_429  not recorded, 429 with Retry-After
    slow          recorded, answered `slow_seconds` later (hung_up: the client did not wait for it)
    silent        read, not recorded, never answered

Away altogether: `refuse_with` answers everything with one status, `is_deaf` answers nothing, `shut` closes the port.

Faults come in the order calls arrive, which with several connections is not the seed's alone. `fast=True` checks and
records nothing but counts: a null server for benchmarks.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from campaign.mail_stand_in.inbox import Inbox
from campaign.mail_stand_in.messages import Message
from campaign.mail_stand_in.problems import Problem
from tests.sink_connection import Connection

FAULTS = ("answered_5xx", "answered_429", "slow", "lost_reply", "dropped", "silent")
KINDS = ("accepted", *FAULTS, "hung_up")


class _Nowhere:
    """A keeper that keeps nothing: the sink's memory is its ledger."""

    def records(self) -> Iterable[Mapping[str, object]]:
        return ()

    def append(self, record: Mapping[str, object]) -> None:
        del record


class Sink:
    """A running sink. Its numbers may be read at any time, from any thread, also after it stopped."""

    def __init__(
        self,
        *,
        seed: int = 0,
        rates: Mapping[str, float] | None = None,
        slow_seconds: float = 2.0,
        retry_after_seconds: int = 1,
        email_logs: bool = True,
        fast: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Describe the sink.

        Args:
            seed: of the faults.
            rates: share of the calls (0 to 1) that meet each of FAULTS.
            slow_seconds: how late a slow answer comes.
            retry_after_seconds: what a 429 asks for.
            email_logs: whether `GET /v3/messages` is on this account's plan; else it answers 403.
            fast: count calls and recipients, check and record nothing.
            host: a loopback address.
            port: 0 takes a free one.
        """
        self.seed = seed
        self.slow_seconds = slow_seconds
        self.retry_after_seconds = retry_after_seconds
        self.email_logs = email_logs
        self.fast = fast
        self.calls = 0
        self.recipients = 0
        self.refused: list[Problem] = []
        self.refuse_with: int | None = None
        """Set to 401 or 403 to refuse every call with it, as a revoked key or spent credits would; 503: out of order."""
        self.is_deaf = False
        self.connected = 0
        """How many connections were ever opened."""
        self._host, self._port = host, port
        self._random = random.Random(seed)
        self._hits: dict[str, list[Message]] = {kind: [] for kind in KINDS}
        self.inbox = Inbox(_Nowhere())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sink", daemon=True)
        self._connections: set[asyncio.Transport] = set()
        self.set_rates(rates or {})

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """Change how often each fault strikes; what is not named never does."""
        unknown = set(rates) - set(FAULTS)
        if unknown or sum(rates.values()) > 1:
            raise ValueError(f"rates must be shares of {FAULTS} that sum to at most 1, not {dict(rates)}")
        self._rates = {name: rates.get(name, 0.0) for name in FAULTS}

    # Life

    def start(self) -> None:
        """Listen, in a thread of its own."""
        self._thread.start()
        future = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self._server = future.result(timeout=10)
        self._host, self._port = self._server.sockets[0].getsockname()[:2]

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: Connection(self), self._host, self._port, backlog=512)

    def stop(self) -> None:
        """Close every connection and the port."""
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join(timeout=10)
        self._loop.close()

    def shut(self) -> None:
        """Close the port and every connection: who calls now is refused."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(timeout=10)

    async def _shut(self) -> None:
        self._server.close()
        for transport in list(self._connections):
            transport.abort()

    def reopen(self) -> None:
        """Listen on the same port again."""
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)

    def _close(self) -> None:
        self._server.close()
        for transport in list(self._connections):
            transport.abort()
        self._loop.call_soon(self._loop.stop)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL to give as SENDGRID_BASE_URL."""
        return f"http://{self._host}:{self._port}"

    # Ledger

    def hits(self, kind: str) -> list[Message]:
        """The mails that met one of KINDS, oldest first. A lost or slow reply's mail is among the accepted too."""
        return list(self._hits[kind])

    def ids(self, kind: str, key: str) -> list[str]:
        """The values of one custom argument over the mails that met one of KINDS, oldest first, repeats kept."""
        return [message.custom_args[key] for message in self.hits(kind) if key in message.custom_args]

    def repeated(self, key: str) -> dict[str, int]:
        """Which values of a custom argument were accepted more than once, and how often: what must stay empty."""
        return {value: count for value, count in Counter(self.ids("accepted", key)).items() if count > 1}

    def counts(self) -> dict[str, int]:
        """How many mails met each of KINDS, and how many calls came and were refused as invalid."""
        accepted = {"accepted": self.recipients} if self.fast else {}
        kinds = {kind: len(self._hits[kind]) for kind in KINDS}
        return {"calls": self.calls, "refused": len(self.refused), **kinds, **accepted}

    def report(self) -> dict[str, object]:
        """Everything, as `/__report` answers it."""
        return {
            "seed": self.seed,
            "rates": self._rates,
            "counts": self.counts(),
            "problems": [problem.as_json() for problem in self.refused],
            "mails": {
                kind: [{"to": hit.to.email, "custom_args": hit.custom_args} for hit in self.hits(kind)]
                for kind in KINDS
            },
        }

    # What connections ask of it

    def draw(self) -> str:
        """The next call's fate: one of FAULTS or `accepted`."""
        point = self._random.random()
        for name, rate in self._rates.items():
            if point < rate:
                return name
            point -= rate
        return "accepted"

    def note(self, kind: str, messages: Sequence[Message]) -> None:
        """Enter mails in the ledger."""
        self._hits[kind].extend(messages)

    def opened(self, transport: asyncio.Transport) -> None:
        """Remember a connection, to be closed at the end."""
        self.connected += 1
        self._connections.add(transport)

    def closed(self, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        self._connections.discard(transport)

    def later(self, seconds: float, connection: Connection, reply: bytes) -> None:
        """Let a connection answer in a while."""
        self._loop.call_later(seconds, connection.finish_slowly, reply)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a sink until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.sink", description="A lossy stand-in for SendGrid.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--slow-seconds", type=float, default=2.0)
    parser.add_argument("--no-email-logs", action="store_true")
    parser.add_argument("--fast", action="store_true")
    for name in FAULTS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=0.0, metavar="SHARE")
    options = parser.parse_args(argv)
    sink = Sink(
        seed=options.seed,
        rates={name: getattr(options, name) for name in FAULTS},
        slow_seconds=options.slow_seconds,
        email_logs=not options.no_email_logs,
        fast=options.fast,
        port=options.port,
    )
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    with sink:
        sys.stdout.write(f"listening {sink.url}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
    sys.stdout.write(json.dumps(sink.counts()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
