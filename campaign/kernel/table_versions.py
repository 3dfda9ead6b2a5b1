"""Tell quickly whether the tables are at their newest version, so that an ordinary start need not load the migrator."""

import re
from pathlib import Path

import psycopg

_REVISION = re.compile(r"^revision\b[^=]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_BEFORE = re.compile(r"^down_revision\b[^=]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


def are_current(database_url: str, migrations: Path) -> bool:
    """Say whether the database is at the head of `migrations`. In any doubt, no: then the migrator decides."""
    head = _head(migrations)
    if head is None:
        return False
    plain = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", database_url)
    try:
        with psycopg.connect(plain, connect_timeout=5) as connection:
            return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(head,)]
    except psycopg.Error:
        return False


def _head(migrations: Path) -> str | None:
    """Return the one revision that no other builds on; None unless the line is plain."""
    texts = [file.read_text() for file in sorted((migrations / "versions").glob("*.py"))]
    revisions = {found.group(1) for text in texts if (found := _REVISION.search(text))}
    before = {found.group(1) for text in texts if (found := _BEFORE.search(text))}
    heads = revisions - before
    return heads.pop() if len(heads) == 1 else None
