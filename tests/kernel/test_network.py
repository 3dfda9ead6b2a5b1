import ipaddress

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from campaign.kernel.network import client_ip, network_of

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
        ("10.0.0.1", "evil, <script>", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_believes_only_proxies_it_was_told_to_trust(peer, forwarded, expected):
    assert ip(peer, forwarded) == expected


def test_without_trusted_proxies_the_header_is_whatever_a_visitor_likes_to_write():
    assert ip("127.0.0.1", "198.51.100.1", ()) == "127.0.0.1"


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=80))
def test_no_header_breaks_anything_or_names_what_is_no_address(text):
    assert ipaddress.ip_address(ip("10.0.0.1", text))


@given(st.ip_addresses().map(str) | st.text(max_size=20))
def test_a_network_is_a_network_or_nothing(text):
    found = network_of(text)
    assert found == "" or ipaddress.ip_address(text) in ipaddress.ip_network(found)
