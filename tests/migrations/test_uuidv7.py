"""Servers before PostgreSQL 18 get a `uuidv7()` of ours, and it makes what theirs makes; newer ones get none."""

import importlib.util
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

FIRST = Path(__file__).parents[2] / "migrations/versions/0001_campaigns.py"
LACKS_IT = "IF to_regprocedure('uuidv7()') IS NULL THEN"


def of_ours() -> str:
    """The statement by which the first migration makes the function where the server lacks it."""
    spec = importlib.util.spec_from_file_location("first_migration", FIRST)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module._UUIDV7


@pytest.fixture
def connection(clone_database):
    engine = create_engine(clone_database("uuidv7"))
    with engine.begin() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def with_ours(connection):
    """A schema `ours` with the function, whatever the server has; nothing of it is found by name alone."""
    connection.execute(text("CREATE SCHEMA ours"))
    connection.execute(text("SET LOCAL search_path TO ours"))
    statement = of_ours()
    assert LACKS_IT in statement
    connection.execute(text(statement.replace(LACKS_IT, "IF to_regprocedure('ours.uuidv7()') IS NULL THEN")))
    connection.execute(text("SET LOCAL search_path TO ''"))
    return connection


def test_only_a_server_that_lacks_it_is_given_one(connection):
    is_lacking = connection.scalar(text("SELECT to_regprocedure('pg_catalog.uuidv7()') IS NULL"))
    is_given = connection.scalar(text("SELECT to_regprocedure('public.uuidv7()') IS NOT NULL"))
    assert is_given == is_lacking


def test_ours_makes_uuids_of_version_7_that_tell_their_time(with_ours):
    before = datetime.now(UTC)
    made = list(with_ours.scalars(text("SELECT ours.uuidv7() FROM generate_series(1, 5000)")))
    after = datetime.now(UTC)
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert len(set(made)) == len(made)
    slack = timedelta(milliseconds=2)
    for one in (made[0], made[-1]):
        told = datetime.fromtimestamp((one.int >> 80) / 1000, UTC)
        assert before - slack <= told <= after + slack


def test_ours_are_in_order_of_time_also_within_a_millisecond(with_ours):
    made = with_ours.execute(
        text("SELECT ours.uuidv7() AS id, pg_sleep(0.00005) FROM generate_series(1, 200)")
    ).scalars()
    made = list(made)
    assert made == sorted(made)


def test_what_is_restored_finds_it_whatever_the_search_path(with_ours):
    with_ours.execute(text("CREATE TABLE ours.things (id uuid DEFAULT ours.uuidv7())"))
    assert with_ours.scalar(text("INSERT INTO ours.things DEFAULT VALUES RETURNING id")).version == 7
