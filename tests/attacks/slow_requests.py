"""Tries to stop the service with connections that send slowly, or nothing: `python -m tests.attacks.slow_requests`.

Forty connections send a form's head and then one byte every three seconds; two thousand are opened and send nothing;
both kinds are held open, and opened again when the other side ends them. Meanwhile `/healthz` is asked for, and pledges
are signed, each on a connection of its own. Directly, and through each proxy as docs/howto/deploy.md sets it up.
"""

import asyncio
import contextlib
import re
import resource
import statistics
import time
import urllib.request
from urllib.parse import urlencode

from tests.actions.visitor import OPEN, PERSON
from tests.attacks.served import Row, served, tell

SLOW, IDLE, ASKED = 40, 2000, 12
MOST_SECONDS = 1.0
_FILES = 6000
_BYTE_EVERY_SECONDS = 3.0
_SLOW_HEAD = (
    f"POST /campaigns/{OPEN}/pledge HTTP/1.1\r\nHost: {{host}}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 5000\r\n\r\nstamp="
)


def run(slow=SLOW, idle=IDLE, asked=ASKED):
    """Attack directly, and through each proxy that is installed; return a row for each."""
    return list(attacks(slow, idle, asked))


def attacks(slow=SLOW, idle=IDLE, asked=ASKED):
    """Attack, and give each row when it is known."""
    _allow_files()
    with served("slow") as ways:
        for way in ways:
            if way.port is None:
                yield Row(f"slow bodies and idle connections {way.name}", 0, "", {"not installed": ""})
            else:
                yield _row(way.name, way.port, slow, idle, asked)


def _row(where, port, slow, idle, asked):
    host = f"127.0.0.1:{port}"
    with urllib.request.urlopen(f"http://{host}/campaigns/{OPEN}?lang=en", timeout=30) as page:
        stamp = re.search(r'name="stamp" value="([^"]+)"', page.read().decode())[1]
    asyncio.run(attack(port, slow=0, idle=0, asked=4, stamp=stamp, settle=0))  # what is done once is not the attack's
    told = asyncio.run(attack(port, slow=slow, idle=idle, asked=asked, stamp=stamp))
    finding = (
        "" if max(told["healthz"], told["pledge"]) <= MOST_SECONDS and not told["failed"] else "does not answer in time"
    )
    return Row(f"{slow} slow bodies and {idle} idle connections, {where}", slow + idle + 2 * asked, finding, told)


async def attack(port, *, slow, idle, asked, stamp, settle=4.0, most=30.0):
    """Hold the connections, and after `settle` seconds ask meanwhile; who waits longer than `most` has failed.

    Returns:
        The slowest and the median seconds of `/healthz` and of a pledge, how many failed, how many connections were
        held at once.
    """
    held = _Held(port)
    holders = [asyncio.create_task(held.slow()) for _ in range(slow)]
    holders += [asyncio.create_task(held.idle()) for _ in range(idle)]
    await asyncio.sleep(settle)
    took, failed = {"healthz": [], "pledge": []}, 0
    for number in range(asked):
        form = urlencode({**PERSON, "stamp": stamp, "email": f"ana@slow{port}-{idle}-{number}.example"}).encode()
        for what, request, wanted in (
            ("healthz", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % port, b"200"),
            ("pledge", _pledge(port, form), b"303"),
        ):
            started = time.monotonic()
            answer = await _ask(port, request, most)
            took[what].append(time.monotonic() - started)
            failed += wanted not in answer[:16]
        await asyncio.sleep(0.5)
    told = {what: max(seconds) for what, seconds in took.items()}
    told |= {f"{what}, median": statistics.median(seconds) for what, seconds in took.items()}
    told |= {"failed": failed, "held": held.most}
    held.is_over = True  # `wait_for` may swallow a cancellation that meets an answer
    for holder in holders:
        holder.cancel()
    await asyncio.gather(*holders, return_exceptions=True)
    return told


class _Held:
    """Connections that are held open, and opened again."""

    def __init__(self, port):
        self._port = port
        self.open = self.most = 0
        self.is_over = False

    async def idle(self):
        await self._again(b"", None)

    async def slow(self):
        await self._again(_SLOW_HEAD.format(host=f"127.0.0.1:{self._port}").encode(), b"x")

    async def _again(self, head, drop):
        while not self.is_over:
            with contextlib.suppress(OSError):
                await self._hold(head, drop)
            await asyncio.sleep(0.2)

    async def _hold(self, head, drop):
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            writer.write(head)
            while not (self.is_over or reader.at_eof()):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(4096), _BYTE_EVERY_SECONDS)
                if drop:
                    writer.write(drop)
        finally:
            self.open -= 1
            writer.close()


def _pledge(port, form):
    head = (
        f"POST /campaigns/{OPEN}/pledge HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    return head.encode() + form


async def _ask(port, request, most):
    try:
        async with asyncio.timeout(most):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(request)
                return await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__.encode()


def _allow_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(_FILES, hard) if hard >= 0 else _FILES, hard))


if __name__ == "__main__":
    raise SystemExit(tell(attacks()))
