"""E-mail addresses: one canonical form to recognise a person by, the typed form to write to.

Source: RFC 5321 (254 characters at most, 64 before the @), RFC 5890 (IDNA); rules of syntax by the
`email-validator` package. The local part is lower-cased too: no mailbox provider that matters tells `Ana@` from `ana@`.
"""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254


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
    try:
        valid = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise BadAddressError from error
    return Address(f"{valid.local_part.lower()}@{valid.ascii_domain.lower()}", valid.normalized)
