"""Puts a database back as it was: whichever tables a test changed, and whatever hangs on their rows.

A test of organizers may change anything: a list of what it leaves behind would be the list of all tables. So a copy of
every table stands in a schema of its own, what differs from it is found by a sum over its rows, and is written anew.
"""

from sqlalchemy import Connection, text

from campaign.kernel.base import Base
from tests.emptying import _KEPT, _LOG, _UNKEPT


def keep(connection: Connection) -> None:
    """Copy every table, to be put back to."""
    connection.exec_driver_sql("CREATE SCHEMA kept")
    for table in Base.metadata.sorted_tables:
        connection.exec_driver_sql(f"CREATE TABLE kept.{table.name} AS TABLE {table.name}")


def restore(connection: Connection) -> None:
    """Put back every table that differs from its copy."""
    tables = Base.metadata.sorted_tables
    changed = set(connection.scalars(text(" UNION ALL ".join(_differs(table.name) for table in tables))))
    if not changed:
        return
    for table in tables:  # those that are referred to come first
        if any(key.column.table.name in changed for key in table.foreign_keys):
            changed.add(table.name)
    again = [table for table in tables if table.name in changed]
    lines = [f"DELETE FROM {table.name}" for table in reversed(again)]
    for table in again:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        lines.append(
            f"INSERT INTO {table.name} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM kept.{table.name}"
        )
    is_logged = _LOG in changed
    connection.exec_driver_sql("; ".join([*([_UNKEPT] if is_logged else []), *lines, *([_KEPT] if is_logged else [])]))


def _differs(name: str) -> str:
    def total(table: str) -> str:
        return f"(SELECT coalesce(sum(hashtext(t::text)::bigint), 0) * 1000003 + count(*) FROM {table} t)"

    return f"SELECT '{name}' WHERE {total(name)} <> {total(f'kept.{name}')}"
