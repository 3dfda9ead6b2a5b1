"""E-mail addresses: one canonical form to recognise a person by, the typed form to write to.

Source: RFC 5321 (254 characters at most, 64 before the @), RFC 5890 (IDNA); rules of syntax by the
`email-validator` package. The local part is lower-cased too: no mailbox provider that matters tells `Ana@` from `ana@`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254

# What nearly everybody types (RFC 5321, "Dot-string"), in small letters: nothing of it is altered or needs decoding.
_PLAIN = re.compile(r"(?P<local>(?=.{1,64}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@(?P<domain>[a-z0-9.-]{1,189})")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in both forms."""

    canonical: str
    display: str


class BadAddressError(ValueError):
    """No mail can reach this."""


def parse_address(text: str) -> Address:
    """Return both forms of a typed address; raise `BadAddressError`."""
    typed = text.strip()
    if not typed or len(typed) > MAX_LENGTH:
        raise BadAddressError
    plain = _PLAIN.fullmatch(typed)
    if plain is None:
        return _parse(typed)
    at_domain = _parse_domain(plain["domain"])
    if at_domain is None:
        raise BadAddressError
    local = plain["local"]
    return Address(local + at_domain.canonical, local + at_domain.display)


def _parse(typed: str) -> Address:
    try:
        valid = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise BadAddressError from error
    return Address(f"{valid.local_part.lower()}@{valid.ascii_domain.lower()}", valid.normalized)


@lru_cache(maxsize=4096)
def _parse_domain(domain: str) -> Address | None:
    """Return both forms of `domain` with the @ before it; None where no mail can reach it.

    Kept: most supporters share a few domains, and checking one costs more than all else that is done with an address.
    """
    try:
        address = _parse(f"a@{domain}")
    except BadAddressError:
        return None
    return Address(address.canonical[1:], address.display[1:])
