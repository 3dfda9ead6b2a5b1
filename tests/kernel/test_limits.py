from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from campaign.kernel.errors import LimitedError
from campaign.kernel.limits import Limiter, Poster
from campaign.kernel.metrics import LIMITS_FAILED_OPEN
from campaign.kernel.settings import Limit
from campaign.kernel.tokens import KeyedHash
from campaign.kernel.valkey import Breaker, ValkeyAwayError, connect

HASHES = KeyedHash("k" * 32)


def limiter(valkey, *limits, clock=None):
    clock = clock or (lambda: datetime(2023, 6, 1, tzinfo=UTC))
    return Limiter(Breaker(valkey), [Limit(*limit) for limit in limits], HASHES, clock)


def passed(errors):
    return [error is None for error in errors]


def test_counts_each_key_by_itself(valkey):
    made = limiter(valkey, ("ip", 3, 60), ("email", 2, 60))
    errors = made.check([Poster("203.0.113.1", f"a{n}@example.org") for n in range(5)])
    assert passed(errors) == [True] * 3 + [False] * 2
    assert passed(made.check([Poster("203.0.113.2", "b@example.org")] * 3)) == [True, True, False]


def test_a_network_is_what_one_site_usually_has(valkey):
    made = limiter(valkey, ("network", 2, 60))
    posters = [Poster(ip, "") for ip in ("203.0.113.1", "203.0.113.250", "203.0.113.9", "203.0.114.1")]
    assert passed(made.check(posters)) == [True, True, False, True]
    posters = [Poster(ip, "") for ip in ("2001:db8:1:2::1", "2001:db8:1:ffff::1", "2001:db8:1::9", "2001:db8:2::1")]
    assert passed(made.check(posters)) == [True, True, False, True]


def test_says_how_long_to_wait_and_forgets_afterwards(valkey):
    made = limiter(valkey, ("ip", 1, 60), ("email", 1, 3600))
    first, second = made.check([Poster("203.0.113.1", "a@example.org")] * 2)
    assert first is None
    assert isinstance(second, LimitedError)
    assert 3590 < second.retry_after_seconds <= 3600, "the longest of those that were met"
    assert all(0 < valkey.ttl(key) <= 3600 for key in valkey.keys("limit:*"))


def test_keys_name_nobody_and_change_with_the_day(valkey):
    today = [datetime(2023, 6, 1, 23, 59, tzinfo=UTC)]
    made = limiter(valkey, ("ip", 9, 60), clock=lambda: today[0])
    made.check([Poster("203.0.113.1", "a@example.org")])
    before = set(valkey.keys("*"))
    assert not [key for key in before if b"203.0" in key or b"example" in key]
    today[0] += timedelta(minutes=2)
    made.check([Poster("203.0.113.1", "a@example.org")])
    assert len(set(valkey.keys("*")) - before) == 1


@pytest.mark.parametrize("poster", [Poster("", ""), Poster("not an ip", ""), Poster("", "a@example.org")])
def test_what_is_not_known_is_not_counted(valkey, poster):
    made = limiter(valkey, ("ip", 1, 60), ("network", 1, 60)) if not poster.ip else limiter(valkey, ("network", 1, 60))
    assert passed(made.check([poster] * 5)) == [True] * 5


def test_without_limits_nothing_is_asked():
    class Nobody:
        def __getattr__(self, name):
            raise AssertionError(name)

    assert Limiter(Breaker(Nobody()), [], HASHES).check([Poster("203.0.113.1", "")] * 3) == [None] * 3


def test_a_server_that_forgot_the_script_is_taught_again(valkey):
    made = limiter(valkey, ("ip", 1, 60))
    assert passed(made.check([Poster("203.0.113.1", "")])) == [True]
    valkey.script_flush()
    made.check([Poster("203.0.113.1", "")])  # passes while it learns
    made._breaker._closed_again_at = 0.0
    assert passed(made.check([Poster("203.0.113.1", "")])) == [False]


def test_valkey_away_lets_everybody_pass_and_counts_them():
    made = Limiter(Breaker(connect("redis://127.0.0.1:9/0")), [Limit("ip", 1, 60)], HASHES)
    before = LIMITS_FAILED_OPEN._value.get()
    assert passed(made.check([Poster("203.0.113.1", "")] * 4)) == [True] * 4
    assert LIMITS_FAILED_OPEN._value.get() == before + 4


def test_the_breaker_leaves_a_broken_server_alone_then_lets_one_try():
    now, calls = [0.0], []

    def fail(_client):
        calls.append(1)
        raise ConnectionError("away")

    breaker = Breaker(None, lambda: now[0])
    for _ in range(5):
        with pytest.raises(ValkeyAwayError):
            breaker.call(fail)
    assert len(calls) == 1
    now[0] = 2.1
    for _ in range(5):
        with pytest.raises(ValkeyAwayError):
            breaker.call(fail)
    assert len(calls) == 2
    now[0] = 4.3
    assert breaker.call(lambda _client: "back") == "back"
    assert breaker.call(lambda _client: "back") == "back"


def test_an_error_that_is_not_valkeys_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        Breaker(None).call(lambda _client: 1 / 0)


def test_the_client_gives_up_soon_and_knows_valkeys_scheme():
    client = connect("valkey://127.0.0.1:9/3")
    assert isinstance(client, Redis)
    options = client.connection_pool.connection_kwargs
    assert options["db"] == 3
    assert options["socket_timeout"] == options["socket_connect_timeout"] == 0.05
