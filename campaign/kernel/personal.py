"""What a row may hold of somebody, said at each column; the statements that empty a row are built from that (ADR 0033).

    class Action(Base):
        __table_args__ = (…, {"info": ended_by("merged", "withdrawn", "discarded", partly=("settled",))})

        comment: Mapped[str | None] = mapped_column(info=emptied())
        language: Mapped[str | None] = mapped_column(info=emptied(settled=WITHOUT_PERSON))
        person_id: Mapped[int | None] = mapped_column(…, info=emptied(withdrawn=stays("its own page shows it")))
        number: Mapped[int | None] = mapped_column(info=kept("the count stays", merged="NULL"))

    text(f"UPDATE actions a SET state = 'withdrawn', {emptying(Action, 'withdrawn', 'a')} WHERE …")

An *ending* is what becomes of a row: withdrawn, discarded, put into another. A whole one empties every column that
does not say otherwise; one in part only those that name it. A table whose columns are not all declared builds no
statement, so that the service does not start with a column that somebody forgot.

Expressions are SQL; `{row}` in them is the row, `{column}` the column of that row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from campaign.kernel.base import Base

_KEY = "personal"


class UndeclaredColumnError(Exception):
    """A column of a table that holds something of somebody does not say what its endings do to it."""


@dataclass(frozen=True, slots=True)
class Stays:
    """Why one ending leaves a column that others empty."""

    why: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What endings do to a column.

    Args:
        why_kept: why it stays; None where it is emptied.
        nothing: the SQL expression of an empty value.
        unlike: by ending, what it does instead: an expression, or why the column stays.
    """

    why_kept: str | None
    nothing: str
    unlike: Mapping[str, str | Stays]


@dataclass(frozen=True, slots=True)
class Endings:
    """The endings of a table's rows: those that empty whatever does not say otherwise, and those that name columns."""

    whole: tuple[str, ...]
    partly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowGoes:
    """A row that is never emptied, because it is deleted, and when that is."""

    when: str


Declaration = dict[Any, Any]
"""The `info` of a column or a table (SQLAlchemy's own type of it)."""


def emptied(nothing: str = "NULL", **unlike: str | Stays) -> Declaration:
    """Declare a column that every whole ending sets to `nothing`, but those in `unlike`."""
    return {_KEY: Declared(None, nothing, unlike)}


def kept(why: str, **but: str) -> Declaration:
    """Declare a column that stays, and why; `but`: by ending, the expression it is set to all the same."""
    return {_KEY: Declared(why, "NULL", but)}


def stays(why: str) -> Stays:
    """Say why one ending leaves a column as it is."""
    return Stays(why)


def ended_by(*whole: str, partly: tuple[str, ...] = ()) -> Declaration:
    """Declare the endings of a table's rows."""
    return {_KEY: Endings(whole, partly)}


def row_goes(when: str) -> Declaration:
    """Declare a table whose rows are deleted and never emptied: when."""
    return {_KEY: RowGoes(when)}


def declare(model: type[Base], endings: Declaration, **columns: Declaration) -> None:
    """Declare a table that says it apart from its columns, because they are many and what is kept needs a page."""
    table = _table(model)
    table.info.update(endings)
    for name, declaration in columns.items():
        table.columns[name].info.update(declaration)


def endings_of(table: Table) -> Endings | RowGoes | None:
    """Return what a table says of its rows' endings; None where it says nothing."""
    found: Endings | RowGoes | None = table.info.get(_KEY)
    return found


def declared(table: Table) -> dict[str, Declared]:
    """Return what the columns of a table say, by name; those that say nothing are absent."""
    return {column.name: column.info[_KEY] for column in table.columns if _KEY in column.info}


def emptied_by(table: Table, ending: str) -> dict[str, str]:
    """Return the columns that an ending sets, with the expression (as it was declared) it sets each to.

    Raises:
        UndeclaredColumnError: a column says nothing, or the table knows no such ending.
    """
    endings, said = endings_of(table), declared(table)
    missing = sorted(set(table.columns.keys()) - set(said))
    if missing or not isinstance(endings, Endings) or ending not in (*endings.whole, *endings.partly):
        raise UndeclaredColumnError(f"{table.name}: {', '.join(missing) or f'no ending {ending}'}")
    found: dict[str, str] = {}
    for name, column in said.items():
        is_emptied = column.why_kept is None and ending in endings.whole
        does = column.unlike.get(ending, column.nothing if is_emptied else None)
        if isinstance(does, str):
            found[name] = does
    return found


def emptying(model: type[Base], ending: str, row: str) -> str:
    """Return the assignments, for UPDATE … SET, by which an ending empties a row that the statement calls `row`."""
    table = _table(model)
    return ", ".join(f"{name} = {_of_row(said, row, name)}" for name, said in emptied_by(table, ending).items())


def holding_any(model: type[Base], ending: str, row: str) -> str:
    """Return the condition that a row still holds something of what an ending empties."""
    table = _table(model)
    return " OR ".join(
        f"{row}.{name} IS NOT NULL" if said == "NULL" else f"{row}.{name} <> {_of_row(said, row, name)}"
        for name, said in emptied_by(table, ending).items()
    )


def _of_row(said: str, row: str, column: str) -> str:
    return said.replace("{row}", row).replace("{column}", f"{row}.{column}")


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model} is no table")
    return table
