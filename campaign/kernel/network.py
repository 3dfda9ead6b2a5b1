"""Where a request comes from, believing only proxies we were told to trust, and in one spelling whoever says it.

The same client must not look like two, nor two like one. A socket that takes IPv4 and IPv6 calls a client
`::ffff:192.0.2.7`, a translator at a data centre's edge `64:ff9b::c000:207`, some proxies `192.0.2.7:40312` or
`[2001:db8::7]:40312`, and a link-local peer carries its zone. All of these are read here, and nowhere else.
"""

import ipaddress
from functools import lru_cache

from flask import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Clients of IPv4 as a translator shows them. Source: RFC 6052, the well-known prefix."""

_LONGEST = 100
"""Characters of an address with all that may surround it; nothing longer is remembered."""

_SITE = {4: 32, 6: 64}
_NETWORK = {4: 24, 6: 48}
"""Bits that one customer's line, and one site's network, have in common. Source: RFC 6177, BCOP 690 (/64, /48)."""


def client_ip(request: Request, trusted: tuple[Network, ...]) -> str:
    """Return the client's IP in its canonical form: the last hop of X-Forwarded-For that is not a trusted proxy.

    Without trusted proxies the header is whatever a visitor likes to write, and is ignored. "" where nobody knows: the
    socket names no address, or our proxy says `unknown` or a word of RFC 7239. The proxy's own would be everybody's.
    """
    peer = canonical(request.remote_addr or "")
    if not trusted or not _is_trusted(peer, trusted):
        return peer
    hops = [hop for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not _is_trusted(hop, trusted):
            return canonical(hop)
    return (canonical(hops[0]) if hops else "") or peer


def canonical(text: str) -> str:
    """Return an IP without port, brackets, zone or the prefix it was mapped under; "" where `text` is none."""
    address = _read(text)
    return "" if address is None else str(address)


@lru_cache(maxsize=4096)
def line_of(ip: str) -> str:
    """Return what one customer's line is counted by: an IPv4 address, the /64 of an IPv6 address, "" if none.

    Whoever has an IPv6 address has its /64: 18 quintillion of them.
    """
    return _around(ip, _SITE)


@lru_cache(maxsize=4096)
def network_of(ip: str) -> str:
    """Return the network an IP belongs to: /24 for IPv4, /48 for IPv6 (what one site usually has), "" if none."""
    return _around(ip, _NETWORK)


def _read(text: str) -> Address | None:
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> Address | None:
    text = text.strip().strip('"').strip()
    if text.startswith("["):
        text, _, port = text[1:].partition("]")
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        port = f":{port}"
    else:
        port = ""
    if port and not (port.startswith(":") and port[1:].isdecimal()):
        return None
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if address.version == 4:
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _around(ip: str, bits: dict[int, int]) -> str:
    address = _read(ip)
    return "" if address is None else str(ipaddress.ip_network((address, bits[address.version]), strict=False))


def _is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    address = _read(text)
    if address is None:
        return False
    return any(address in network for network in trusted)
