"""Holds forty slow bodies and two thousand idle connections open: `/healthz` and a pledge answer within a second."""

import contextlib
import random
import resource
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

from tests.attacks.forms import Form
from tests.attacks.outcomes import Outcome
from tests.attacks.target import OPEN, Target

CHECK = "slow bodies and idle connections"
SLOW, IDLE = 40, 2_000
MOST_SECONDS = 1.0
_BYTE_SECONDS = 3.0
_LOOKS = 5


def run(target: Target, _rng: random.Random, *, is_quick: bool) -> Outcome:
    """Hold connections, and ask as somebody else would meanwhile; each kind alone, then both."""
    outcome = Outcome(CHECK, payloads=SLOW + IDLE)
    form = target.form_at(f"/campaigns/{OPEN}/pledge")
    before = target.site.requests
    worst: dict[str, float] = {}
    for kind, slow, idle in (("slow bodies", SLOW, 0), ("idle connections", 0, IDLE), ("both", SLOW, IDLE)):
        with _held(target, slow, idle):
            for look in range(1 if is_quick else _LOOKS):
                asks = {"/healthz": partial(_is_healthy, target), "a pledge": partial(_signs, target, form, kind, look)}
                for what, ask in asks.items():
                    begun = time.monotonic()
                    is_answered = ask()
                    took = time.monotonic() - begun
                    worst[kind] = max(worst.get(kind, 0.0), took)
                    if not is_answered or took > MOST_SECONDS:
                        outcome.find(f"{kind}: {what} took {took:.1f} s" + ("" if is_answered else " and failed"))
    outcome.note = "; ".join(f"{kind}: at worst {took * 1000:.0f} ms" for kind, took in worst.items())
    outcome.requests = target.site.requests - before + 2 * (SLOW + IDLE)
    return outcome


def _is_healthy(target: Target) -> bool:
    return target.site("GET", "/healthz").status == 200


def _signs(target: Target, form: Form, kind: str, look: int) -> bool:
    return target.post(form, {"email": f"{kind.split(maxsplit=1)[0]}{look}@example.org"}).status == 303


@contextlib.contextmanager
def _held(target: Target, slow: int, idle: int) -> Iterator[None]:
    _allow_files(slow + idle + 200)
    over = threading.Event()
    with contextlib.ExitStack() as opened:
        bodies = [opened.enter_context(_connect(target)) for _ in range(slow)]
        for body in bodies:
            body.sendall(
                f"POST /campaigns/{OPEN}/pledge HTTP/1.1\r\nHost: {target.site.host}\r\nContent-Length: 5000\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
            )
        for _ in range(idle):
            opened.enter_context(_connect(target))
        dripping = threading.Thread(target=_drip, args=(bodies, over), daemon=True)
        dripping.start()
        try:
            yield
        finally:
            over.set()
            dripping.join()


def _drip(bodies: list[socket.socket], over: threading.Event) -> None:
    while True:
        for body in bodies:
            with contextlib.suppress(OSError):  # it was shut, as it should be
                body.sendall(b"a")
        if over.wait(_BYTE_SECONDS):
            return


def _connect(target: Target) -> socket.socket:
    return socket.create_connection((target.site.host, target.site.port), timeout=10)


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
