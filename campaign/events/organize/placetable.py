"""Reads a table of places, as a spreadsheet exports it: each line a place with its shifts. Nothing in it is trusted.

A first line names the columns, in English or Spanish; commas, semicolons or tabs part them. What a line says of a place
that the event has, by its name, changes that; an empty cell leaves it as it is.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaign.events.organize.boxes import read_period
from campaign.events.organize.changing import check
from campaign.events.queries.stored import StoredEvent, Values
from campaign.kernel.problems import Problem
from campaign.kernel.text import is_storable

MOST_ROWS = 1_000
_BREAKS = ",;\t"

COLUMNS: Mapping[str, Sequence[str]] = {
    "title": ("place", "name", "title", "lugar", "nombre"),
    "latitude": ("latitude", "lat", "latitud"),
    "longitude": ("longitude", "lng", "lon", "longitud"),
    "address": ("address", "street", "dirección", "direccion"),
    "shifts": ("shifts", "shift", "hours", "turnos", "turno", "horario"),
    "capacity": ("capacity", "places", "cupo", "capacidad"),
}
"""What a column may be called; the first is what we call it."""


class TableError(ValueError):
    """A file is no table of places. `code` says why, in a word of this module's faces."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass
class Row:
    """A line of the table.

    Args:
        number: of the line, as a spreadsheet counts.
        cells: by column.
        problems: what is wrong with it; its field is the column.
        is_known: whether the event has a place of this name.
    """

    number: int
    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    is_known: bool = False

    @property
    def place(self) -> Values:
        """The values of a place that are said; an empty cell says nothing."""
        values: Values = {name: self.cells[name] for name in ("title", "address", "capacity") if self.cells.get(name)}
        point = [self.cells.get("latitude", ""), self.cells.get("longitude", "")]
        if any(point):
            values["at"] = point
        if shifts := self.cells.get("shifts"):
            values["shifts"] = [read_period(part) for part in shifts.replace("\n", ";").split(";") if part.strip()]
        return values


def decode(content: bytes) -> str:
    """Return the text of a file that was sent.

    Raises:
        TableError: it is no text in UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError("not_utf8") from None
    if not is_storable(text):
        raise TableError("not_utf8")
    return text


def read_table(text: str) -> list[Row]:
    """Return the lines of a table that hold anything.

    Raises:
        TableError: it has no line of titles that names places and their shifts, no other line, or too many.
    """
    first = text.lstrip("\ufeff").partition("\n")[0]
    part = max(_BREAKS, key=first.count)
    try:
        lines = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=part, strict=True))
    except csv.Error:
        raise TableError("no_table") from None
    names = [_column(title) for title in lines[0]] if lines else []
    if "title" not in names or "shifts" not in names or len([n for n in names if n]) != len({n for n in names if n}):
        raise TableError("no_titles")
    rows = [Row(number, _cells(names, line)) for number, line in enumerate(lines[1:], 2) if any(map(str.strip, line))]
    if not rows:
        raise TableError("no_rows")
    if len(rows) > MOST_ROWS:
        raise TableError("too_many")
    return rows


def _column(title: str) -> str:
    word = title.strip().casefold()
    return next((name for name, words in COLUMNS.items() if word in words), "")


def _cells(names: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(names, line, strict=False) if name}


def put_rows(stored: StoredEvent, rows: Sequence[Row], at: datetime) -> None:
    """Put the lines that are right over an event's places; of the others say what is wrong with them."""
    indexes = {str(place["title"]): index for index, place in enumerate(stored.places)}
    without = {name: value for name, value in stored.values.items() if name not in {"legs", "places"}}
    seen: set[str] = set()
    for row in rows:
        place = row.place
        title = place.get("title", "")
        row.is_known = title in indexes
        whole = {**(stored.places[indexes[title]] if row.is_known else {}), **place}
        row.problems = list(_problems(without, whole, at))
        if title in seen:
            row.problems.append(Problem(("title",), "place_twice"))
        seen.add(title)
        if row.problems:
            continue
        if row.is_known:
            known = stored.places[indexes[title]]
            if {"capacity", "shifts"} & place.keys():
                stored.resized.add(indexes[title])
            known |= place
        else:
            stored.add_place(whole)


def _problems(event: Values, place: Values, at: datetime) -> Iterator[Problem]:
    """Yield what the rules have against a place alone, by its column."""
    _, problems = check({**event, "places": [place]}, at)
    for problem in problems:
        if problem.field[:1] == ("places",):
            column = str(problem.field[2]) if len(problem.field) > 2 else "title"
            yield Problem(("latitude" if column == "at" else column,), problem.code, problem.parameters)
