"""Periodic work and the metrics read what is due, not what is stored: counted in rows, whatever statistics there are.

Tens of thousands of rows of each sort are stored, of which hardly any is due; each job's batches are run, and the rows
are counted that PostgreSQL took from tables and indexes for them.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, event, text

from campaign.delivery.service import metrics
from campaign.demonstration import load_demo
from campaign.features import JOBS, KINDS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.installation import Installation
from campaign.outbox.census import go_round
from campaign.pledges.auditing import audit_tallies
from campaign.ticker import Ticker
from tests.actions.stage import settings_of

STORED = 20_000
DUE = 5
MOST = 2_000
"""Rows that a batch may read: the demonstration's own small tables a few times, and what is due; a tenth of what is
stored of any one sort."""

SLICED = {
    "outbox.count": lambda session: go_round(session, 500),
    "petitions.audit_tallies": lambda session: audit_tallies(session, 500),
}
"""Jobs that go round everything, as they go with small slices; by themselves they read as much as a slice has."""

_PEOPLE = """
INSERT INTO people (email, email_display, language) SELECT e, e, 'en'
FROM generate_series(1, :stored) n, LATERAL (SELECT 'stored.' || n || '@example.org') m(e)
"""
# What is stored of one campaign in one state: nobody's word for it but the columns that the work looks at.
_ACTIONS = """
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, is_held, number, door,
    created_at, asked_at, reminded_at, confirmed_at)
SELECT 'pledge', c.id, CASE WHEN c.is_high_safety THEN NULL ELSE p.id END, k.key, k.key, :state, true, :is_held,
    CASE WHEN :state = 'confirmed' THEN n END, 'form', t.at, t.at, CASE WHEN :is_reminded THEN t.at END,
    CASE WHEN :state = 'confirmed' THEN t.at END
FROM generate_series(1, :count) n JOIN people p ON p.id = n, campaigns c,
    LATERAL (SELECT now() - CAST(:youngest AS interval) - n * interval '1 second') t(at),
    LATERAL (SELECT sha256((:name || n)::bytea)) k(key)
WHERE c.slug = :slug
"""
_KINDS_OF_ACTIONS = (
    # name, slug, state, held, reminded, youngest, how many
    ("confirmed", "fair-food", "confirmed", False, False, "2 days", STORED),
    ("reminded", "fair-food", "waiting", False, True, "2 days", STORED),
    ("held", "fair-food", "waiting", True, False, "2 days", STORED),
    ("asked today", "fair-food", "waiting", False, False, "1 hour", STORED),
    ("safe", "justice-for-shahidul", "waiting", False, False, "2 days", STORED),
    ("to thank", "milk-with-dignity", "confirmed", False, False, "1 hour", DUE),
    ("to remind", "milk-with-dignity", "waiting", False, False, "2 days", DUE),
    ("to purge", "milk-with-dignity", "waiting", False, True, "31 days", DUE),
)
_TALLIES = """
UPDATE campaign_tallies t SET confirmed = s.count, last_number = s.count FROM (
    SELECT campaign_id, count(*) FROM actions WHERE state = 'confirmed' GROUP BY 1) s WHERE t.campaign_id = s.campaign_id
"""
_OUTBOX = """
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, action_id, mailbox, domain, payload, attempts,
    available_at, sent_at, settled_at)
SELECT :lane, :lane || '.1', 't.t', :state, 1, n, CASE WHEN :lane = 'letters' THEN 'ceo@kroger.example' END,
    CASE WHEN :lane = 'letters' THEN 'kroger.example' END, '{}', 1, t.at, t.at,
    CASE WHEN :state NOT IN ('due', 'waiting') THEN t.at END
