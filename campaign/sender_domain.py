"""Whether the domain we write from proves that it is us: SPF, DKIM and DMARC as the world's mail servers see them.

Sources: RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC, its §6.6.3: a subdomain without a record has its parent's);
SendGrid's domain authentication publishes DKIM at the selectors `s1` and `s2` and SPF by way of its return path.
"""

from collections.abc import Callable, Iterator

import dns.exception
import dns.resolver

from campaign.findings import Finding

SELECTORS = ("s1", "s2")
_RESERVED = ("example", "localhost", "test", "invalid")  # RFC 2606
_SECONDS = 5.0
_SPF = "v=spf1 include:sendgrid.net ~all"

Lookup = Callable[[str], list[str] | None]
"""Takes a name; returns its TXT records (aliases followed), or None where nobody could be asked."""


def look_up_text(name: str) -> list[str] | None:
    """Return the TXT records of `name`, asked of this machine's resolver."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, UnicodeError):
        return None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def check_domain(domain: str, look_up: Lookup = look_up_text) -> Iterator[Finding]:
    """Yield what is found for the domain of a sender's address."""
    what = f"sender domain {domain}"
    if domain.rpartition(".")[2] in _RESERVED:
        yield Finding("skipped", what, "reserved for demonstrations: SPF, DKIM and DMARC are not looked up")
        return
    yield _check_spf(domain, look_up)
    yield _check_dkim(domain, look_up)
    yield _check_dmarc(domain, look_up)


def _check_spf(domain: str, look_up: Lookup) -> Finding:
    what = f"SPF of {domain}"
    records = look_up(domain)
    if records is None:
        return _unasked(what)
    found = [record for record in records if record.lower().split(" ")[0] == "v=spf1"]
    if len(found) > 1:
        return Finding("fix", what, "more than one v=spf1 record counts as none: keep one that holds all")
    if not found:
        return Finding("fix", what, "no record: add one at your DNS provider", _record(domain, _SPF))
    return Finding("ok", what, found[0])


def _check_dkim(domain: str, look_up: Lookup) -> Finding:
    what = f"DKIM of {domain}"
    answers = {selector: look_up(f"{selector}._domainkey.{domain}") for selector in SELECTORS}
    keyed = [name for name, records in answers.items() if any(_has_key(record) for record in records or [])]
    if keyed:
        return Finding("ok", what, f"a key at {', '.join(keyed)}")
    if None in answers.values():
        return _unasked(what)
    words = (
        "no key at s1 or s2: authenticate the domain in SendGrid (Settings, Sender Authentication), "
        "then add the records it shows"
    )
    return Finding("fix", what, words)


def _has_key(record: str) -> bool:
    tags = dict(part.strip().partition("=")[::2] for part in record.split(";"))
    return bool(tags.get("p", "").strip())


def _check_dmarc(domain: str, look_up: Lookup) -> Finding:
    what = f"DMARC of {domain}"
    for name in _and_parents(domain):
        records = look_up(f"_dmarc.{name}")
        if records is None:
            return _unasked(what)
        found = next((record for record in records if record.lower().startswith("v=dmarc1")), None)
        if found is not None:
            return Finding("ok", what, found)
    line = _record(f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}")
    return Finding("fix", what, "no record: add one at your DNS provider", line)


def _record(name: str, value: str) -> str:
    """Return a TXT record as zone files and DNS providers show it."""
    return f'{name}. TXT "{value}"'


def _and_parents(domain: str) -> list[str]:
    """Return the domain and its parents down to two labels; the public suffix list would cut some of them sooner."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]


def _unasked(what: str) -> Finding:
    return Finding("fix", what, "couldn’t be looked up: can this machine reach a DNS server?")
