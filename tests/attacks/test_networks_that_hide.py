"""Tries to pass the limits from one line by many addresses of it, and to have others share what one of them spent."""

import ipaddress
import random

import pytest

from campaign.kernel.limits import Poster
from campaign.kernel.settings import DEFAULT_LIMITS
from tests.actions.visitor import OPEN, PERSON, Visitor

PROXY = "192.0.2.1"


@pytest.fixture
def town(fresh, make_app, sessions, installation, valkey):
    """An installation behind a proxy at 192.0.2.1."""

    def make(limits):
        app = make_app(LIMITS=limits, TRUSTED_PROXIES=PROXY)
        return Visitor(app.test_client(use_cookies=False), sessions, installation)

    return make


def sign(visitor, n, ip, forwarded=None):
    """Sign from an address, or through the proxy; returns the status."""
    form = {**PERSON, "stamp": visitor.installation.stamp.make(), "email": f"signer{n}@example.org"}
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    place = {"REMOTE_ADDR": ip}
    answer = visitor.client.post(f"/campaigns/{OPEN}/pledge", data=form, headers=headers, environ_overrides=place)
    return answer.status_code


def test_one_line_has_one_limit_however_many_addresses_it_has(town, tell):
    visitor = town("ip=20/10m,network=3000/10m")
    line = ipaddress.ip_network("2001:db8:7:8::/64")
    statuses = [sign(visitor, n, str(line[random.Random(n).getrandbits(64)])) for n in range(30)]
    tell("of 30 posts from one /64, where 20 may, passed", statuses.count(303))
    assert statuses == [303] * 20 + [429] * 10


def test_the_default_lets_a_campus_pass_and_no_line_of_1200(town, tell):
    limiter = town(DEFAULT_LIMITS).client.application.extensions["campaign.intake"].limiter

    def passed(ips):
        return limiter.check([Poster(ip) for ip in ips]).count(None)

    line, site = ipaddress.ip_network("2001:db8:7:8::/64"), ipaddress.ip_network("2001:db8:9::/48")
    of_line = passed(str(line[n * 7919]) for n in range(1200))
    of_site = passed(str(site[(n << 64) + 1]) for n in range(5000))
    of_campus = passed(["198.51.100.7"] * 200)
    tell("of 1,200 from one /64; of 5,000 from one /48; of 200 behind one address", (of_line, of_site, of_campus))
    assert (of_line, of_site, of_campus) == (600, 3000, 200)


def test_clients_of_a_socket_for_both_internets_do_not_share_one_limit(town, tell):
    visitor = town("ip=90/10m,network=5/10m")
    spent = [sign(visitor, n, "::ffff:203.0.113.7") for n in range(7)]
    others = [sign(visitor, 10 + n, f"::ffff:198.51.{n}.7") for n in range(5)]
    tell("strangers refused, of 5", others.count(429))
    assert spent == [303] * 5 + [429] * 2
    assert others == [303] * 5
    assert sign(visitor, 20, "203.0.113.7") == 429, "the same client by its plain address"


@pytest.mark.parametrize("written", ["203.0.113.7:{port}", "[::ffff:203.0.113.7]:{port}", "::ffff:203.0.113.7"])
def test_what_a_proxy_writes_behind_an_address_hides_nobody(town, tell, written):
    visitor = town("ip=5/10m")
    spent = [sign(visitor, n, PROXY, written.format(port=40_000 + n)) for n in range(7)]
    other = sign(visitor, 10, PROXY, "198.51.100.7:40311")
    tell("passed of 7, where 5 may; then a stranger's answer", (spent.count(303), other))
    assert spent == [303] * 5 + [429] * 2
    assert other == 303


def test_a_proxy_is_known_by_its_mapped_address(town, tell):
    visitor = town("ip=5/10m")
    statuses = [sign(visitor, n, f"::ffff:{PROXY}", f"203.0.113.{n}") for n in range(8)]
    tell("refused of 8 strangers behind the proxy", statuses.count(429))
    assert statuses == [303] * 8
