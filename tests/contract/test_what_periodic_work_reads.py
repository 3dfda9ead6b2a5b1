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
from campaign.kernel.base import Base
from campaign.kernel.installation import Installation
from campaign.outbox.census import go_round
from campaign.pledges.auditing import audit_tallies
from campaign.ticker import Ticker
from tests.actions.stage import settings_of
from tests.much_stored import PEOPLE, store_much

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
        for table in Base.metadata.sorted_tables:
            connection.execute(text(f"ALTER TABLE {table.name} SET (autovacuum_enabled = false)"))
        connection.execute(text("VACUUM ANALYZE"))
    with made.sessions() as session, session.begin():
        load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
        session.execute(PEOPLE, {"stored": STORED})
        store_much(session, STORED, DUE)
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
