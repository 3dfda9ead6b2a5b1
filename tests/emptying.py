"""Empties a test's database again, for as little as the test left in it.

TRUNCATE makes new files for each table and index, whatever was in them, and that was most of what a small test cost.
So rows are deleted where there are any; where a table has grown, all are truncated, which also forgets dead rows.

What triggers keep (the audit log) goes too: the table's owner may switch them off, which nothing but this ever does.
"""

from sqlalchemy import Connection, Table, text

from campaign.audit.models import AuditEntry
from campaign.kernel.base import Base

_GROWN_BYTES = 1_000_000
_LOG = AuditEntry.__tablename__
_UNKEPT, _KEPT = f"ALTER TABLE {_LOG} DISABLE TRIGGER USER", f"ALTER TABLE {_LOG} ENABLE TRIGGER USER"
_COUNTED = text(
    "SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
)


def empty(connection: Connection) -> None:
    """Leave no rows in any table, and let the ids begin anew."""
    tables = Base.metadata.sorted_tables
    filled = {row.name: row.bytes for row in connection.execute(text(_filled(tables)))}
    if any(size > _GROWN_BYTES for size in filled.values()):
        names = ", ".join(table.name for table in tables)
        connection.exec_driver_sql(f"{_UNKEPT}; TRUNCATE {names} RESTART IDENTITY CASCADE; {_KEPT}")
        return
    # What refers to a table goes before it.
    deleting = [_deletion(table.name) for table in reversed(tables) if table.name in filled]
    if statements := [*deleting, *connection.scalars(_COUNTED)]:
        connection.exec_driver_sql("; ".join(statements))


def _deletion(name: str) -> str:
    deletion = f"DELETE FROM {name}"
    return f"{_UNKEPT}; {deletion}; {_KEPT}" if name == _LOG else deletion


def _filled(tables: list[Table]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{table.name}' AS name, pg_relation_size('{table.name}') AS bytes WHERE EXISTS (SELECT FROM {table.name})"
        for table in tables
    )
