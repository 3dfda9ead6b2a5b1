"""Where a request comes from, believing only proxies we were told to trust."""

import ipaddress
from functools import lru_cache

from flask import Request

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_ip(request: Request, trusted: tuple[Network, ...]) -> str:
    """Return the client's IP: the last hop of X-Forwarded-For that is not a trusted proxy.

    Without trusted proxies the header is whatever a visitor likes to write, and is ignored.
    """
    peer = request.remote_addr or ""
    if not trusted or not _is_trusted(peer, trusted):
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not _is_trusted(hop, trusted):
            return hop if _is_address(hop) else peer
    return hops[0] if hops and _is_address(hops[0]) else peer


@lru_cache(maxsize=4096)
def network_of(ip: str) -> str:
    """Return the network an IP belongs to: /24 for IPv4, /48 for IPv6 (what one site usually has), "" if none."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(text: str, trusted: tuple[Network, ...]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in trusted)
