"""E-mail addresses as people paste them: what can only mean one address is mended, what cannot is told by a code.

    mailto:ana@example.org?subject=Hi      Ana Ruiz <ana@example.org>      ana@example.org;      ana＠example.org

What was an address without mending stays as it is, to the letter.

Sources: RFC 6068 (mailto), RFC 5322, section 3.4 (a name before angle brackets).
"""

import re
import unicodedata
from typing import Literal
from urllib.parse import unquote

from campaign.kernel.plain import plain
from campaign.kernel.text import has_hidden_controls

AddressFault = Literal["malformed", "too_long", "two_addresses", "space_inside", "foreign_letters"]
"""What is wrong with an address. `foreign_letters`: before the @, where nothing but ASCII can be written to."""

_MAILTO = re.compile(r"mailto:(?://)?([^?]*).*", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"[^<>]*<([^<>]*)>[\s.,;]*")
_AROUND = ' \t\r\n.,;:<>()[]"«»“”„'
_BETWEEN = re.compile(r'[\s,;:/|<>()\[\]"]+')

_SIGNS = str.maketrans("\ufe6b\u3002\uff61\u3001\u060c\u061b\u2019\u02bc\u2212", "@..,,;''-")
_NO_BREAK = frozenset("\u00a0\u2007\u202f")
# Joiners beside ASCII join nothing; a domain in Persian or Sinhala may need one between two letters.
_IDLE_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")


def mend(text: str) -> str:
    """Return the address that `text` can only mean; where that is not clear, `find_fault` tells why of the answer."""
    text = _visible(text).strip()
    found = _list_addresses(text)
    if len(set(found)) > 1:
        return text
    if named := _NAMED.fullmatch(text):
        text = named[1]
    elif len(found) > 1:  # the same, twice
        text = found[0]
    text = _bare(text)
    if linked := _MAILTO.fullmatch(text):
        text = _bare(unquote(linked[1]))
    local, at, domain = text.rpartition("@")
    return f"{plain(local)}{at}{domain}"


def find_fault(address: str) -> AddressFault | None:
    """Return what is wrong with a mended address that can be told in so many words, or None."""
    if len(_list_addresses(address)) > 1:
        return "two_addresses"
    local, _at, domain = address.rpartition("@")
    if not local or not domain or has_hidden_controls(address):
        return "malformed"
    if any(character.isspace() for character in address):
        return "space_inside"
    return None if local.isascii() else "foreign_letters"


def _bare(text: str) -> str:
    """Return `text` without what stands around an address; apostrophes in a pair only, for an address may begin so."""
    bare = text.strip(_AROUND)
    while bare.startswith("'") and bare.endswith("'"):
        bare = bare[1:-1].strip(_AROUND)
    return bare


def _list_addresses(text: str) -> list[str]:
    """Return the words of `text` that have an @ between other characters, in small letters."""
    words = (word.strip(".'").lower() for word in _BETWEEN.split(text))
    return [word for word in words if "@" in word[1:-1]]


def _visible(text: str) -> str:
    """Return `text` without what nobody sees, its signs as ASCII has them; letters and digits of any script stay."""
    if text.isascii():
        return text
    return "".join(map(_sign, _IDLE_JOINERS.sub("", text.translate(_SIGNS))))


def _sign(character: str) -> str:
    if character.isascii() or character in "\u200c\u200d":
        return character
    if character in _NO_BREAK:
        return ""
    is_sign = "\uff01" <= character <= "\uff5e" or unicodedata.category(character) in ("Cf", "Zs", "Pd")
    return plain(character) if is_sign else character
