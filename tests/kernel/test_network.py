import ipaddress

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.limits import Limiter, Poster
from campaign.kernel.network import canonical, client_ip, line_of, network_of
from campaign.kernel.settings import Limit, examine_settings

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


def ip(peer, forwarded=None, trusted=TRUSTED):
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    environ = EnvironBuilder(headers=headers).get_environ()
    environ["REMOTE_ADDR"] = peer
    return client_ip(Request(environ), trusted)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "evil, <script>", ""),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:40312", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:40312, 10.2.2.2:80", "198.51.100.1"),
        ("10.0.0.1", "[2001:DB8:0::1]:443, [fd00::7]:80", "2001:db8::1"),
        ("10.0.0.1", "198.51.100.1, ,", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, unknown", ""),
        ("10.0.0.1", "198.51.100.1, _hidden", ""),
        ("10.0.0.1", '"198.51.100.1:40312"', "198.51.100.1"),
        ("10.0.0.1", '"[2001:db8::7]"', "2001:db8::7"),
        ("::ffff:10.0.0.1", "[::ffff:198.51.100.1]:443", "198.51.100.1"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("unix:", "198.51.100.1", ""),
    ],
)
def test_believes_only_proxies_it_was_told_to_trust(peer, forwarded, expected):
    assert ip(peer, forwarded) == expected


def test_without_trusted_proxies_the_header_is_whatever_a_visitor_likes_to_write():
    assert ip("127.0.0.1", "198.51.100.1", ()) == "127.0.0.1"


def test_clients_whom_the_proxy_calls_unknown_share_no_limit():
    limiter = Limiter(None, [Limit("ip", 1, 600)], KeyedHash("k" * 32))
    assert limiter.check([Poster(ip("10.0.0.1", "unknown"))] * 5) == [None] * 5
    assert limiter.check([Poster(ip("10.0.0.1", "198.51.100.1"))] * 2)[1] is not None


def test_proxies_written_as_the_socket_shows_them_are_trusted():
    mapped = examine_settings({"TRUSTED_PROXIES": "::ffff:10.0.0.0/104"})[0].trusted_proxies
    for peer in ("::ffff:10.0.0.1", "10.0.0.1"):
        assert ip(peer, "198.51.100.1", mapped) == "198.51.100.1"
    assert ip("11.0.0.1", "198.51.100.1", mapped) == "11.0.0.1"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7:40312", "192.0.2.7"),
        ("192.0.2.7:", ""),
        ("192.0.2.7:http", ""),
        ('"[2001:db8::7]:40312"', "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]40312", ""),
        ("2001:0DB8::0007", "2001:db8::7"),
        ("2001:db8::7%25en0", "2001:db8::7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("64:ff9b::192.0.2.7", "192.0.2.7"),
        ("::1", "::1"),
        ("192.0.2.007", ""),
        ("unknown", ""),
        ("_hidden", ""),
        ("", ""),
        ("[", ""),
        ("%", ""),
        ("192.0.2.7" + " " * 5000, ""),
    ],
)
def test_one_client_has_one_spelling(text, address):
    assert canonical(text) == address


def test_a_line_is_one_address_or_a_64():
    assert line_of("192.0.2.7") != line_of("192.0.2.8")
    assert line_of("2001:db8::1") == line_of("2001:db8::ffff:2") != line_of("2001:db8:0:1::1")
    assert line_of("::ffff:192.0.2.7") == line_of("192.0.2.7") != line_of("::ffff:192.0.2.8")
    assert line_of("nothing") == ""


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=80))
def test_no_header_breaks_anything_or_names_what_is_no_address(text):
    found = ip("10.0.0.1", text)
    assert found == "" or ipaddress.ip_address(found)


@given(st.ip_addresses().map(str) | st.text(max_size=20))
def test_a_network_is_a_network_or_nothing(text):
    for found in (network_of(text), line_of(text)):
        assert found == "" or ipaddress.ip_address(canonical(text)) in ipaddress.ip_network(found)
