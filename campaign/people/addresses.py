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


_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_PROTON = frozenset({"proton.me", "protonmail.com", "protonmail.ch", "pm.me"})
_YANDEX = frozenset({"yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "ya.ru"})
_YAHOO = frozenset({"yahoo.com", "ymail.com", "rocketmail.com"})
_FASTMAIL = frozenset({"fastmail.com", "fastmail.fm"})
_NO_STOPS = str.maketrans("", "", "._-")


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


def fold(canonical: str) -> str:
    """Return the one spelling of the mailbox behind a canonical address: for limits, never to count or to write by.

    What stands behind a `+` is a tag everywhere: where it is not, two mailboxes share a limit, and lose nothing else.
    What only some providers ignore is folded at those alone:

    - Gmail: dots, and googlemail.com is gmail.com. Source: support.google.com/mail/answer/7436150.
    - Proton: dots, hyphens and underscores; its domains are one. Source: ProtonMail/WebClients, `removeEmailAlias`.
    - Yandex: a dot is a hyphen; its domains are one. Source: the rule for Yandex in PyPI's email-normalize.
    - Yahoo: `base-tag`; a hyphen stands in no other address there. Source: Yahoo help, "disposable email addresses".
    - Fastmail: `tag@user.fastmail.com`. Source: fastmail.help, "Plus addressing and subdomain addressing".
    """
    local, _, domain = canonical.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    if domain in _YAHOO:
        return f"{local.partition('-')[0] or local}@{domain}"
    if domain in _PROTON:
        return f"{local.translate(_NO_STOPS)}@proton.me"
    if domain in _YANDEX:
        return f"{local.replace('.', '-')}@yandex.ru"
    user, _, parent = domain.partition(".")
    if parent in _FASTMAIL:
        return f"{user}@{parent}"
    return f"{local}@{domain}"


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
