"""Indexes are built while people write; a half-built one is mended by running the migration again."""

import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from campaign.kernel.indexes import build_index, drop_index
from tests.chaos.waiting import until
from tests.conftest import admin

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@pytest.fixture
def engine(clone_database):
    made = create_engine(clone_database("indexes"))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE large (id bigint)"))
        connection.execute(text("INSERT INTO large VALUES (1), (1)"))
    yield made
    made.dispose()


def run(engine, work):
    with engine.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        work()


def build(engine, **more):
    run(engine, lambda: build_index("ix_large", "large", ["id"], **more))


def validity(engine):
    """Whether the index is valid; None where there is none."""
    with engine.connect() as connection:
        return connection.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_large')"))


def test_builds_it_once_and_drops_it_once(engine):
    for _ in range(2):
        build(engine, where="id > 0")
        assert validity(engine) is True
    for _ in range(2):
        run(engine, lambda: drop_index("ix_large"))
        assert validity(engine) is None


def test_a_half_built_one_is_built_anew(engine):
    with pytest.raises(IntegrityError):
        build(engine, is_unique=True)
    assert validity(engine) is False, "interrupted by the second 1"
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM large"))
    build(engine, is_unique=True)
    assert validity(engine) is True


def test_others_write_while_it_is_built(engine):
    """An older transaction keeps it from being finished; whoever comes meanwhile writes at once."""
    with engine.connect() as older:
        older.execute(text("INSERT INTO large VALUES (2)"))
        builder = threading.Thread(target=build, args=(engine,))
        builder.start()
        with engine.connect() as connection:
            waits = text(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'"
            )

            def is_waiting():
                found = connection.scalar(waits)
                connection.rollback()
                return found

            until(is_waiting, "the builder waits for the older transaction", PATIENCE)
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.execute(text("INSERT INTO large VALUES (3)"))
            connection.commit()
        older.commit()
    builder.join(PATIENCE)
    assert validity(engine) is True


def test_two_machines_that_start_at_once_migrate_one_after_the_other(server_url):
    name = f"twice_{uuid.uuid4().hex[:12]}"
    admin(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    command = "import os; from campaign.migrating import bring_up_to_date; bring_up_to_date(os.environ['URL'])"
    try:
        machines = [
            subprocess.Popen([sys.executable, "-c", command], env={**os.environ, "URL": url}, cwd=ROOT)
            for _ in range(2)
        ]
        assert [machine.wait(120) for machine in machines] == [0, 0]
    finally:
        admin(server_url, f"DROP DATABASE {name} WITH (FORCE)")
