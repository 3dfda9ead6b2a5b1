"""How long a claim takes, over a ledger of any size and with statistics of any age: `python -m tests.bench.claims`.

Statistics are those of a moment that is over: of an empty queue, of a queue where nothing else was, of rows that have
all been settled since. What is printed is read, not judged.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.outbox.claims import claim
from campaign.outbox.paces import set_mailbox_pace
from tests.bench.report import say
from tests.bench.servers import Inside, running_stack

_STEP = 500_000
_LEDGER = """
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, organization_id, company_id, executive_id,
    action_id, person_id, recipient_key, mailbox, domain, payload, attempts, provider_id, created_at, available_at,
    sent_at, settled_at)
SELECT CASE WHEN l THEN 'letters' ELSE 'critical' END,
    CASE WHEN l THEN 'letters:' || c || ':1:' || m || '@company.example' ELSE 'critical:' || c END, 'bench', 'delivered',
    c, 1, CASE WHEN l THEN 1 END, CASE WHEN l THEN m END, n, n, substr(sha256(n::text::bytea), 1, 16),
    CASE WHEN l THEN m || '@company.example' END, CASE WHEN l THEN 'company.example' END, '{}', 1, n::text, at, at, at, at
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n,
    LATERAL (SELECT n % 2 = 0, n % 60 + 1, n % 100, now() - interval '20 days' + n * interval '100 milliseconds') v(l, c, m, at)
"""
_DUE_MAILS = """
WITH turns AS (
    INSERT INTO outbox_turns (stream, lane, campaign_id, company_id, mailbox, domain)
    SELECT 'critical:' || c, 'critical', c, 0, '', '' FROM generate_series(1, :campaigns) c ON CONFLICT DO NOTHING
)
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, organization_id, action_id, payload)
SELECT 'critical', 'critical:' || c, 'bench', 'due', c, 1, n, '{}'
FROM generate_series(1, :campaigns) c, generate_series(1, :each) n ORDER BY n, c
"""
_DUE_LETTERS = """
WITH turns AS (
    INSERT INTO outbox_turns (stream, lane, campaign_id, company_id, mailbox, domain)
    SELECT 'letters:1:1:' || m || '@company' || m % 20 || '.example', 'letters', 1, 1,
        m || '@company' || m % 20 || '.example', 'company' || m % 20 || '.example'
    FROM generate_series(1, :mailboxes) m ON CONFLICT DO NOTHING
)
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, organization_id, company_id, executive_id,
    action_id, mailbox, domain, payload)
SELECT 'letters', 'letters:1:1:' || m || '@company' || m % 20 || '.example', 'bench', 'due', 1, 1, 1, m, n,
    m || '@company' || m % 20 || '.example', 'company' || m % 20 || '.example', '{}'
FROM generate_series(1, :mailboxes) m, generate_series(1, :each) n ORDER BY n, m
"""
_PER_HOUR = 3_600_000
"""Fast enough that the pace lets a whole claim through."""


@dataclass(frozen=True)
class Case:
    """A queue, and how much is claimed of it at a time. `streams` are campaigns, or mailboxes of one campaign."""

    lane: str
    streams: int
    each: int
    size: int

    def __str__(self) -> str:
        what = "executives" if self.lane == "letters" else "campaigns"
        return f"{self.streams} {what} × {self.each:,} due, claims of {self.size:,}"


CASES = (
    Case("critical", 5, 3000, 1000),
    Case("critical", 20, 3000, 1000),
    Case("critical", 60, 3000, 1000),
    Case("letters", 100, 1000, 256),
)
STATISTICS = ("empty", "full", "stale")
_CLAIMS = 7


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.claims", description=__doc__)
    parser.add_argument("--ledger", type=int, default=0, help="settled messages kept beside the queue")
    options = parser.parse_args()
    with running_stack() as stack:
        stack.make_database("claims")
        inside = stack.installation("claims")
        with inside.sessions() as session:
            fill_ledger(session, options.ledger)
        say(f"{options.ledger:,} settled messages kept")
        say(f"{'queue':<48}{'statistics':<12}{'ms a claim':>12}{'slowest':>10}")
        for case in CASES:
            for statistics in STATISTICS:
                times = measure(inside, case, statistics)
                say(f"{case!s:<48}{statistics:<12}{median(times):>12,.1f}{max(times):>10,.1f}")
        inside.engine.dispose()
    return 0


def fill_ledger(session: Session, count: int) -> None:
    """Store `count` settled messages, half of them letters, and look at the table as autovacuum would."""
    session.execute(text("ALTER TABLE outbox_messages SET (autovacuum_enabled = off)"))
    session.commit()
    for first in range(1, count + 1, _STEP):
        session.execute(text(_LEDGER), {"first": first, "last": min(first + _STEP - 1, count)})
        session.commit()


def measure(inside: Inside, case: Case, statistics: str) -> list[float]:
    """Return how many milliseconds each of some claims took, commit included; the queue is empty again afterwards."""
    with inside.sessions() as session, _queue(session, case, statistics):
        return list(_claims(session, case))


def _claims(session: Session, case: Case) -> Iterator[float]:
    for _ in range(_CLAIMS):
        session.execute(text("UPDATE pace_slots SET next_at = '-infinity'"))
        session.commit()
        started = time.perf_counter()
        taken = claim(session, case.lane, case.size)
        session.commit()
        yield (time.perf_counter() - started) * 1000
        if len(taken.messages) != case.size:
            raise RuntimeError(f"a claim took {len(taken.messages)} of {case.size}: it is not the queue it should be")


@contextmanager
def _queue(session: Session, case: Case, statistics: str) -> Iterator[None]:
    if statistics == "empty":
        _analyze(session)
    _fill_queue(session, case)
    if statistics != "empty":
        _analyze(session)
    if statistics == "stale":
        _settle_all(session)
        _fill_queue(session, case)
    try:
        yield
    finally:
        session.rollback()
        _settle_all(session)
        # Gone, so that the next case finds the ledger as it was.
        session.execute(text("DELETE FROM outbox_messages WHERE topic = 'bench' AND provider_id IS NULL"))
        session.commit()
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("VACUUM outbox_messages"))
        session.close()


def _fill_queue(session: Session, case: Case) -> None:
    if case.lane == "letters":
        session.execute(text(_DUE_LETTERS), {"mailboxes": case.streams, "each": case.each})
        for number in range(1, case.streams + 1):
            mailbox = f"{number}@company{number % 20}.example"
            set_mailbox_pace(session, mailbox, _PER_HOUR, is_always_open=True)
    else:
        session.execute(text(_DUE_MAILS), {"campaigns": case.streams, "each": case.each})
    session.commit()


def _settle_all(session: Session) -> None:
    session.execute(
        text("UPDATE outbox_messages SET state = 'sent', settled_at = now() WHERE state IN ('due', 'sending')")
    )
    session.commit()


def _analyze(session: Session) -> None:
    session.execute(text("ANALYZE outbox_messages, outbox_turns, pace_slots"))
    session.commit()


if __name__ == "__main__":
    sys.exit(main())
