"""An installation of one's own whose files may be read afterwards: PostgreSQL, Valkey and the application on them.

The servers have the settings they have in use, not those of a test run: what is looked for is what they leave behind.
"""

import contextlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from campaign.app import create_app
from campaign.campaigns.models import Campaign
from campaign.demonstration import load_demo
from campaign.embedded.homes import make_data_dir, prepare_home
from campaign.embedded.postgres import Postgres
from campaign.embedded.valkey import LimitsValkey, Valkey
from campaign.features import KINDS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.db import db
from campaign.kernel.installation import Installation
from campaign.kernel.settings import Settings, read_settings
from campaign.migrating import bring_up_to_date
from tests.actions.stage import environ_of
from tests.actions.visitor import Visitor
from tests.servers import temporary_folder


class OwnInstallation:
    """Enter it to start it; leave it, and all of it is gone. In between, `stop` leaves nothing but files."""

    settings: Settings
    app: Flask
    visitor: Visitor
    campaigns: dict[str, int]  # ids by slug

    def __init__(self, **environ: str) -> None:
        self._environ = environ
        self.folder = temporary_folder("campaign-tests-own-")
        data = make_data_dir(self.folder / "data")
        home, logs = prepare_home(data), data / "logs"
        self.postgres = Postgres(home, logs)
        self.valkeys = (Valkey(home, logs), LimitsValkey(home, logs))
        self._servers: list[Postgres | Valkey] = [self.postgres, *self.valkeys]
        self._closing = contextlib.ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.clean_up()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.clean_up()

    @property
    def files(self) -> list[Path]:
        """Every file that stands anywhere in it."""
        homes = {self.folder, self.postgres.folder.parent}
        return sorted({path for home in homes for path in home.rglob("*") if path.is_file()})

    def stop(self) -> None:
        """End the application and the servers, in order: what they still held back is written. Idempotent."""
        self._closing.close()
        for server in self._servers:
            server.stop()

    def clean_up(self) -> None:
        """End what runs, remove every file. Idempotent."""
        self.stop()
        for home in (self.postgres.folder.parent, self.folder):
            shutil.rmtree(home, ignore_errors=True)

    def _start(self) -> None:
        for server in self._servers:
            server.begin()
        urls = [server.wait_ready() for server in self._servers]
        bring_up_to_date(urls[0])
        environ = environ_of(urls[0], urls[1]) | {"LIMITS_URL": urls[-1]} | self._environ
        self.settings = read_settings(environ)
        url = make_url(self.settings.database_url).set(drivername="postgresql+psycopg")
        engine = create_engine(url)
        self._closing.callback(engine.dispose)
        installation = Installation(self.settings)
        sessions = installation.sessions(engine)
        with sessions() as session, session.begin():
            load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
            self.campaigns = {row.slug: row.id for row in session.execute(select(Campaign.slug, Campaign.id))}
        self.app = create_app(self.settings, KINDS)
        self._closing.callback(self._close_app)
        self.visitor = Visitor(self.app.test_client(use_cookies=False), sessions, installation)

    def _close_app(self) -> None:
        self.app.extensions["campaign.intake"].close()
        with self.app.app_context():
            db.engine.dispose()
