"""Bring the tables to the newest version, and tell whether they are there."""

import time

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from campaign.folders import MIGRATIONS
from campaign.kernel.errors import CampaignError

_OLDEST_POSTGRESQL = 150_000  # UNIQUE NULLS NOT DISTINCT came with 15
_ASK_SECONDS = 0.2
_LOCK = 0x63616D70  # "camp": any number that nothing else here locks


class UnfitDatabaseError(CampaignError):
    """The database's server is too old for our statements, or it cannot hold everybody's words."""


def bring_up_to_date(database_url: str) -> None:
    """Run every migration that the database lacks.

    Raises:
        UnfitDatabaseError: It is.

    Side effects: its tables. The connection is handed to `migrations/env.py` as `config.attributes["connection"]`.
    """
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"connect_timeout": 5, "client_encoding": "utf8"})
    try:
        # Two machines that start at once migrate one after the other. The lock has a transaction of its own, because
        # each migration has its own, and is gone with it.
        with engine.connect() as guard, engine.connect() as connection:
            if words := why_unfit(guard):
                raise UnfitDatabaseError(words)
            _wait_for_turn(guard)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def _wait_for_turn(guard: Connection) -> None:
    """Take the lock by asking again and again, in a new transaction each time, and keep nothing but the lock.

    An index that is built concurrently waits for the end of every transaction that has an older snapshot: one has that
    waits in a statement, and one that was left open after a prepared statement, until its next one.
    """
    while not guard.scalar(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")):
        guard.rollback()
        time.sleep(_ASK_SECONDS)
    guard.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def why_unfit(connection: Connection) -> str:
    """Return words that say why we cannot live in this database; "" where we can."""
    number = int(connection.scalar(text("SHOW server_version_num")) or 0)
    if number < _OLDEST_POSTGRESQL:
        return f"PostgreSQL {number // 10_000} is too old: {_OLDEST_POSTGRESQL // 10_000} or newer is needed"
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        anew = "CREATE DATABASE … ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
        return f"the database holds {encoding}, not UTF8, and not everybody's name: make it anew with {anew}"
    return ""


def missing_migrations(connection: Connection) -> list[str]:
    """Return the revisions that the database lacks, oldest first; empty when it is up to date."""
    script = ScriptDirectory.from_config(_config())
    present = MigrationContext.configure(connection).get_current_heads()
    lacking = script.iterate_revisions("head", present or "base")
    return [revision.revision for revision in lacking][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