FROM generate_series(1, :count) n, LATERAL (SELECT now() - CAST(:youngest AS interval) - n * interval '1 second') t(at)
"""
_KINDS_OF_MESSAGES = (
    ("critical", "delivered", "2 days", STORED),
    ("bulk", "delivered", "2 days", STORED),
    ("letters", "delivered", "100 days", STORED),
    ("letters", "waiting", "2 days", DUE),
    ("critical", "due", "1 hour", DUE),
    ("critical", "delivered", "31 days", DUE),
)
_OTHERS = [
    "\nINSERT INTO outbox_turns (stream, lane, campaign_id, company_id, mailbox, domain) VALUES\n    ('critical.1', 'critical', 1, 0, '', ''), ('bulk.1', 'bulk', 1, 0, '', ''),\n    ('letters.1', 'letters', 1, 1, 'ceo@kroger.example', 'kroger.example')",
    "\nINSERT INTO my_links (person_id, expires_at)\nSELECT n, now() + (n - :due) * interval '1 minute' FROM generate_series(1, :stored) n",
    "\nINSERT INTO delivery_events (sg_event_id, at, kind, received_at)\nSELECT n::text, now(), 'delivered', now() - interval '90 days' + (n - :due) * interval '1 minute'\nFROM generate_series(1, :stored) n",
    "\n-- Half come to an event that is over and forgotten, half to one of next month.\nWITH events AS (\n    SELECT id, campaign_id, row_number() OVER (ORDER BY id) AS place FROM events ORDER BY id LIMIT 2\n), coming AS (\n    INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, door, confirmed_at)\n    SELECT 'rsvp', e.campaign_id, n, k.key, k.key, 'confirmed', false, 'form', now() - interval '60 days'\n    FROM generate_series(1, :stored) n JOIN events e ON e.place = 1 + n % 2,\n        LATERAL (SELECT sha256(('come' || n)::bytea)) k(key)\n    RETURNING id, person_id\n)\nINSERT INTO rsvps (action_id, event_id, signer_key, is_standing)\nSELECT c.id, e.id, sha256(c.id::text::bytea), true\nFROM coming c JOIN events e ON e.place = 1 + c.person_id % 2",
    "\nUPDATE event_legs l SET starts_at = now() + d.away, ends_at = now() + d.away + interval '3 hours' FROM (\n    SELECT id, CASE row_number() OVER (ORDER BY id) WHEN 1 THEN interval '-60 days' ELSE interval '30 days' END AS away\n    FROM events ORDER BY id LIMIT 2) d\nWHERE l.event_id = d.id",
    "\nUPDATE events SET purged_at = now() WHERE id = (SELECT min(id) FROM events)",
    "\nINSERT INTO rsvp_claims (action_id, leg_id, resource, amount, state)\nSELECT r.action_id, l.id, 'place', 1, 'going'\nFROM rsvps r JOIN LATERAL (SELECT min(id) AS id FROM event_legs WHERE event_id = r.event_id) l ON true",
    "\nINSERT INTO campaign_days\nSELECT campaign_id, now()::date - 2, confirmed FROM campaign_tallies JOIN campaigns c ON c.id = campaign_id\nWHERE slug <> 'milk-with-dignity'\n",
]
_READ = text("""
SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(oid)), 0) FROM pg_class
WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
""")


class Reader:
    """An installation in which every transaction says at its end how many rows it took from tables and indexes."""

    def __init__(self, url):
        self.engine = create_engine(url)
        self.read = []
        self.sessions = Installation(settings_of(url)).sessions(self.engine)
        for name in ("commit", "rollback"):
            event.listen(self.engine, name, self._note)

    def _note(self, connection):
        self.read.append(int(connection.scalar(_READ)))
        connection.execute(text("SELECT pg_stat_force_next_flush()"))  # the next transaction begins at nothing

    def of(self, work):
        """Do something in a session; return the most rows that a transaction of it took."""
        self.read.clear()
        with self.sessions() as session:
            work(session)
            session.rollback()
        return max(self.read)


@pytest.fixture(scope="module")
def stored(clone_database):
    """The URL of a database with all of it, whose statistics say that it is empty."""
    url = clone_database("reads")
    made = Reader(url)
    with made.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for table in ("actions", "outbox_messages", "people", "my_links", "delivery_events", "rsvps", "rsvp_claims"):
            connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
        connection.execute(text("VACUUM ANALYZE"))
    with made.sessions() as session, session.begin():
        load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
        session.execute(text(_PEOPLE), {"stored": STORED})
        for name, slug, state, is_held, is_reminded, youngest, count in _KINDS_OF_ACTIONS:
            values = {"name": name, "slug": slug, "state": state, "is_held": is_held, "is_reminded": is_reminded}
            session.execute(text(_ACTIONS), values | {"youngest": youngest, "count": count})
        session.execute(text(_TALLIES))
        for lane, state, youngest, count in _KINDS_OF_MESSAGES:
            session.execute(text(_OUTBOX), {"lane": lane, "state": state, "youngest": youngest, "count": count})
        for statement in _OTHERS:
            session.execute(text(statement), {"stored": STORED, "due": DUE})
    made.engine.dispose()
    return url


@pytest.fixture(scope="module", params=["statistics of empty tables", "true statistics"])
def reader(request, clone_database, stored):
    made = Reader(clone_database("reads", of=stored))
    if request.param == "true statistics":
        with made.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_reads_what_is_due(reader, job):
    assert reader.of(SLICED.get(job.name, job.run)) < MOST


def test_the_jobs_that_were_measured_found_what_is_due(reader):
    done = {}

    def work(session):
        for job in JOBS:
            if job.name not in SLICED:
                done[job.name] = job.run(session)

    reader.of(work)
    for name in ("actions.remind", "actions.thank", "actions.purge_unconfirmed"):
        assert done[name] == DUE, name
    assert done["actions.purge_links"] in {DUE - 1, DUE}
    assert done["delivery.purge"] >= 2 * DUE - 1


def test_the_metrics_read_what_is_open(reader):
    assert reader.of(metrics) < MOST
    for kind in KINDS:
        if kind.metrics is not None:
            assert reader.of(kind.metrics) < MOST


def test_a_ticker_reads_what_is_urgent(reader):
    ticker = Ticker(reader.sessions, JOBS, lambda _lane: None)
    reader.read.clear()
    assert ticker.tick()
    assert max(reader.read) < MOST


def test_reading_is_really_counted(reader):
    assert reader.of(lambda session: session.scalar(text("SELECT count(*) FROM delivery_events"))) >= STORED
    walk = "SELECT count(*) FROM my_links WHERE expires_at > now() - interval '1 year'"
    assert reader.of(lambda session: session.scalar(text(walk))) >= STORED - DUE
