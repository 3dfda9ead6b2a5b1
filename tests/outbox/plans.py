"""How many rows PostgreSQL handles for a statement, whatever plan it chose: counted, and not timed."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, text


@contextmanager
def rows_handled(session) -> Iterator[list[int]]:
    """Give a list that gets, for each statement run in the block, the rows that all steps of its plan handled.

    Each statement is run twice: once to look at it, taken back at once, then as it was meant.
    """
    counts: list[int] = []

    def look(connection, cursor, statement, parameters, _context, _many):
        looking = cursor.connection.cursor()
        looking.execute("SAVEPOINT look")
        looking.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters)
        counts.append(_handled(looking.fetchone()[0][0]["Plan"]))
        looking.execute("ROLLBACK TO SAVEPOINT look")
        return statement, parameters

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", look, retval=True)
    try:
        yield counts
    finally:
        event.remove(connection, "before_cursor_execute", look)


def _handled(plan) -> int:
    removed = sum(rows for name, rows in plan.items() if name.startswith("Rows Removed by"))
    own = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return round(own) + sum(_handled(below) for below in plan.get("Plans", ()))


def set_statistics(session, when: str, fill, settle) -> None:
    """Leave a full queue with the statistics of an `empty` one, of this `full` one, or of one `settled` since.

    `fill` and `settle` take the session. Autovacuum keeps away until `keep_statistics_again`.
    """
    session.execute(text("ALTER TABLE outbox_messages SET (autovacuum_enabled = off)"))
    if when == "empty":
        analyze(session)
    fill(session)
    if when != "empty":
        analyze(session)
    if when == "stale":
        settle(session)
        fill(session)
    session.commit()


def analyze(session) -> None:
    """Take statistics now."""
    session.execute(text("ANALYZE outbox_messages, outbox_turns, pace_slots"))
    session.commit()
