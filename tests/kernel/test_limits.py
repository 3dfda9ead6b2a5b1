import pytest
from redis import Redis

from campaign.kernel.errors import LimitedError
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.limits import Limiter, Poster
from campaign.kernel.metrics import LIMITS_FAILED_OPEN
from campaign.kernel.settings import Limit
from campaign.kernel.valkey import Breaker, ValkeyAwayError, connect

HASHES = KeyedHash("k" * 32)
AWAY = "redis://127.0.0.1:9/0"


def limiter(valkey, *limits):
    return Limiter(Breaker(valkey), [Limit(*limit) for limit in limits], HASHES)


def passed(errors):
    return [error is None for error in errors]


def test_counts_each_line_by_itself(valkey):
    made = limiter(valkey, ("ip", 3, 60))
    assert passed(made.check([Poster("203.0.113.1")] * 5)) == [True] * 3 + [False] * 2
    assert passed(made.check([Poster("203.0.113.2"), Poster("203.0.113.1")])) == [True, False]


def test_a_network_is_what_one_site_usually_has(valkey):
    made = limiter(valkey, ("network", 2, 60))
    posters = [Poster(ip) for ip in ("203.0.113.1", "203.0.113.250", "203.0.113.9", "203.0.114.1")]
    assert passed(made.check(posters)) == [True, True, False, True]
    posters = [Poster(ip) for ip in ("2001:db8:1:2::1", "2001:db8:1:ffff::1", "2001:db8:1::9", "2001:db8:2::1")]
    assert passed(made.check(posters)) == [True, True, False, True]


def test_a_line_of_the_newer_internet_has_many_addresses(valkey):
    made = limiter(valkey, ("ip", 2, 60))
    posters = [Poster(ip) for ip in ("2001:db8::1", "2001:db8::2", "2001:db8::ffff:3", "2001:db8:0:1::1")]
    assert passed(made.check(posters)) == [True, True, False, True]


def test_says_to_wait_as_long_whenever_the_first_came_and_forgets_afterwards(valkey):
    made = limiter(valkey, ("ip", 1, 60), ("network", 1, 3600))
    first, second = made.check([Poster("203.0.113.1")] * 2)
    assert first is None
    assert isinstance(second, LimitedError)
    assert second.retry_after_seconds == 3600, "the longest of those that were met"
    for key in valkey.keys("limit:*"):
        assert 0 < valkey.ttl(key) <= 3600
        valkey.pexpire(key, 5)  # most of the window is over
    valkey.set("unrelated", 1)
    (third,) = made.check([Poster("203.0.113.1")])
    assert third is None or third.retry_after_seconds == 3600


def test_keys_name_nobody(valkey):
    limiter(valkey, ("ip", 9, 60), ("network", 9, 60)).check(
        [Poster("203.0.113.1"), Poster("203.0.113.1", "campaign.1")]
    )
    keys = valkey.keys("*")
    assert len(keys) == 4, "a scope's keys are its own"
    assert not [key for key in keys if b"203.0" in key or b"campaign" in key]


def test_scopes_are_counted_apart(valkey):
    made = limiter(valkey, ("ip", 2, 60))
    assert passed(made.check([Poster("203.0.113.1")] * 3)) == [True, True, False]
    assert passed(made.check([Poster("203.0.113.1", "campaign.1")] * 3)) == [True, True, False]
    assert passed(made.check([Poster("203.0.113.1", "campaign.2")])) == [True]


def test_where_a_hidden_count_begins_nobody_knows_but_most_of_it_is_left(valkey):
    made = limiter(valkey, ("ip", 100, 60))
    left = {sum(passed(made.check([Poster(f"203.0.113.{n}", "campaign.1")] * 101))) for n in range(40)}
    assert len(left) > 1
    assert min(left) >= 90
    assert max(left) <= 100
    assert sum(passed(made.check([Poster("203.0.113.1")] * 101))) == 100, "elsewhere a limit is what it says"


@pytest.mark.parametrize("ip", ["", "not an ip"])
def test_what_is_not_known_is_not_counted(valkey, ip):
    made = limiter(valkey, ("ip", 1, 60), ("network", 1, 60))
    assert passed(made.check([Poster(ip)] * 5)) == [True] * 5


def test_without_limits_nothing_is_asked():
    class Nobody:
        def __getattr__(self, name):
            raise AssertionError(name)

    assert Limiter(Breaker(Nobody()), [], HASHES).check([Poster("203.0.113.1")] * 3) == [None] * 3


def test_a_server_that_forgot_the_script_is_taught_again(valkey):
    made = limiter(valkey, ("ip", 1, 60))
    assert passed(made.check([Poster("203.0.113.1")])) == [True]
    valkey.script_flush()
    assert passed(made.check([Poster("203.0.113.1")])) == [False]


def test_without_valkey_a_process_counts_by_itself_and_tells():
    made = Limiter(Breaker(connect(AWAY)), [Limit("ip", 3, 60)], HASHES)
    before = LIMITS_FAILED_OPEN._value.get()
    assert passed(made.check([Poster("203.0.113.1")] * 4)) == [True] * 3 + [False]
    assert passed(made.check([Poster("203.0.113.1"), Poster("203.0.113.2")])) == [False, True]
    assert LIMITS_FAILED_OPEN._value.get() == before + 6


def test_where_no_valkey_is_named_a_process_counts_by_itself_and_that_is_no_alarm():
    made = Limiter(None, [Limit("ip", 3, 60)], HASHES)
    before = LIMITS_FAILED_OPEN._value.get()
    assert passed(made.check([Poster("203.0.113.1")] * 4)) == [True] * 3 + [False]
    assert LIMITS_FAILED_OPEN._value.get() == before


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
