"""Organizers at work, for tests: `organizer("editor")` is a browser that is signed in with that role.

me = organizer("owner")                       # of the Coalition of Immokalee Workers
page = me.get("/organize/ciw")
me.post("/organize/ciw/…", title="…")          # with the session's token
"""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from werkzeug.datastructures import MultiDict

from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member
from campaign.accounts.sessions import begin_session
from campaign.accounts.web.cookies import SESSION
from campaign.demonstration import load_demo
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation
from tests.actions.stage import (
    client,
    engine,
    forget,
    installation,
    make_app,
    sessions,
    settings,
    settings_of,
    webhook_key,
)
from tests.actions.visitor import PUBLIC_URL, Visitor
from tests.restoring import keep, restore

__all__ = [
    "app", "client", "database_url", "demo", "engine", "installation", "make_app", "one_app", "organizer", "sessions", "settings",
    "stranger", "visitor", "webhook_key",
]  # fmt: skip

OWN, OTHER = "ciw", "migrant-justice"
ORIGIN = PUBLIC_URL
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')

_stage = {}


@pytest.fixture(scope="session")
def database_url(clone_database):
    """A database with the demonstration in it, and a copy of all of it."""
    if "database" not in _stage:
        url = clone_database("organizers")
        made = create_engine(url)
        with Installation(settings_of(url)).sessions(made)() as session, session.begin():
            load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
            keep(session.connection())
        made.dispose()
        _stage["database"] = url
    return _stage["database"]


@pytest.fixture(scope="session")
def one_app(make_app):
    if "app" not in _stage:
        _stage["app"] = make_app()
    return _stage["app"]


@pytest.fixture
def app(one_app, engine):
    """The application; whatever a test changes is put back after it."""
    yield one_app
    forget(one_app)
    one_app.wsgi_app.clear()
    with engine.begin() as connection:
        restore(connection)


@pytest.fixture(scope="session")
def demo(database_url):
    """The demonstration is there."""


@pytest.fixture
def visitor(app, client, sessions, installation):
    """Somebody in front of the demonstration's campaigns, who reads their mail."""
    return Visitor(client, sessions, installation)


class Organizer:
    """A browser of somebody who organizes. `account`: theirs; `token`: what the session's cookie holds."""

    def __init__(self, app, account, token=None):
        self.client, self.account, self.token = app.test_client(), account, token
        if token:
            self.client.set_cookie(SESSION, token, domain="campaign.example", secure=True)

    def get(self, path, **more):
        """Read a page."""
        return self.client.get(path, base_url=ORIGIN, **more)

    def csrf(self):
        """The token that this session's forms bear."""
        return _CSRF.search(self.get("/organize/choose").get_data(as_text=True))[1]

    def post(self, path, values=None, *, csrf=None, headers=None, **more):
        """Send a form of one's own page; `csrf=""`: without its token."""
        token = self.csrf() if csrf is None else csrf
        data = MultiDict(values or {})
        data.update({**more, **({"csrf": token} if token else {})})
        headers = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        return self.client.post(path, base_url=ORIGIN, data=data, headers=headers)


@pytest.fixture
def organizer(app, sessions, demo):
    """Sign somebody in: `organizer(role, organization)`; `has_factor`: as if by two factors; `at`: since when."""

    def sign_in(role="owner", organization=OWN, *, email=None, has_factor=False, at=None):
        with sessions() as session, session.begin():
            address = email or f"{role}@{organization}.example"
            account = add_member(session, OPERATOR, NewMember(address, organization, role, role.capitalize()))
            since = at or now()
            token = begin_session(
                session, account.id, "Firefox, Linux", since, has_factor=has_factor, lacks_factor=False
            )
            session.expunge(account)
        return Organizer(app, account, token)

    return sign_in


@pytest.fixture
def stranger(app):
    """A browser that nobody is signed in with."""
    return Organizer(app, None)
