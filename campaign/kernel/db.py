"""The Flask-SQLAlchemy extension. Only views and the composition root use it; rules take a plain `Session`."""

import logging
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError

from campaign.kernel.base import Base
from campaign.kernel.closed_connections import hand_out_open_ones
from campaign.kernel.installation import introduce
from campaign.kernel.settings import Settings

_log = logging.getLogger(__name__)


class _Session(Session):
    """A request's session, which knows its application's installation as those of the intake and of workers do."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own options
        super().__init__(db, **options)
        if (installation := current_app.extensions.get("campaign.installation")) is not None:
            introduce(self, installation)


class _Database(SQLAlchemy):
    """Flask-SQLAlchemy, but the end of a request's session never takes back the answer that was made with it.

    And no connection is handed out that the database has closed.
    """

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine = super()._make_engine(bind_key, options, app)
        hand_out_open_ones(engine)
        return engine

    def _teardown_session(self, exc: BaseException | None) -> None:
        """Remove the session, also one whose server died since the view read from it.

        Its rollback fails then, after the answer is made: a pledge committed by the coalescer would be answered by the
        web server's bare 500. Nothing is lost with the session: what it had not committed it would roll back here.
        """
        try:
            super()._teardown_session(exc)
        except DBAPIError as error:
            _log.warning("a request's connection died before its end: %s", type(error).__name__)
            self.session.registry().invalidate()
            self.session.registry.clear()


db = _Database(model_class=Base, session_options={"class_": _Session, "expire_on_commit": False})


def engine_options(settings: Settings) -> dict[str, object]:
    """Options of every engine of the service.

    Pre-ping is off: a ping would cost a round trip a request, and a connection that was closed is seen without one
    (`closed_connections`). `prepare_threshold=None` is what pgbouncer's transaction mode needs. An error tells the
    statement, never its values: they are names and addresses, and errors are logged.
    """
    connect_args: dict[str, object] = {"options": "-c timezone=utc", "connect_timeout": 5}
    if not settings.prepared_statements:
        connect_args["prepare_threshold"] = None
    return {
        "pool_size": 20,
        # The connection used last is warm: its statements are prepared, its server process has the tables at hand.
        "pool_use_lifo": True,
        "max_overflow": 10,
        "pool_timeout": 5,
        "hide_parameters": True,
        "connect_args": connect_args,
    }


def make_engine(settings: Settings) -> Engine:
    """Return an engine for processes without a Flask application (workers, ticker, commands)."""
    engine = create_engine(settings.database_url, **engine_options(settings))
    hand_out_open_ones(engine)
    return engine
