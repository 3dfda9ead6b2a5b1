"""When each periodic job is due, as rows: whoever holds a job's row runs it, so that one does at a time.

    due ─take─► (a batch) ─► due still, where there may be more
                      └────► done: due again `every` seconds from now; failed: a minute from now

The row stays locked for one batch, and is found locked, and passed over, by everybody else.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

# Looked for first: an insert that meets a row which somebody holds waits for them, also where it then does nothing.
_KNOW = text("""
INSERT INTO ticker_runs (name) SELECT n.name FROM unnest(CAST(:names AS text[])) AS n(name)
WHERE NOT EXISTS (SELECT FROM ticker_runs r WHERE r.name = n.name) ORDER BY n.name ON CONFLICT DO NOTHING
""")
_DUE = text("SELECT name FROM ticker_runs WHERE name = ANY(:names) AND due_at <= now() ORDER BY due_at, name")
# `last_run_at` is what the release before this one goes by, while both run.
_TAKE = text("""
UPDATE ticker_runs SET last_run_at = now() WHERE name = (
    SELECT name FROM ticker_runs WHERE name = :name AND due_at <= now() FOR UPDATE SKIP LOCKED)
RETURNING name
""")
_PUT_OFF = text("""
UPDATE ticker_runs SET due_at = clock_timestamp() + make_interval(secs => :seconds) WHERE name = :name
""")
_OVERDUE = text("""
SELECT name, extract(epoch FROM now() - greatest(due_at, last_run_at)) FROM ticker_runs WHERE due_at <= now()
""")


def know(session: Session, names: Collection[str]) -> None:
    """Write down jobs that have no row yet; they are due at once."""
    session.execute(_KNOW, {"names": sorted(names)})


def list_due(session: Session, names: Collection[str]) -> list[str]:
    """Return those of `names` whose time has come, the longest due first."""
    return list(session.scalars(_DUE, {"names": list(names)}))


def claim_run(session: Session, name: str) -> bool:
    """Take a job for the rest of the transaction; returns False where it is not due or somebody else has it."""
    return session.scalar(_TAKE, {"name": name}) is not None


def put_off(session: Session, name: str, seconds: float) -> None:
    """Let a job be due in `seconds`."""
    session.execute(_PUT_OFF, {"name": name, "seconds": float(seconds)})


def get_overdue_seconds(session: Session) -> Mapping[str, float]:
    """Return, of the jobs whose time has come, for how many seconds nobody has worked on them."""
    return {name: float(seconds) for name, seconds in session.execute(_OVERDUE)}
