"""What periodic work costs beside much that is stored: `python -m tests.bench.periodic [--stored N] [--beside N]`.

Prints, for each job and for `/metrics`, milliseconds (the first time, and the median of three) and rows taken from
tables and indexes for one batch, taken back after it; then how long the receipts of many confirmations of six hours
take, batch by batch.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.service.thanking import thank
from campaign.delivery.service import metrics
from campaign.features import JOBS
from tests.bench.__main__ import say
from tests.bench.feeds import SLUG
from tests.bench.servers import Inside, running_stack
from tests.bench.stored import make_stored
from tests.much_stored import CONFIRMED, store_much

_READ = text("""
SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(oid)), 0) FROM pg_class
WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
""")
_FLUSH = text("SELECT pg_stat_force_next_flush()")
"""So that the next transaction on this connection begins to count at nothing."""

_LATELY = text("""
UPDATE actions a SET confirmed_at = now() - interval '5 hours 50 minutes'
    + (a.number - t.last_number + :count) * interval '5 hours' / :count
FROM campaign_tallies t JOIN campaigns c ON c.id = t.campaign_id
WHERE c.slug = :slug AND a.campaign_id = c.id AND a.state = 'confirmed' AND a.number > t.last_number - :count
""")
_MARKS = text("""
INSERT INTO receipt_marks SELECT campaign_id, last_number - CASE c.slug WHEN :slug THEN :count ELSE 0 END
FROM campaign_tallies JOIN campaigns c ON c.id = campaign_id ON CONFLICT DO NOTHING
""")


def main() -> int:
    """Measure and print; ends with 0 however fast or slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.periodic", description="Measure the periodic work.")
    parser.add_argument("--stored", type=int, default=1_000_000, help="confirmed pledges stored, each with its mail")
    parser.add_argument("--beside", type=int, default=20_000, help="rows of each other sort that are not due; 500 are")
    parser.add_argument("--receipts", type=int, default=50_000, help="confirmations of the last six hours")
    options = parser.parse_args()
    with running_stack() as stack:
        make_stored(stack, "stored", options.stored)
        inside = stack.installation("stored")
        with inside.sessions() as session, session.begin():
            store_much(session, options.beside, min(500, options.beside), without=(CONFIRMED,))
        with stack.connect("stored") as connection:
            connection.execute("VACUUM ANALYZE")
        _make_lately(inside, min(options.receipts, options.stored))
        for name, run in (*((job.name, job.run) for job in JOBS), ("/metrics", metrics)):
            costs = [_cost(inside, run) for _ in range(3)]
            usual = median(milliseconds for milliseconds, _ in costs)
            say(f"{name:<28}{costs[0][0]:>10,.1f}{usual:>10,.1f} ms{costs[0][1]:>12,} rows")
        _send_receipts(inside)
        inside.engine.dispose()
    return 0


def _make_lately(inside: Inside, count: int) -> None:
    with inside.sessions() as session, session.begin():
        session.execute(_LATELY, {"count": count, "slug": SLUG})
        session.execute(_MARKS, {"count": count, "slug": SLUG})
        session.execute(_FLUSH)


def _cost(inside: Inside, run: Callable[[Session], object]) -> tuple[float, int]:
    """Do something in a transaction that is taken back; return its milliseconds and the rows it read."""
    with inside.sessions() as session:
        started = time.monotonic()
        run(session)
        milliseconds = (time.monotonic() - started) * 1000
        rows = int(session.scalar(_READ) or 0)
        session.execute(_FLUSH)
        session.rollback()
    return milliseconds, rows


def _send_receipts(inside: Inside) -> None:
    seconds, appended = [], 0
    while True:
        started = time.monotonic()
        with inside.sessions() as session, session.begin():
            batch = thank(session)
        seconds.append(time.monotonic() - started)
        if not batch.passed:
            break
        appended += batch.appended
    say(f"{appended:,} receipts in {sum(seconds):.1f} s, the longest batch {max(seconds):.2f} s")


if __name__ == "__main__":
    raise SystemExit(main())
