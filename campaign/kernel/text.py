"""What text may enter: nothing PostgreSQL cannot store, nothing that hides or reorders what a reader sees.

Sources: PostgreSQL refuses NUL; UTF-8 has no surrogates (RFC 3629); bidirectional controls are listed in UAX #9 and
make a name read as something else ("Trojan Source"). Those of them that are mere marks (U+200E, U+200F, U+061C) stay in
running text: keyboards of right-to-left languages write them, and they turn no letters round. Zero-width joiner and
non-joiner stay: Bengali and Urdu need them.
"""

import re
import unicodedata

NAME_LENGTH = 200
"""How long a name of ours may be, in characters: of an organization, an office, a place."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Bidirectional controls, then what else is not seen, then what cannot be stored: one search finds any.
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Letters and symbols without ink; most are no format characters, so that their category does not tell.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\U0001d159")
VARIATION = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DRAWN = re.compile("[!-~]")
_UNDRAWN = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))
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


def is_drawn(text: str) -> bool:
    """Whether `text` holds anything that a reader sees: neither white space nor what has no ink."""
    if text.isascii():
        return _DRAWN.search(text) is not None
    return any(unicodedata.category(c) not in _UNDRAWN and c not in BLANK and VARIATION.match(c) is None for c in text)


def count_characters(text: str) -> int:
    """Return how long a text is for its writer: a line break is one character, however many stand for it.

    Source: HTML, "the API value of a textarea", which `maxlength` counts; a form posts each line break as two (CR LF).
    """
    return len(text) - text.count("\r\n")


def fault_of(text: str, longest: int, *, one_line: bool) -> str | None:
    """Return what is wrong with a text to be shown (`empty`, `too_long`, `holds_unseen`, `line_break`), or None.

    Args:
        text: without space around it; what holds nothing that is drawn is empty.
        longest: how many characters it may have.
        one_line: whether line breaks are wrong.
    """
    if not text:
        return "empty"
    if count_characters(text) > longest:
        return "too_long"
    if not is_storable(text) or has_hidden_controls(text):
        return "holds_unseen"
    if one_line and has_line_break(text):
        return "line_break"
    return None if is_drawn(text) else "empty"


def shorten(text: str, most: int) -> str:
    """Return `text` on one line, and no longer than `most` characters: cut between words, with `…` where it is.

    Where there are no words for long (Khmer writes none apart), it is cut between letters, never off their marks.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    at = line.rfind(" ", most // 2, most)
    if at < 0:
        at = most - 1
        while at > 1 and (unicodedata.category(line[at])[0] == "M" or "\u200d" in line[at - 1 : at + 1]):
            at -= 1
    return f"{line[:at].rstrip(' ,;:.،؛')}…"


def sort_key(text: str) -> str:
    """Return `text` casefolded and without accents, to sort and search names by (stored beside the name)."""
    # Twice: decomposing brings capitals to light (℠ is SM), and folding brings letters to decompose.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if not folded.isascii():
        folded = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(folded.split())


def full_name(given_name: str | None, family_name: str | None) -> str:
    """Return both names, or the one there is: many people have a single name."""
    return " ".join(name for name in (given_name, family_name) if name)


def header_name(*parts: str) -> str:
    """Return a display name of ours fit for a mail header: without `,` `;` quotes, brackets or line breaks.

    SendGrid's client, like many mail programs, splits recipient names at commas and semicolons. What a supporter typed
    is judged besides (`campaign.kernel.names`); our own names are not: an organization may be called 350.org.
    """
    return " ".join(_NOT_IN_NAMES.sub(" ", " ".join(parts)).split())


def mailbox(name: str, address: str) -> str:
    """Return `"Name" <address>`, or the address alone where there is no name."""
    return f'"{name}" <{address}>' if name else address
