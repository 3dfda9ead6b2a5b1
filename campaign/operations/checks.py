"""Looks at what a web process stands on, for `/readyz`: each answer is `ok` or a few words of what is wrong."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.kernel.valkey import Breaker, ValkeyAwayError
from campaign.services.tables import are_current

_MIGRATIONS = Path(__file__).parents[2] / "migrations"

# A write that leaves nothing: it fails on a replica or a full disk, as a pledge would.
_WRITE = text("CREATE TEMPORARY TABLE readyz ON COMMIT DROP AS SELECT 1 AS one")


def check_database(session: Session) -> str:
    """Say whether the database takes a write."""
    try:
        session.execute(_WRITE)
        session.rollback()
    except DBAPIError as error:
        session.rollback()
        return f"cannot write: {type(error.orig).__name__}"
    return "ok"


def check_migrations(database_url: str) -> str:
    """Say whether the tables are as new as the code."""
    return "ok" if are_current(database_url, _MIGRATIONS) else "not at their newest version"


def check_queue(breaker: Breaker) -> str:
    """Say whether Valkey answers."""
    try:
        breaker.call(lambda client: client.ping())
    except ValkeyAwayError as error:
        return f"away: {error}"
    return "ok"
