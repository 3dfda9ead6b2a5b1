"""A database we cannot live in is refused in words, before anything of it is changed."""

import uuid

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from campaign import migrating
from campaign.doctor import check_database
from campaign.migrating import UnfitDatabaseError, bring_up_to_date
from tests.conftest import admin


@pytest.fixture
def empty(server_url):
    """A database of ASCII, as a server has them that was set up where no language is set; nothing is in it."""
    name = f"ascii_{uuid.uuid4().hex[:12]}"
    admin(server_url, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    yield make_url(server_url).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    admin(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def words_for(url):
    with pytest.raises(UnfitDatabaseError) as refused:
        bring_up_to_date(url)
    (found,) = (finding for finding in check_database(url) if finding.what == "database")
    assert (found.state, found.words) == ("fix", str(refused.value))
    return found.words


def test_a_server_that_is_too_old(server_url, monkeypatch):
    monkeypatch.setattr(migrating, "_OLDEST_POSTGRESQL", 990_000)
    assert words_for(server_url).endswith("is too old: 99 or newer is needed")


def test_a_database_that_cannot_hold_everybodys_name(empty):
    assert words_for(empty).startswith("the database holds SQL_ASCII, not UTF8")
    with psycopg.connect(empty.replace("+psycopg", ""), client_encoding="utf8") as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_fifteen_is_new_enough(database_url):
    assert migrating._OLDEST_POSTGRESQL == 150_000
    with create_engine(database_url).connect() as connection:
        assert migrating.why_unfit(connection) == ""
