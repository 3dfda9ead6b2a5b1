"""What a row is at a moment, as plain values, and what of it differs from another moment.

The difference is the one source of what the operator reads, what the audit log names and what the history keeps. Values
are those of JSON: instants are ISO 8601 in UTC, days ISO 8601.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from campaign.kernel.base import Base

_CONCEALED = "concealed"

Values = Mapping[str, Sequence[Any] | None]
"""By column what it held and what it holds; None where nothing but that it changed may be said."""

UNSAID = frozenset({"id", "public_id", "slug", "is_demo", "created_at", "updated_at"})
"""Columns of which no difference tells anything: what never changes, and what changes with the rest."""

Marks = Mapping[str, object]
"""What a row that is added holds beside what its command says, by column."""

NO_MARKS: Marks = MappingProxyType({})

Row = TypeVar("Row", bound=Base)


def concealed() -> dict[Any, Any]:
    """Declare a column of which a difference says that it changed, and never what it held or holds."""
    return {_CONCEALED: True}


@dataclass(frozen=True)
class Difference:
    """What is different of a thing, or of one of its parts.

    Args:
        part: which sort of part, in the word that the audit log has for it (``"offices"``); empty: the thing itself.
        name: which of these; empty where there is but one.
        is_new: it was not there before. is_gone: it is there no more.
        values: old and new, by column.
    """

    part: str = ""
    name: str = ""
    is_new: bool = False
    is_gone: bool = False
    values: Values = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """Return it as the history keeps it; what says nothing is left out."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Saved(Generic[Row]):
    """What a command made of a row: the row, and what differs; nothing where it was so already."""

    row: Row
    differences: Sequence[Difference]


def take_columns(row: Base, unsaid: Collection[str] = UNSAID) -> dict[str, Any]:
    """Return the columns of a row as plain values, but those in `unsaid` and what is concealed."""
    left_out = {*unsaid, *_concealed_of(row)}
    names = (column.key for column in row.__mapper__.column_attrs)
    return {name: plain(getattr(row, name)) for name in names if name not in left_out}


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return old and new of what differs between two snapshots, by name, in the order of the later."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def bring(row: Base, values: Mapping[str, object]) -> Values:
    """Set those columns of a row that differ from `values`; return what each held and holds."""
    hidden, found = _concealed_of(row), {}
    for column, value in values.items():
        before = getattr(row, column)
        if before != value:
            setattr(row, column, value)
            found[column] = None if column in hidden else (plain(before), plain(value))
    return found


def added(values: Mapping[str, object]) -> Values:
    """Return the values of what is new as a difference from nothing; what is empty is left out."""
    return {name: (None, plain(value)) for name, value in values.items() if value not in (None, "", [], {})}


def removed(values: Mapping[str, object]) -> Values:
    """Return the values of what is gone as a difference to nothing, so that it can be had back."""
    return {name: (plain(value), None) for name, value in values.items() if value not in (None, "", [], {})}


def names_of(differences: Iterable[Difference]) -> set[str]:
    """Return what the audit log names of a change: the columns, and the sorts of parts; of a new thing its parts."""
    found: set[str] = set()
    for one in differences:
        found |= {one.part} if one.part else set() if one.is_new else one.values.keys()
    return found


def plain(value: object) -> object:
    """Return a column's value as one of JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _concealed_of(row: Base) -> set[str]:
    return {attr.key for attr in row.__mapper__.column_attrs if attr.columns[0].info.get(_CONCEALED)}
