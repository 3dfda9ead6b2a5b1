"""E-mail addresses: one canonical form to recognise a person by, the typed form to show and to write to.

    typed or pasted ─► `mend` (`campaign.people.pasted`) ─► canonical: small letters, domain in ASCII; recognises
                                                        └─► display: as typed, domain in its own script; is shown

What leaves by mail is the display form with its domain in ASCII again (`campaign.kernel.idn`): the case before the @ is
the owner's, and no mail server reads another script.

Source: RFC 5321 (254 characters at most, 64 before the @), RFC 5890 (IDNA); rules of syntax by the
`email-validator` package. The local part is lower-cased too: no mailbox provider that matters tells `Ana@` from `ana@`.
Before the @ is ASCII alone, because SendGrid carries nothing else (RFC 6531, SMTPUTF8).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from campaign.people.pasted import AddressFault, find_fault, mend

MAX_LENGTH = 254
_LONGEST_PASTED = 1000
"""Characters: a name beside the address makes it longer; what is longer than that is no address."""

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


_WHY: Mapping[AddressFault, str] = {
    "malformed": "no mail reaches it",
    "too_long": f"it has more than {MAX_LENGTH} characters",
    "two_addresses": "it is two addresses",
    "space_inside": "there is a space inside",
    "foreign_letters": "before the @ only unaccented letters, digits and signs can be written to",
}


class BadAddressError(ValueError):
    """No mail can reach this. `fault` is the code of what is wrong; the message says it to operators."""

    def __init__(self, fault: AddressFault = "malformed") -> None:
        super().__init__(_WHY[fault])
        self.fault: AddressFault = fault


def parse_address(text: str) -> Address:
    """Return both forms of an address as it was typed or pasted.

    Raises:
        BadAddressError: it is none, or it is not clear which.
    """
    typed = text.strip()
    plain = _PLAIN.fullmatch(typed)
    if plain is not None and len(typed) <= MAX_LENGTH:
        at_domain = _parse_domain(plain["domain"])
        if at_domain is not None:
            local = plain["local"]
            return Address(local + at_domain.canonical, local + at_domain.display)
    return _parse_pasted(typed)


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


def _parse_pasted(typed: str) -> Address:
    if len(typed) > _LONGEST_PASTED:
        raise BadAddressError("too_long")
    mended = mend(typed)
    fault = find_fault(mended)
    if fault is not None:
        raise BadAddressError(fault)
    if len(mended) > MAX_LENGTH:
        raise BadAddressError("too_long")
    return _parse(mended)


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
