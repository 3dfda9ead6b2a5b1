"""Tries to pass the limits while their Valkey is busy, away or just across midnight."""

from datetime import UTC, datetime

import pytest
from redis import Redis

from campaign.kernel.valkey import TIMEOUT_SECONDS
from tests.actions.visitor import Visitor

MOST = 5
LIMITS = f"ip={MOST}/10m"


@pytest.fixture
def visit(fresh, make_app, sessions, installation):
    """Stand before an installation that counts in the Valkey at an address, or where it is not too busy to count."""

    def make(url=None):
        app = make_app(LIMITS=LIMITS) if url is None else make_app(REDIS_URL=url, LIMITS_URL=url, LIMITS=LIMITS)
        return Visitor(app.test_client(use_cookies=False), sessions, installation)

    return make


def flood(visitor, count):
    return [visitor.sign(comment=str(n)).status_code for n in range(count)]


def test_without_valkey_a_flood_is_refused_by_the_process(visit, tell):
    statuses = flood(visit("redis://127.0.0.1:9/0"), 40)
    tell("of 40 posts, where 5 may, passed without Valkey", statuses.count(303))
    assert statuses == [303] * MOST + [429] * (40 - MOST)


def test_a_busy_moment_opens_no_door(visit, limits_url, tell):
    """Whoever keeps Valkey busy for longer than a visitor waits for it was let in for the two seconds after."""
    visitor, client = visit(limits_url), Redis.from_url(limits_url)
    flood(visitor, MOST)
    client.execute_command("CLIENT", "PAUSE", int(TIMEOUT_SECONDS * 1000 * 8), "ALL")
    statuses = flood(visitor, 40)
    tell("of 40 posts beyond the limit, passed after 0.4 s without an answer", statuses.count(303))
    assert statuses.count(303) <= MOST
    client.close()


def test_midnight_begins_nothing_anew(visit, valkey, tell):
    visitor = visit()
    at = [datetime(2023, 6, 1, 23, 59, 59, tzinfo=UTC)]
    # Whatever clock a limiter goes by:
    visitor.client.application.extensions["campaign.intake"].limiter._clock = lambda: at[0]
    before = flood(visitor, MOST)
    at[0] = datetime(2023, 6, 2, 0, 0, 1, tzinfo=UTC)
    after = flood(visitor, MOST)
    tell("posts passed within two seconds, where 5 may", (before + after).count(303))
    assert before == [303] * MOST
    assert after == [429] * MOST
