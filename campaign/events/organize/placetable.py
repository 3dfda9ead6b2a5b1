"""Reads a table of places (`campaign.kernel.csvtables`): each line a place with its shifts.

What a line says of a place that the event has, by its name, changes that; an empty cell leaves it as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaign.events.organize.boxes import read_period
from campaign.events.organize.changing import check
from campaign.events.queries.stored import StoredEvent, Values
from campaign.kernel.csvtables import Columns, Line
from campaign.kernel.problems import Problem

COLUMNS = Columns(
    {
        "title": ("place", "name", "title", "lugar", "nombre"),
        "latitude": ("latitude", "lat", "latitud"),
        "longitude": ("longitude", "lng", "lon", "longitud"),
        "address": ("address", "street", "dirección", "direccion"),
        "shifts": ("shifts", "shift", "hours", "turnos", "turno", "horario"),
        "capacity": ("capacity", "places", "cupo", "capacidad"),
    },
    needed=("title", "shifts"),
    most=1_000,
)


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


def read_rows(lines: Iterable[Line]) -> list[Row]:
    """Return the lines of a table of places, to be judged."""
    return [Row(line.number, line.cells) for line in lines]


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
