"""Tries to be counted as somebody else: by headers, through each proxy as docs/howto/deploy.md sets it up, and past it."""

import pytest
from redis import Redis

from tests.actions.stage import environ_of
from tests.attacks.proxies import PROXIES, is_here, proxy
from tests.attacks.spoofed_addresses import TRUSTED, attack
from tests.serving.running import serving

MOST = 30


@pytest.fixture(scope="module")
def web(database_url, redis_url):
    """The service with a limit by address, trusting loopback's proxies."""
    environ = environ_of(database_url, redis_url, LIMITS=f"ip={MOST}/10m", TRUSTED_PROXIES=TRUSTED)
    with serving("tests.attacks.patient:app", environ) as port:
        yield port


def _attack(port, redis_url, tell):
    with Redis.from_url(redis_url) as client:
        client.flushdb()
    plain, spoofed = attack(port, MOST)
    passed = [(lines, status) for lines, status in spoofed if status not in (429, 400)]
    tell(
        f"pledges after {MOST}, each with another made-up address: refused",
        f"{len(spoofed) - len(passed)} of {len(spoofed)}",
    )
    assert plain == [303] * MOST + [429]
    assert not passed


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("how", ["as documented", "careless"])
@pytest.mark.parametrize("name", PROXIES)
def test_through_a_proxy_no_header_makes_another_visitor(web, redis_url, tell, name, how):
    if not is_here(name):
        pytest.skip(f"{name} is not installed (Debian: apt install {name})")
    with proxy(name, web, is_careless=how == "careless") as port:
        _attack(port, redis_url, tell)


@pytest.mark.usefixtures("fresh")
def test_from_elsewhere_than_a_trusted_proxy_no_header_is_believed(web, redis_url, tell):
    _attack(web, redis_url, tell)
