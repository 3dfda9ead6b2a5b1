"""Tries to read in PostgreSQL's log what supporters typed: in slow statements, and in errors."""

import tempfile
from pathlib import Path

import psycopg
import pytest

from campaign.services.homes import make_data_dir, prepare_home
from campaign.services.postgres import Postgres

SECRET = "moon.akter@factory.example"


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="campaign-services-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        data = make_data_dir(Path(name) / "data")
        made = Postgres(prepare_home(data), data / "logs", throwaway=True)
        yield made
        made.stop()


def test_no_log_of_the_embedded_server_holds_what_a_statement_was_given(server):
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (email text PRIMARY KEY, name text NOT NULL)")
        connection.execute("SELECT pg_sleep(2.1), %s", [SECRET])
        connection.execute("INSERT INTO people VALUES (%s, 'Moon')", [SECRET])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES (%s, 'Moon')", [SECRET])
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute("INSERT INTO people VALUES (%s, NULL)", ["other." + SECRET])
    server.stop()
    log = server.log.read_text(errors="replace")
    assert "duration:" in log, "the slow statement was logged"
    assert "duplicate key" in log, "so were the errors"
    assert "null value" in log
    assert SECRET not in log
