r"""Hands many rows to one statement as one JSON document, which costs a fraction of one array a column.

    INSERT … SELECT … FROM json_to_recordset(CAST(:rows AS json)) AS u(email text, signer_key bytea, …)

A batch of 16 pledges took 41 arrays: more than half of all the time its statements cost this process.

PostgreSQL takes any document for 100 rows: look single rows up by a subquery, since a join might scan a large table.

Source: PostgreSQL documentation, "JSON Functions and Operators" (`json_to_recordset` reads each value as its column's
type does; bytea as `\x` and hexadecimal digits).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import dialect

from campaign.kernel.base import Base

_POSTGRESQL = dialect()  # type: ignore[no-untyped-call]


def as_rows(rows: Sequence[Mapping[str, object]]) -> str:
    """Return `rows` as the JSON that `json_to_recordset` reads; names are those of its column list."""
    return json.dumps(rows, default=_plain)


def columns_for(model: type[Base], names: Sequence[str]) -> str:
    """Return the column list by which `json_to_recordset` reads these columns of a table, each of its own type.

    None that is a foreign key: its type is its target's, which need not be loaded yet.
    """
    columns = model.__table__.columns
    return ", ".join(f"{name} {columns[name].type.compile(_POSTGRESQL)}" for name in names)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no column takes a {type(value).__name__}")
