"""Tries to stop a web process with connections that send slowly, or nothing; `tests.attacks.slow_requests` in full."""

import asyncio
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.actions.stage import environ_of
from tests.actions.visitor import OPEN
from tests.attacks.slow_requests import attack
from tests.serving.running import serving

SLOW, IDLE = 40, 600
"""More bodies than a worker has threads; more connections than one was allowed."""


@pytest.mark.usefixtures("fresh")
def test_more_slow_bodies_than_threads_and_hundreds_of_idle_connections_stop_nobody(database_url, redis_url, tell):
    keys = {f"{name}_KEY": f"{name.lower()}-key-nobody-uses-elsewhere-0123456789" for name in ("SECRET", "PRIVACY")}
    with serving("wsgi:app", environ_of(database_url, redis_url, CAMPAIGN_DEMO="1", **keys)) as port:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/campaigns/{OPEN}?lang=en", timeout=60) as page:
            stamp = re.search(r'name="stamp" value="([^"]+)"', page.read().decode())[1]
        attacked = attack(port, slow=SLOW, idle=IDLE, asked=4, stamp=stamp, settle=1.0, most=10.0)
        with ThreadPoolExecutor(1) as apart:  # a browser of an earlier test leaves its loop in this thread
            told = apart.submit(asyncio.run, attacked).result()
    for what, number in told.items():
        tell(what, round(number, 3))
    assert told["failed"] == 0
    assert told["held"] == SLOW + IDLE, "all were open at once"
