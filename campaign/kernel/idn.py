"""Addresses whose domain is in a script of its own: people read `nora@grønt.example`, mail servers the ASCII of it.

Whatever leaves by mail passes here (`campaign.delivery.sendgrid`); pages show what people read.

Sources: RFC 5890 and 5891 (IDNA 2008), mapped as in browsers (UTS #46). Without SMTPUTF8 (RFC 6531), which SendGrid
does not speak, no address that leaves holds another character than ASCII.
"""

from functools import lru_cache

import idna


def ascii_address(address: str) -> str:
    """Return an address with its domain as mail servers know it: `nora@xn--grnt-hra.example`.

    What never was a domain stays as it is: no server takes it, and its message says so.
    """
    if address.isascii():
        return address
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}"


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    try:
        return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain
