"""Builds and drops indexes while people sign: what migrations use for every table that may be large.

`CREATE INDEX` keeps everybody from writing until it is done. With `CONCURRENTLY` it does not, but it cannot be part of
a transaction, and leaves a half-built, invalid index behind where it is interrupted. Such a migration does nothing
else, and may be run again: what is finished is left alone, what is half-built is dropped and built anew.

Source: PostgreSQL documentation, "CREATE INDEX", section "Building Indexes Concurrently".
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text

LOCK_TIMEOUT = "60s"
"""Nobody waits behind us; but a migration that waits for a forgotten transaction should say so."""

STATEMENT_TIMEOUT = "6h"

_IS_VALID = text("""
SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname = :name AND pg_table_is_visible(c.oid)
""")


def build_index(name: str, table: str, columns: Sequence[str], *, where: str = "", is_unique: bool = False) -> None:
    """Build an index beside the writers, unless it is there and whole.

    Side effects: commits what the migration did so far.
    """
    with _outside():
        is_valid = op.get_bind().execute(_IS_VALID, {"name": name}).scalar()
        if is_valid:
            return
        if is_valid is not None:
            op.execute(f'DROP INDEX CONCURRENTLY "{name}"')
        op.create_index(
            name,
            table,
            list(columns),
            unique=is_unique,
            postgresql_where=text(where) if where else None,
            postgresql_concurrently=True,
        )


def drop_index(name: str) -> None:
    """Drop an index beside the writers, if it is there.

    Side effects: commits what the migration did so far.
    """
    with _outside():
        op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')


@contextmanager
def _outside() -> Iterator[None]:
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        op.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")
        try:
            yield
        finally:
            op.execute("RESET lock_timeout")
            op.execute("RESET statement_timeout")
