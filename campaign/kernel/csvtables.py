"""Reads a table as a spreadsheet exports it: a line of titles, then one thing a line. Nothing in it is trusted.

Commas, semicolons or tabs part the cells. A column is known by any of its names; one that nobody knows is passed over.
(Such files are written by `campaign.kernel.spreadsheets`.)
"""

import codecs
import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from campaign.kernel.spreadsheets import BOM
from campaign.kernel.text import is_storable

LARGEST = 200_000
"""Most bytes of a table: it goes along in the form that confirms it, and a form has 256 KiB."""

_PARTS = ",;\t"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are ZIP files; .xls is a compound file
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what spreadsheets call "Unicode text"


class TableError(ValueError):
    """A file is no such table. `code` says why, for a sentence."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Columns:
    """What a table may hold.

    Args:
        names: by column, what its title may be, in lower case; the first is what we call it.
        needed: the columns without which nothing can be read.
        most: lines, without the titles.
    """

    names: Mapping[str, Sequence[str]]
    needed: Collection[str]
    most: int

    def find(self, title: str) -> str:
        """Return the column of a title; nothing where nobody knows it."""
        word = title.strip().casefold()
        return next((column for column, names in self.names.items() if word in names), "")

    def tell(self, columns: Collection[str]) -> list[str]:
        """Return what we call these columns, in our order."""
        return [names[0] for column, names in self.names.items() if column in columns]


@dataclass(frozen=True)
class Line:
    """A line of a table: its number, as a spreadsheet counts, and its cells by column, without space around them."""

    number: int
    cells: Mapping[str, str]


def decode(content: bytes) -> str:
    """Return the text of a file that was sent.

    Raises:
        TableError: it is too large (`too_large`), a spreadsheet program's own file (`workbook`), or no text that can be
            read (`not_utf8`).
    """
    if content.startswith(_WORKBOOKS):
        raise TableError("workbook")
    if len(content) > LARGEST:
        raise TableError("too_large")
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8")
    except UnicodeDecodeError:
        raise TableError("not_utf8") from None
    if not is_storable(text):
        raise TableError("not_utf8")
    return text.removeprefix(BOM)


def read_lines(text: str, columns: Columns) -> list[Line]:
    """Return the lines of a table that hold anything.

    Raises:
        TableError: it is too large (`too_large`), no table (`no_table`), lacks the titles it needs or has one twice
            (`no_titles`), has no line below them (`no_rows`) or more than it may (`too_many`).
    """
    if len(text.encode()) > LARGEST:
        raise TableError("too_large")
    text = text.removeprefix(BOM).lstrip("\r\n")
    first = text.partition("\n")[0]
    part = max(_PARTS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=part, strict=True))
    except csv.Error:
        raise TableError("no_table") from None
    titles = [columns.find(title) for title in rows[0]] if rows else []
    known = [title for title in titles if title]
    if not set(columns.needed) <= set(known) or len(known) != len(set(known)):
        raise TableError("no_titles")
    lines = [Line(number, _cells(titles, row)) for number, row in enumerate(rows[1:], 2) if any(map(str.strip, row))]
    if not lines:
        raise TableError("no_rows")
    if len(lines) > columns.most:
        raise TableError("too_many")
    return lines


def _cells(titles: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {title: cell.strip() for title, cell in zip(titles, row, strict=False) if title}
