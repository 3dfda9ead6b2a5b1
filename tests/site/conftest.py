"""The public pages on an application of their own, without the kinds, on the demonstration in a real PostgreSQL."""

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind, Panel
from campaign.actions.sharing import share_for
from campaign.demonstration import load_demo
from campaign.features import SECTIONS
from campaign.kernel.access import Access, access, require_declared
from campaign.kernel.actors import OPERATOR
from campaign.kernel.assets import init_assets
from campaign.kernel.db import db
from campaign.kernel.handlers import init_handlers
from campaign.kernel.headers import init_headers, no_store
from campaign.kernel.localized import init_languages, localized
from campaign.kernel.pagecache import PageCache
from campaign.kernel.pagekey import shared_pages
from campaign.kernel.remembered import Remembered
from campaign.site.views import init_site

ROOT = Path(__file__).parents[2]
MAX_FORM_BYTES = 256 * 1024


@pytest.fixture(scope="session")
def site_database(clone_database):
    """A database with the demonstration in it, made once: nobody here writes."""
    url = clone_database("site")
    engine = create_engine(url)
    with Session(engine) as session:
        load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
        session.commit()
    engine.dispose()
    return url


def stand_in_kind(name="<script>alert(1)</script>", errors=None):
    """A kind with a panel everywhere, and one that has none."""

    def panel(_session, subject, _language):
        return Panel("stand_in/panel.html", {"name": name, "slug": subject.slug, "errors": errors or {}}, order=10)

    return ActionKind(name="stand-in", take=None, campaign_panel=panel, company_panel=lambda *_: None)


def make_app(database_url, *, kinds=(), is_https=False, with_cache=True, with_styleguide=False):
    """Compose an application of the public face alone."""
    app = Flask("campaign", template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(Path(__file__).parent / "templates")])
    app.config.update(
        TESTING=True,
        SQLALCHEMY_DATABASE_URI=database_url,
        PUBLIC_URL="https://campaigns.example",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    init_languages(app)
    init_headers(app, is_https=is_https)
    init_handlers(app, max_form_bytes=MAX_FORM_BYTES)
    init_assets(app, ROOT / "static")
    init_site(app, kinds, is_demo=with_styleguide)
    app.register_blueprint(_doors())
    app.add_url_rule("/my", "actions.my_ask", access(Access.PUBLIC)(localized(lambda: "my")))
    app.add_url_rule("/campaigns/<slug>/qr.svg", "actions.qr", access(Access.PUBLIC)(lambda slug: slug))
    app.add_template_global(share_for)
    require_declared(app)
    if with_cache:
        app.wsgi_app = PageCache(app.wsgi_app, reads_of=shared_pages(app))
    return app


def _doors():
    """Doors as the kinds have them: a form's, a private page's, and one that breaks."""
    doors = Blueprint("doors", __name__)

    @doors.post("/campaigns/<slug>/stand-in")
    @access(Access.PUBLIC)
    def sign(slug):
        from flask import request

        return f"{slug} {len(request.form)}"

    @doors.get("/private")
    @access(Access.TOKEN, no_store)
    def private():
        return "yours"

    @doors.get("/broken")
    @access(Access.PUBLIC)
    def broken():
        raise RuntimeError("secret of the inside")

    return doors


@contextmanager
def _site(database_url):
    made = make_app(database_url, kinds=(stand_in_kind(),))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def app(site_database):
    """An application of this test's own, to look into or to change."""
    with _site(site_database) as made:
        yield made


@pytest.fixture(scope="session")
def shared_app(site_database):
    """The one application of those that only ask for pages: to build one and to learn its queries takes longer."""
    with _site(site_database) as made:
        yield made


@pytest.fixture
def client(request, site_database):
    """A browser without cookies, in front of pages that nobody asked for before; of the test's own `app`, if it has one."""
    own = "app" if "app" in request.fixturenames else "shared_app"
    made = request.getfixturevalue(own)
    made.wsgi_app.clear()
    for kept in made.extensions.values():
        if isinstance(kept, Remembered):
            kept.forget()
    return made.test_client(use_cookies=False)


@pytest.fixture
def session(site_database):
    """A session on the demonstration; what a test writes is taken back."""
    engine = create_engine(site_database, connect_args={"options": "-c timezone=utc"})
    with Session(engine) as opened:
        yield opened
        opened.rollback()
    engine.dispose()
