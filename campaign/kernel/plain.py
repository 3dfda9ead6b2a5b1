"""What people type into boxes that machines read, in the characters that machines know.

A phone in Urdu writes `۳`, one in Japanese `３` and `＠`, a word processor `–` for a hyphen and a no-break space; and
what is copied from a right-to-left page brings marks along that nobody sees. Each of them has one meaning, so none is a
mistake. For numbers, telephone numbers, postal codes and e-mail addresses only: names and running text stay as typed.

Sources: Unicode's general categories and decimal values (UAX #44); "Halfwidth and Fullwidth Forms" (U+FF01 to U+FF5E).
"""

import unicodedata

LONGEST = 300
"""Characters: more than any box of this sort takes. What is longer is left as it is, for its door to refuse."""

_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FROM_FULL_WIDTH = 0xFEE0
# U+2212 is the minus of mathematics, U+30FC what a Japanese keyboard writes on the hyphen's key.
_MORE_DASHES = "\u2212\u30fc"
_TURNS_ROUND = "\u202e"
"""Right-to-left override: no keyboard writes it, and what stands behind it is not what its writer saw."""


def plain(text: str) -> str:
    """Return `text` with digits of any script, full width, dashes and spaces as ASCII has them, and without marks."""
    if text.isascii() or len(text) > LONGEST:
        return text
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - _FROM_FULL_WIDTH)
    category = unicodedata.category(character)
    if category == "Cf" and character != _TURNS_ROUND:
        return ""
    if category == "Zs":
        return " "
    if category == "Pd" or character in _MORE_DASHES:
        return "-"
    return str(unicodedata.decimal(character, character))


def dialed(phone: str) -> str:
    """Return a telephone number as a link dials it: `+1 (239) 555-0100 x12` is `+12395550100`."""
    return "".join(letter for letter in plain(phone).lower().partition("x")[0] if letter.isdigit() or letter == "+")
