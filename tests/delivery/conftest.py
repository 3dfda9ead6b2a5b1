"""Real PostgreSQL and Valkey for the tests of this folder."""

import uuid

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from campaign.kernel.base import Base
from tests.servers import start_servers


@pytest.fixture(scope="session")
def servers():
    running = start_servers()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def redis_url(servers):
    return servers.redis_url


@pytest.fixture(scope="session")
def database_url(servers):
    import campaign.delivery.models
    import campaign.outbox.models  # noqa: F401

    name = f"test_{uuid.uuid4().hex[:12]}"
    url = make_url(servers.database_url).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    made = url.set(database=name)
    engine = create_engine(made)
    tables = [table for table in Base.metadata.sorted_tables if table.name.startswith(_MINE)]
    Base.metadata.create_all(engine, tables=tables)
    engine.dispose()
    return made.render_as_string(hide_password=False)


_MINE = ("outbox_", "pace_", "delivery_", "suppressions", "ticker_")


@pytest.fixture
def engine(database_url):
    made = create_engine(database_url, connect_args={"options": "-c timezone=utc"}, pool_size=20)
    yield made
    with made.begin() as connection:
        names = ", ".join(t.name for t in Base.metadata.sorted_tables if t.name.startswith(_MINE))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    made.dispose()


@pytest.fixture
def session(engine):
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
