"""A database that has seen years: the demonstration's campaigns, and any number of stored, confirmed pledges."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.demonstration import load_demo
from campaign.events.models import Event, Leg
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from tests.bench.feeds import LEGS, MARCH, SLUG
from tests.bench.servers import Stack

_STEP = 250_000

# One confirmed pledge each, with all that the service keeps of it: person, action, supporter, consent, settled mail.
_PLEDGES = """
WITH persons AS (
    INSERT INTO people (email, email_display, language)
    SELECT e, e, 'en' FROM generate_series(%(first)s::bigint, %(last)s) n, LATERAL (SELECT 'stored.' || n || '@example.org') m(e)
    RETURNING id, email, CAST(split_part(split_part(email, '@', 1), '.', 2) AS bigint) AS n
), stored AS (
    INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, number, given_name,
        family_name, language, postal_code, country, show_name, wording_id, door, created_at, asked_at, confirmed_at)
    SELECT 'pledge', c.id, p.id, t.key, t.key, 'confirmed', true, n, 'Ana',
        'Ruiz ' || n, 'en', '34142', 'US', n %% 3 = 0, w.id, 'form', t.at, t.at, t.at
    FROM persons p JOIN campaigns c ON c.slug = %(slug)s
    JOIN consent_wordings w ON w.organization_id = c.organization_id,
    LATERAL (SELECT now() - interval '3 years' + n * interval '9 seconds', substr(sha256(p.email::bytea), 1, 16)) t(at, key)
    ORDER BY n
    RETURNING id, campaign_id, person_id, family_name, number, wording_id, created_at
), known AS (
    INSERT INTO supporters (organization_id, person_id, given_name, family_name, sort_key, postal_code, country,
        updated_at)
    SELECT c.organization_id, s.person_id, 'Ana', s.family_name, lower(s.family_name) || ' ana', '34142', 'US',
        s.created_at
    FROM stored s JOIN campaigns c ON c.id = s.campaign_id
), agreed AS (
    INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at)
    SELECT c.organization_id, s.person_id, s.wording_id, true, 'form', s.created_at
    FROM stored s JOIN campaigns c ON c.id = s.campaign_id
), mailed AS (
    INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, organization_id, action_id, person_id,
        recipient_key, payload, attempts, provider_id, created_at, sent_at, settled_at)
    SELECT 'critical', 'critical:' || s.campaign_id, 'actions.confirm', 'delivered', s.campaign_id, c.organization_id,
        s.id, s.person_id, substr(sha256(s.family_name::bytea), 1, 16), '{}', 1, s.id::text, s.created_at, s.created_at, s.created_at
    FROM stored s JOIN campaigns c ON c.id = s.campaign_id
)
UPDATE campaign_tallies t SET confirmed = confirmed + s.count, last_number = last_number + s.count, as_of = now()
FROM (SELECT campaign_id, count(*) AS count FROM stored GROUP BY campaign_id) s WHERE t.campaign_id = s.campaign_id
"""
_STREAM = """
INSERT INTO outbox_turns (stream, lane, organization_id, campaign_id, company_id, mailbox, domain)
SELECT 'critical:' || id, 'critical', organization_id, id, 0, '', '' FROM campaigns WHERE slug = %(slug)s
"""
_WORDING = """
INSERT INTO consent_wordings (organization_id, language, text)
SELECT organization_id, 'en', 'As it was.' FROM campaigns WHERE slug = %(slug)s
"""


_TABLES = ("people", "actions", "supporters", "consents", "outbox_messages")
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype IN ('f', 'u') AND conrelid = ANY(CAST(%(tables)s::text[] AS regclass[])) ORDER BY contype DESC
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
WHERE indrelid = ANY(CAST(%(tables)s::text[] AS regclass[]))
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid)
"""


def _make_march(session: Session) -> None:
    """A march of many legs, each with a capacity that nobody reaches: it is counted all the same."""
    campaign_id = session.scalar(select(Campaign.id).where(Campaign.slug == SLUG))
    march = Event(
        slug=MARCH,
        campaign_id=campaign_id,
        kind="march",
        status="published",
        timezone="America/New_York",
        title={"en": "A long march"},
        summary={"en": "Day after day."},
        bring={},
        asks=[],
    )
    session.add(march)
    session.flush()
    first = datetime.now(UTC) + timedelta(days=30)
    for day in range(LEGS):
        starts_at = first + timedelta(days=day)
        columns = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=8), "capacity": 1_000_000}
        session.add(Leg(event_id=march.id, position=day + 1, title={"en": f"Day {day + 1}"}, **columns))


def make_stored(stack: Stack, database: str, count: int) -> None:
    """Make `database` with `count` confirmed pledges in one campaign, vacuumed as autovacuum would have by then."""
    stack.make_database(database)
    inside = stack.installation(database)
    with inside.sessions() as session, session.begin():
        load_demo(session, OPERATOR, datetime.now(UTC), lambda *_: False, SECTIONS)
        _make_march(session)
    inside.engine.dispose()
    with stack.connect(database) as connection:
        connection.execute("CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                           "email text NOT NULL UNIQUE, at timestamptz NOT NULL DEFAULT now())")  # fmt: skip
        connection.execute(_WORDING, {"slug": SLUG})
        connection.execute(_STREAM, {"slug": SLUG})
        with _without_indexes(connection):
            for first in range(1, count + 1, _STEP):
                values = {"first": first, "last": min(first + _STEP - 1, count), "slug": SLUG}
                connection.execute(_PLEDGES, values)
                if count > _STEP:
                    sys.stderr.write(f"\r{database}: {values['last']:,} of {count:,} pledges stored ")
                    sys.stderr.flush()
        connection.execute("VACUUM ANALYZE")
    if count > _STEP:
        sys.stderr.write("\n")


@contextmanager
def _without_indexes(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """Take away what makes each row dear, and bring it back afterwards, as a restore does: a third of the time."""
    constraints = connection.execute(_CONSTRAINTS, {"tables": list(_TABLES)}).fetchall()
    indexes = connection.execute(_INDEXES, {"tables": list(_TABLES)}).fetchall()
    # What others hang on a unique constraint does not hang on these.
    for table, name, _ in constraints:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'.encode())
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"'.encode())
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        connection.execute(str(definition).encode())
    for table, name, definition in constraints:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'.encode())
