"""What text may enter: nothing PostgreSQL cannot store, nothing that hides or reorders what a reader sees.

Sources: PostgreSQL refuses NUL; UTF-8 has no surrogates (RFC 3629); bidirectional controls are listed in UAX #9 and
make a name read as something else ("Trojan Source"). Zero-width joiner and non-joiner stay: Bengali and Urdu need them.
"""

import re
import unicodedata

NAME_LENGTH = 200
"""How long a name of ours may be, in characters: of an organization, an office, a place."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Bidirectional controls, then what else is not seen, then what cannot be stored: one search finds any.
_HIDDEN = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
)
_NOT_IN_NAMES = re.compile(r'[,;"<>\\@\r\n]')


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep `text` as it is."""
    return _UNSTORABLE.search(text) is None


def has_hidden_controls(text: str) -> bool:
    """Whether `text` holds control or bidirectional override characters, or what cannot be stored at all.

    Line breaks and tabs do not count.
    """
    return _HIDDEN.search(text) is not None


def has_line_break(text: str) -> bool:
    """Whether `text` would break a mail header."""
    return "\n" in text or "\r" in text


def fault_of(text: str, longest: int, *, one_line: bool) -> str | None:
    """Return what is wrong with a text to be shown (`empty`, `too_long`, `holds_unseen`, `line_break`), or None.

    Args:
        text: without space around it.
        longest: how many characters it may have.
        one_line: whether line breaks are wrong.
    """
    if not text:
        return "empty"
    if len(text) > longest:
        return "too_long"
    if not is_storable(text) or has_hidden_controls(text):
        return "holds_unseen"
    return "line_break" if one_line and has_line_break(text) else None


def sort_key(text: str) -> str:
    """Return `text` casefolded and without accents, to sort and search names by (stored beside the name)."""
    # Twice: decomposing brings capitals to light (℠ is SM), and folding brings letters to decompose.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if not folded.isascii():
        folded = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(folded.split())


def header_name(*parts: str) -> str:
    """Return a display name of ours fit for a mail header: without `,` `;` quotes, brackets or line breaks.

    SendGrid's client, like many mail programs, splits recipient names at commas and semicolons. What a supporter typed
    is judged besides (`campaign.kernel.names`); our own names are not: an organization may be called 350.org.
    """
    return " ".join(_NOT_IN_NAMES.sub(" ", " ".join(parts)).split())


def mailbox(name: str, address: str) -> str:
    """Return `"Name" <address>`, or the address alone where there is no name."""
    return f'"{name}" <{address}>' if name else address
