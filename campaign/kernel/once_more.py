"""Answers a request once more where the database went away beneath it, before anything was changed.

    view reads ─ connection lost ─► view reads again, by a new connection ─► the answer
    view changes (`note_change`) ─ connection lost ─► told in words, with what was typed: it may have been done

Once, since a database that is away for longer would keep every thread waiting for it.
"""

import logging

from flask import g, has_request_context
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from campaign.kernel.access import GuardedFlask
from campaign.kernel.db import db
from campaign.kernel.retrying import is_lost

_log = logging.getLogger(__name__)

_CHANGES = "has_begun_to_change"


def note_change() -> None:
    """Say that the request being answered begins to change something, and cannot simply be answered anew."""
    if has_request_context():
        setattr(g, _CHANGES, True)


class OnceMore(GuardedFlask):
    """A Flask application that runs a view again where a connection was lost and nothing was changed."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Return what the view answers."""
        try:
            return super().dispatch_request()
        except DBAPIError as error:
            if not is_lost(error) or g.get(_CHANGES):
                raise
            _log.warning("a view runs again: %s", type(error.orig).__name__)
            db.session.close()
            return super().dispatch_request()
