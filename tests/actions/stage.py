"""The demonstration and the application, made once a test process and swept after each test.

Loading the demonstration and building the application cost more than most tests; so what people leave behind is
deleted, and what a test changed of the campaigns is put back from a copy.
"""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import create_engine, text

from campaign.app import create_app
from campaign.demonstration import load_demo
from campaign.features import KINDS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.base import Base
from campaign.kernel.db import db, engine_options
from campaign.kernel.installation import Installation
from campaign.kernel.remembered import Remembered
from campaign.kernel.settings import read_settings
from campaign.kernel.valkey import connect
from campaign.mail_stand_in.keys import SigningKey
from tests.actions.visitor import PUBLIC_URL, Visitor

__all__ = [
    "app", "client", "database_url", "demo", "engine", "fresh", "installation", "make_app", "sessions", "settings",
    "visitor", "webhook_key",
]  # fmt: skip

# Deleted after each test, in this order; consent wordings stay, because the desk remembers their ids.
_LEFT_BEHIND = (
    "check_ins", "rsvp_claims", "rsvps", "letters", "letter_turns", "actions", "consents", "supporters", "my_links", "people", "outbox_messages", "suppressions",
    "delivery_events", "mailbox_allowances", "stranger_levels", "stranger_credits",
    "ticker_leases", "ticker_runs", "receipt_marks", "tally_audits", "outbox_census", "unmixed_actions", "campaign_cards",
)  # fmt: skip
_COPIED = (
    "outbox_switches",
    "outbox_turns",
    "pace_slots",
    "stances",
    "campaign_tallies",
    "revisions",
    "letter_templates",
    "leg_resources",
)
_MENDED = ("campaigns", "events", "event_places", "event_legs")  # put back column by column: others hang on their rows

_PATIENCE_SECONDS = 10.0

_stage = {}
"""What the folders that import these fixtures share: each would make its own otherwise."""


@pytest.fixture(scope="session")
def database_url(clone_database):
    """A database with the demonstration in it."""
    if "database" not in _stage:
        _stage["database"] = load_demonstration(clone_database("people"))
    return _stage["database"]


def load_demonstration(url):
    """Load the demonstration, and keep a copy of what tests change of it; returns the URL."""
    made = create_engine(url)
    with Installation(settings_of(url)).sessions(made)() as session, session.begin():
        load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
        session.execute(text("CREATE SCHEMA kept"))
        for table in (*_COPIED, *_MENDED):
            session.execute(text(f"CREATE TABLE kept.{table} AS TABLE {table}"))
    made.dispose()
    return url


def settings_of(database_url, redis_url="redis://127.0.0.1:9/0", **changed):
    """The settings of a test installation, limits off."""
    return read_settings(environ_of(database_url, redis_url, **changed))


def environ_of(database_url, redis_url, **changed):
    """The environment of a test installation, limits off."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "LIMITS_URL": redis_url,
        "SECRET_KEY": "test-secret-key-" * 3,
        "PRIVACY_KEY": "test-privacy-key-" * 3,
        "PUBLIC_URL": PUBLIC_URL,
        "MAIL_FROM": "Campaign <campaign@mail.example>",
        "MAIL_FROM_LETTERS": "Campaign letters <letters@letters.example>",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_BASE_URL": "http://127.0.0.1:9",
        "SENDGRID_WEBHOOK_PUBLIC_KEY": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
        "LIMITS": "off",
    } | changed


_WEBHOOK_KEY = SigningKey(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="session")
def webhook_key():
    """The key that delivery events are signed with."""
    return _WEBHOOK_KEY


@pytest.fixture(scope="session")
def settings(database_url, redis_url, webhook_key):
    return settings_of(database_url, redis_url, SENDGRID_WEBHOOK_PUBLIC_KEY=webhook_key.public_key)


@pytest.fixture(scope="session")
def engine(settings):
    made = create_engine(settings.database_url, **engine_options(settings))
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def installation(settings):
    return Installation(settings)


@pytest.fixture(scope="session")
def sessions(engine, installation):
    return installation.sessions(engine)


@pytest.fixture(scope="session")
def make_app(settings):
    """Build another application on the same database, with other settings: `make_app(LIMITS="ip=5/m")`.

    Its limits count whatever is posted, unless a test gives a Valkey of its own: nobody is let through because the
    machine was too busy to answer in time.
    """
    made = []

    def make(**changed):
        is_own = "REDIS_URL" in changed
        other = settings_of(
            settings.database_url,
            changed.pop("REDIS_URL", settings.redis_url),
            **{"SENDGRID_WEBHOOK_PUBLIC_KEY": settings.sendgrid_webhook_public_key, **changed},
        )
        made.append(create_app(other, KINDS))
        if not is_own:
            _count_all(made[-1], settings.redis_url)
        return made[-1]

    yield make
    for app in made:
        app.extensions["campaign.intake"].close()
        with app.app_context():
            db.engine.dispose()


def _count_all(app, redis_url):
    """Give Valkey more than the 50 ms for which a visitor is made to wait."""
    for name in ("campaign.valkey", "campaign.limits"):
        app.extensions[name]._client = connect(redis_url, _PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def app(make_app):
    if "app" not in _stage:
        _stage["app"] = make_app()
    return _stage["app"]


@pytest.fixture
def client(app):
    return app.test_client(use_cookies=False)


@pytest.fixture(scope="session")
def demo(database_url):
    """The demonstration is there."""


def _sweep():
    lines = [f"DELETE FROM {table}" for table in _LEFT_BEHIND]
    for table in _COPIED:
        lines += [f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM kept.{table}"]
    lines.append("DELETE FROM events WHERE NOT id IN (SELECT id FROM kept.events)")
    return "; ".join([*lines, *(_mend(table) for table in _MENDED)])


def _mend(table):
    columns = ", ".join(f'"{c.name}" = k."{c.name}"' for c in Base.metadata.tables[table].columns if c.name != "id")
    return f"UPDATE {table} c SET {columns} FROM kept.{table} k WHERE k.id = c.id AND k IS DISTINCT FROM c"


def forget(app):
    """Let the doors ask the database anew."""
    app.extensions["campaign.intake"].doorsteps.forget()
    for kept in app.extensions.values():
        if isinstance(kept, Remembered):
            kept.forget()


@pytest.fixture
def fresh(engine, app):
    """What a test leaves behind is gone after it: rows, pages kept, what doors remember."""
    yield
    forget(app)
    app.wsgi_app.clear()
    with engine.begin() as connection:
        connection.exec_driver_sql(_sweep())


@pytest.fixture
def visitor(fresh, client, sessions, installation):
    """Somebody in front of the demonstration's campaigns."""
    return Visitor(client, sessions, installation)
