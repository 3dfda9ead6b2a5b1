"""What every command of an operator gets: the installation it is about, and a session in it.

Which installation: database and queue named by the environment; else what runs on the data directory; else the embedded
servers of that directory, started for as long as the command needs them. None is made by a command that did not say so:
a mistyped directory is told. Under `--demo` the directory has the secrets.

Commands of features take it by `@click.pass_obj`; they need not import this module. What only reads uses `session()`,
what changes something in one transaction `transact()`, and what does so in many `sessions()`.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from campaign.embedded.homes import default_data_dir
from campaign.embedded.installation import LiveInstallation, borrowed_services, running_installation
from campaign.kernel.installation import Installation
from campaign.kernel.retrying import transact
from campaign.kernel.settings import Settings, read_settings
from campaign.kernel.soundness import read_sound_settings

if TYPE_CHECKING:
    from campaign.actions.kind import ActionKind

T = TypeVar("T")


@dataclass
class Console:
    """The operator's side of one installation, found when it is first needed."""

    data: Path | None = None
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    may_make: bool = False
    """Whether the command may make an installation where there is none, as few do."""
    owns_services: bool = False
    """Whether the embedded servers in use were started for this command, and end with it."""

    @cached_property
    def data_dir(self) -> Path:
        """The data directory: `--data`, else `CAMPAIGN_DATA`, else the one `campaign up` uses by default."""
        named = self.environ.get("CAMPAIGN_DATA")
        directory = self.data or (Path(named) if named else default_data_dir())
        return directory.expanduser().absolute()

    @cached_property
    def kinds(self) -> "Mapping[str, ActionKind]":
        """The kinds of action by name, for commands that let actions count or take them back."""
        from campaign.features import KINDS  # noqa: PLC0415 - loads all the doors, which few commands need

        return {kind.name: kind for kind in KINDS}

    @property
    def is_named(self) -> bool:
        """Whether the operator named a data directory."""
        return self.data is not None or bool(self.environ.get("CAMPAIGN_DATA"))

    @property
    def has_urls(self) -> bool:
        """Whether the environment names a database and a queue."""
        return bool(self.environ.get("DATABASE_URL") and self.environ.get("REDIS_URL"))

    @contextmanager
    def services(self) -> Iterator[LiveInstallation]:
        """Give the database and queue for the length of the block; embedded ones have their tables up to date."""
        self.owns_services = not self.has_urls and running_installation(self.data_dir) is None
        environ = {**self.environ, "CAMPAIGN_DATA": str(self.data_dir)}
        with borrowed_services(self.data_dir, environ, may_make=self.may_make) as live:
            if self.owns_services and not self.environ.get("DATABASE_URL"):
                from campaign.migrating import bring_up_to_date  # noqa: PLC0415 - Alembic costs `campaign up` half a second

                bring_up_to_date(live.database_url)
            yield live

    @contextmanager
    def settings(self) -> Iterator[Settings]:
        """Give a process its installation's settings, the servers running, for the length of the block.

        Raises:
            SettingsError: something is missing, bad or unsafe.
        """
        with self.services() as live:
            yield read_sound_settings(live.environ)

    @contextmanager
    def sessions(self, *, needs_secrets: bool = True) -> Iterator[Callable[[], Session]]:
        """Give what opens sessions, for the length of the block; whoever opens one commits it.

        Args:
            needs_secrets: whether the command makes links or keyed hashes. Where it does not, missing keys are no
                reason to refuse it.
        """
        with self.services() as live:
            engine = create_engine(
                driver_url(live.database_url), connect_args={"options": "-c timezone=utc", "connect_timeout": 5}
            )
            try:
                if needs_secrets:
                    yield Installation(read_settings(live.environ)).sessions(engine)
                else:
                    yield sessionmaker(engine, expire_on_commit=False)
            finally:
                engine.dispose()

    @contextmanager
    def session(self, *, needs_secrets: bool = True) -> Iterator[Session]:
        """Give a session to read by: one transaction, committed at the end of the block, rolled back when it raises."""
        with self.sessions(needs_secrets=needs_secrets) as sessions, sessions() as session, session.begin():
            yield session

    def transact(self, work: Callable[[Session], T], *, needs_secrets: bool = True) -> T:
        """Return `work(session)`, one transaction, committed; run again, whole, where a neighbour was in its way."""
        with self.sessions(needs_secrets=needs_secrets) as sessions:
            return transact(sessions, work)


def driver_url(url: str) -> str:
    """Return a PostgreSQL URL that names our driver."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
