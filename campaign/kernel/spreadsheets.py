"""Writes rows as CSV that spreadsheets and programs read: every text in quotes, no cell taken for a formula.

A spreadsheet takes a cell that begins with `=` and the like for a formula, and people type names. Such a cell gets an
apostrophe before it; as some programs split at other signs than ours, so does what follows those within a cell.
Numbers stay as they are. Source: OWASP, CSV Injection; RFC 4180.

For a spreadsheet (`is_for_people`) the file begins with a mark, and a text of digits that would be read as a number and
lose something of itself (the ZIP code 02139, a number of sixteen digits) gets the apostrophe, too: spreadsheets do not
ask whether a cell was in quotes, unless they are told to. Whatever else reads the file gets such a text as it is.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TextIO

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which spreadsheets know UTF-8."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe66\ufe62\ufe63\ufe6b"  # in full width, and small, too
_TRIMMED = "\\s\u200b-\u200d\u2060\ufeff"  # what an import may drop before them
_FORMULA = re.compile(f'(^|[;,|"\t\r\n])(?=[{_TRIMMED}]*[{_SIGNS}])|^(?=[\t\r\n])')
_SEPARATORS = frozenset(';,|"\t\r\n')
_BEGINS_FORMULA = re.compile(f"[{_TRIMMED}{_SIGNS}]")
_IS_FORMULA = re.compile(f"[{_TRIMMED}]*[{_SIGNS}]")
_LOSES = re.compile(r"0[0-9]+|[0-9]{16,}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

_REMEMBERED = 2048

Cell = str | int


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; nothing of it is lost."""
    if _SEPARATORS.isdisjoint(text) and not _BEGINS_FORMULA.match(text):
        return text  # nearly all: a tenth of what looking at each sign costs
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula: it begins like one, and is no number."""
    return _IS_FORMULA.match(text) is not None and not _NUMBER.fullmatch(text)


def safe_from_numbers(text: str) -> str:
    """Return the same for a spreadsheet, of which none makes a number that is less than the text."""
    return f"'{text}" if _LOSES.fullmatch(text) else safe(text)


def write_rows(rows: Iterable[Sequence[Cell]], out: TextIO, *, is_for_people: bool = True) -> None:
    """Write rows as they come, in little memory; `out` writes line ends as they are (`newline=""`).

    `is_for_people`: who open it with a spreadsheet, and not for a program.
    """
    if is_for_people:
        out.write(BOM)
    # Most cells of a long file are some others' again: a language, a country, what was agreed to.
    made_safe = lru_cache(_REMEMBERED)(safe_from_numbers if is_for_people else safe)
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([made_safe(cell) if isinstance(cell, str) else cell for cell in row])
