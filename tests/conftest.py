"""Real servers for the whole run, a database of its own for each test process, and the application on it.

The controller starts one PostgreSQL and one Valkey and migrates a template; every process of pytest-xdist clones it.
Two runs at once have servers of their own, on free ports.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from redis import Redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from campaign import tables
from campaign.app import create_app
from campaign.demonstration import load_demo
from campaign.embedded.homes import prepare_home
from campaign.embedded.valkey import LimitsValkey
from campaign.features import KINDS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.db import db, engine_options
from campaign.kernel.installation import Installation
from campaign.kernel.settings import Settings, read_settings
from campaign.migrating import bring_up_to_date
from tests.dates.moving import forget_clock, move_clock
from tests.emptying import empty
from tests.made_once import make_once
from tests.other_servers import find_others, forget_others, use_others
from tests.servers import Servers, start_servers, temporary_folder
from tests.telling import pytest_terminal_summary, tell
from tests.timekeeping.plugin import Timekeeper, leave_out_the_long
from tests.walks.fixtures import browser, mailbox, running, travel

# A slow machine is no fault of the code: no example fails by the clock.
settings.register_profile("campaign", deadline=None)
settings.load_profile("campaign")
make_once()

_DATABASE, _REDIS = "CAMPAIGN_TEST_DATABASE_URL", "CAMPAIGN_TEST_REDIS_URL"
_TEMPLATE = "campaign_template"
_QUICK = "CAMPAIGN_TEST_QUICK"
_OF_SERVERS = {"running", "up", "limits_url", "own_valkey", "own"}
_FOLDERS_OF_SERVERS = {"embedded", "serving", "walks"}
_servers: list[Servers] = []
_engines: dict[str, Engine] = {}

assert tables.MODULES
assert all((browser, mailbox, running, travel)), "shared by the walks and the tests of pages"
assert all((pytest_terminal_summary, tell)), "shared by all"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: a test that waits for a browser or a server leaves its own idle."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that starts the others."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        find_others()
        return
    move_clock(config)
    use_others()
    config.pluginmanager.register(Timekeeper())
    running = start_servers()
    _servers.append(running)
    os.environ[_DATABASE], os.environ[_REDIS] = running.database_url, running.redis_url
    admin(running.database_url, f"CREATE DATABASE {_TEMPLATE}")
    bring_up_to_date(_named(running.database_url, _TEMPLATE))


def pytest_unconfigure() -> None:
    """Stop them, whatever happened."""
    while _servers:
        _servers.pop().stop()
        forget_others()
        forget_clock()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser or starts servers, so that nobody need remember to; leave out what is not quick."""
    for item in items:
        known = getattr(item, "_fixtureinfo", None)
        for fixture in known.name2fixturedefs.get("browser", ())[-1:] if known else ():  # the nearest of that name
            if fixture.func.__module__ == browser.__module__:
                item.add_marker("browser")
        if known and (_OF_SERVERS & known.name2fixturedefs.keys() or item.path.parent.name in _FOLDERS_OF_SERVERS):
            item.add_marker("servers")
    if os.environ.get(_QUICK):
        leave_out_the_long(config, items)


def admin(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _named(url: str, name: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def server_url() -> str:
    """The PostgreSQL server of this run, as a role that may create databases."""
    return os.environ[_DATABASE]


@pytest.fixture(scope="session")
def clone_database(server_url: str) -> Iterator[Callable[[str], str]]:
    """Clone the migrated template: `clone_database(prefix)` returns the URL of a fresh database.

    `of=url` clones another instead, which nobody is connected to.
    """
    made: list[str] = []

    def clone(prefix: str, *, of: str | None = None) -> str:
        name = f"{prefix}_{uuid.uuid4().hex[:12]}"
        admin(server_url, f"CREATE DATABASE {name} TEMPLATE {make_url(of).database if of else _TEMPLATE}")
        made.append(name)
        return _named(server_url, name)

    yield clone
    for name in made:
        admin(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database_url(clone_database: Callable[[str], str]) -> str:
    """This process's database; emptied after each test that used it."""
    return clone_database("test")


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Valkey database number of this process's own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{os.environ[_REDIS].rstrip('/').removesuffix('/0')}/{int(worker) % 16}"


@pytest.fixture
def settings(database_url: str, redis_url: str) -> Settings:
    """Settings of a test installation: every address reserved, limits off."""
    return read_settings(
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "test-secret-key-" * 3,
            "PRIVACY_KEY": "test-privacy-key-" * 3,
            "PUBLIC_URL": "http://campaign.example",
            "MAIL_FROM": "Campaign <campaign@mail.example>",
            "MAIL_FROM_LETTERS": "Campaign letters <letters@letters.example>",
            "SENDGRID_API_KEY": "SG.test",
            "SENDGRID_BASE_URL": "http://127.0.0.1:9",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
            "LIMITS": "off",
        }
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine on this process's database, which is empty again after the test.

    What listens to it listens to it alone, and its connections are its own; but it remembers, with all engines of the
    other tests, how statements are written: to write them anew each time took longer than to run them.
    """
    made = _engine_for(settings).execution_options()
    yield made
    with made.begin() as connection:
        empty(connection)
    made.dispose()


def _engine_for(settings: Settings) -> Engine:
    options = engine_options(settings)
    key = f"{settings.database_url} {options}"
    if key not in _engines:
        _engines[key] = create_engine(settings.database_url, **options)
    return _engines[key]


@pytest.fixture
def installation(settings: Settings) -> Installation:
    """The installation under test."""
    return Installation(settings)


@pytest.fixture
def sessions(engine: Engine, installation: Installation) -> Callable[[], Session]:
    """Plain sessions, as workers have them."""
    return installation.sessions(engine)


@pytest.fixture
def session(sessions: Callable[[], Session]) -> Iterator[Session]:
    """One plain session; nothing is committed unless the test does."""
    with sessions() as opened:
        yield opened


@pytest.fixture
def valkey(redis_url: str) -> Iterator[Redis]:
    """The Valkey database of this process, empty."""
    client = Redis.from_url(redis_url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def limits_url() -> Iterator[str]:
    """A Valkey as the limits have it: one's own, which keeps nothing."""
    folder = temporary_folder("campaign-tests-limits-")
    server = LimitsValkey(prepare_home(folder), folder)
    yield server.start()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def demo(sessions: Callable[[], Session]) -> None:
    """The demonstration's organizations, companies and campaigns, without made-up supporters."""
    with sessions() as opened, opened.begin():
        load_demo(opened, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Iterator[Flask]:
    """The whole application on this process's database."""
    made = create_app(settings, KINDS)
    yield made
    made.extensions["campaign.intake"].close()
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client(use_cookies=False)
