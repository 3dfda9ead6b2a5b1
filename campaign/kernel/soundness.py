"""What settings may not be when people are served: each of them readable, and an open door all the same.

`read_settings` tells what cannot be read. Here is what would work, and hurt somebody: the start refuses what is never
meant, all of it in one list, and warns of what may be. Operators' commands and tests read settings without it.

Source: the list of settings in docs/reference.md, which says of each whether it is refused or warned of.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from campaign.kernel.settings import Settings, SettingsError, examine_settings

_FEWEST_CHARACTERS = 8
"""Different ones in a key. Of 32 hexadecimal digits drawn by lot fewer come once in 28 million times."""
_SHORTEST_TOKEN = 16
_MAKE_ONE = "make one with python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_WIDEST = {4: 8, 6: 7}
"""Prefix lengths of the widest private networks (RFC 1918, RFC 4193): nobody runs proxies in more."""
_WIDE = {4: 16, 6: 32}
"""Public networks wider than these are a mistake, or a large provider's."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_sound_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` describes, for a process that serves people.

    Raises:
        SettingsError: with every problem found, of reading and of safety.
    """
    settings, problems = examine_settings(environ)
    problems = [*problems, *find_refused(settings)]
    if problems:
        raise SettingsError(problems)
    return settings


def find_refused(settings: Settings) -> list[str]:
    """Return a sentence for each thing that stops the start. What is empty is not looked at: it is missing."""
    return [*_refuse_keys(settings), *_refuse_addresses(settings), *_refuse_proxies(settings)]


def find_doubtful(settings: Settings) -> list[tuple[str, str]]:
    """Return what may be right, and mostly is not: the setting's name, and a sentence."""
    return [*_doubt_proxies(settings), *_doubt_limits(settings), *_doubt_connections(settings)]


def _refuse_keys(settings: Settings) -> Iterator[str]:
    named = [("SECRET_KEY", key) for key in settings.secret_keys]
    named += [("PRIVACY_KEY", settings.privacy_key), ("METRICS_TOKEN", settings.metrics_token or "")]
    named += [("SENDGRID_API_KEY", settings.sendgrid_api_key)]
    seen: dict[str, str] = {}
    for name, key in named:
        if key and key in seen:
            yield f"{name} is the same as {seen[key]}" if seen[key] != name else f"{name} holds one key twice"
        seen.setdefault(key, name)
    ours = dict.fromkeys(key for name, key in named if name in ("SECRET_KEY", "PRIVACY_KEY"))
    for key in ours:
        if key and (len(set(key)) < _FEWEST_CHARACTERS or _REPEATED.fullmatch(key)):
            yield f"{seen[key]} is easily guessed: {_MAKE_ONE}"
    if settings.metrics_token and len(settings.metrics_token) < _SHORTEST_TOKEN:
        yield f"METRICS_TOKEN must be at least {_SHORTEST_TOKEN} characters long"


def _refuse_addresses(settings: Settings) -> Iterator[str]:
    public, provider = _split(settings.public_url), _split(settings.sendgrid_base_url)
    if public.scheme == "http" and not (settings.is_demo or _is_here(public) or _is_onion(public)):
        yield "PUBLIC_URL must start with https://: names, addresses and links would go over the network in clear"
    if provider.scheme == "http" and not _is_here(provider):
        yield "SENDGRID_BASE_URL must start with https:// unless it is on this machine: the API key goes there"


def _refuse_proxies(settings: Settings) -> Iterator[str]:
    for network in _collapsed(settings.trusted_proxies):
        if network.prefixlen < _WIDEST[network.version]:
            yield f"TRUSTED_PROXIES: {network} believes everybody about where they come from; name your proxy alone"


def _doubt_proxies(settings: Settings) -> Iterator[tuple[str, str]]:
    name = "TRUSTED_PROXIES"
    if settings.is_https and not settings.trusted_proxies:
        yield name, "is empty: behind a proxy all supporters count as one, and limits stop them; name the proxy"
    for network in _collapsed(settings.trusted_proxies):
        if not network.is_private and _WIDEST[network.version] <= network.prefixlen < _WIDE[network.version]:
            yield name, f"{network} is wide: right only if all of it is your proxies', who write X-Forwarded-For anew"


def _doubt_limits(settings: Settings) -> Iterator[tuple[str, str]]:
    if not settings.limits:
        yield "LIMITS", "are off: whoever likes may post and have mail sent as fast as a machine can"


def _doubt_connections(settings: Settings) -> Iterator[tuple[str, str]]:
    database, queue = _split(settings.database_url), _split(settings.redis_url)
    if database.hostname and not _is_here(database) and not re.search(r"sslmode=(require|verify-)", database.query):
        yield "DATABASE_URL", "does not insist on TLS: over a network that others reach add ?sslmode=verify-full"
    if queue.hostname and not _is_here(queue):
        if queue.scheme != "rediss":
            yield "REDIS_URL", "is without TLS: over a network that others reach use rediss://"
        if not queue.password:
            yield "REDIS_URL", "has no password: whoever reaches the queue can empty it"


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _is_here(parts: SplitResult) -> bool:
    """Whether an address is on this machine."""
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_onion(parts: SplitResult) -> bool:
    """Whether it is a Tor service, whose every connection is encrypted and whose name is its key (RFC 7686)."""
    return (parts.hostname or "").endswith(".onion")


def _collapsed(networks: tuple[Network, ...]) -> list[Network]:
    """Return the networks joined where they touch: two halves of everything are everything."""
    fours = [network for network in networks if isinstance(network, ipaddress.IPv4Network)]
    sixes = [network for network in networks if isinstance(network, ipaddress.IPv6Network)]
    return [*ipaddress.collapse_addresses(fours), *ipaddress.collapse_addresses(sixes)]
