"""A little that is due beside much that is stored, of every sort of row that periodic work and `/metrics` look at.

Written by statements of their own, a few seconds for a million rows: nobody's words, only the columns that are looked
at. The demonstration must be loaded, and a person stored for each number up to `stored`.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

PEOPLE = text("""
INSERT INTO people (email, email_display, language) SELECT e, e, 'en'
FROM generate_series(1, :stored) n, LATERAL (SELECT 'stored.' || n || '@example.org') m(e)
""")
# What is stored of one campaign in one state.
_ACTIONS = text("""
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, is_held, number, door,
    created_at, asked_at, reminded_at, confirmed_at)
SELECT 'pledge', c.id, CASE WHEN c.is_high_safety THEN NULL ELSE p.id END, k.key, k.key, :state, true, :is_held,
    CASE WHEN :state = 'confirmed' THEN n END, 'form', t.at, t.at, CASE WHEN :is_reminded THEN t.at END,
    CASE WHEN :state = 'confirmed' THEN t.at END
FROM generate_series(1, :count) n JOIN people p ON p.id = n, campaigns c,
    LATERAL (SELECT now() - CAST(:youngest AS interval) - n * interval '1 second') t(at),
    LATERAL (SELECT sha256((:name || n)::bytea)) k(key)
WHERE c.slug = :slug
""")
CONFIRMED = "confirmed"
_KINDS_OF_ACTIONS = (
    # name, slug, state, held, reminded, youngest, whether they are many
    (CONFIRMED, "fair-food", "confirmed", False, False, "2 days", True),
    ("reminded", "fair-food", "waiting", False, True, "2 days", True),
    ("held", "fair-food", "waiting", True, False, "2 days", True),
    ("asked today", "fair-food", "waiting", False, False, "1 hour", True),
    ("safe", "justice-for-shahidul", "waiting", False, False, "2 days", True),
    ("to thank", "milk-with-dignity", "confirmed", False, False, "1 hour", False),
    ("to remind", "milk-with-dignity", "waiting", False, False, "2 days", False),
    ("to purge", "milk-with-dignity", "waiting", False, True, "31 days", False),
)
_TALLIES = text("""
UPDATE campaign_tallies t SET confirmed = s.count, last_number = s.count FROM (
    SELECT campaign_id, count(*) FROM actions WHERE state = 'confirmed' GROUP BY 1) s WHERE t.campaign_id = s.campaign_id
""")
_OUTBOX = text("""
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, action_id, mailbox, domain, payload, attempts,
    available_at, sent_at, settled_at, reason)
SELECT :lane, :lane || '.1', 't.t', :state, 1, n, CASE WHEN :lane = 'letters' THEN 'ceo@kroger.example' END,
    CASE WHEN :lane = 'letters' THEN 'kroger.example' END, '{}', 1, t.at, CASE WHEN :is_over THEN t.at END,
    CASE WHEN :is_over THEN t.at END, NULL
FROM generate_series(1, :count) n, LATERAL (SELECT now() - CAST(:youngest AS interval) - n * interval '0.1 second') t(at)
""")
_KINDS_OF_MESSAGES = (
    # lane, state, youngest, how many
    ("critical", "delivered", "2 days", "stored"),
    ("bulk", "delivered", "2 days", "stored"),
    ("receipts", "delivered", "1 hour", "stored"),
    ("receipts", "complained", "1 hour", "one"),
    ("letters", "delivered", "100 days", "stored"),
    ("letters", "waiting", "2 days", "stored"),
    ("letters", "due", "2 days", "stored"),
    ("letters", "dead", "2 days", "stored"),
    ("letters", "unknown", "2 days", "due"),
    ("critical", "due", "1 hour", "due"),
    ("critical", "delivered", "31 days", "due"),
)
_OPEN = ("due", "waiting")
_TURNS_OF_STREAMS = text("""
INSERT INTO outbox_turns (stream, lane, campaign_id, company_id, mailbox, domain) VALUES
    ('critical.1', 'critical', 1, 0, '', ''), ('bulk.1', 'bulk', 1, 0, '', ''), ('receipts.1', 'receipts', 1, 0, '', ''),
    ('letters.1', 'letters', 1, 1, 'ceo@kroger.example', 'kroger.example')
""")
_OTHERS = [
    text(statement)
    for statement in (
        """
INSERT INTO my_links (person_id, expires_at)
SELECT n, now() + (n - :due) * interval '1 hour' FROM generate_series(1, :stored) n""",
        """
INSERT INTO delivery_events (sg_event_id, at, kind, received_at)
SELECT n::text, now(), 'delivered', now() - interval '90 days' + (n - :due) * interval '1 hour'
FROM generate_series(1, :stored) n""",
        # A third come to an event that is over and forgotten, a third to one of next month, a third to one of next
        # week, of whom all but `due` were reminded.
        """
WITH events AS (
    SELECT id, campaign_id, row_number() OVER (ORDER BY id) AS place FROM events ORDER BY id LIMIT 3
), coming AS (
    INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, door, confirmed_at)
    SELECT 'rsvp', e.campaign_id, n, k.key, k.key, 'confirmed', false, 'form', now() - interval '60 days'
    FROM generate_series(1, :stored) n JOIN events e ON e.place = 1 + n % 3,
        LATERAL (SELECT sha256(('come' || n)::bytea)) k(key)
    RETURNING id, person_id
)
INSERT INTO rsvps (action_id, event_id, signer_key, is_standing)
SELECT c.id, e.id, sha256(c.id::text::bytea), true
FROM coming c JOIN events e ON e.place = 1 + c.person_id % 3""",
        """
UPDATE event_legs l SET starts_at = now() + d.away, ends_at = now() + d.away + interval '3 hours' FROM (
    SELECT id, CASE row_number() OVER (ORDER BY id) WHEN 1 THEN interval '-60 days' WHEN 2 THEN interval '30 days'
        ELSE interval '6 days' END AS away FROM events ORDER BY id LIMIT 3) d
WHERE l.event_id = d.id""",
        "UPDATE events SET purged_at = now() WHERE id = (SELECT min(id) FROM events)",
        """
INSERT INTO rsvp_claims (action_id, leg_id, resource, amount, state, looked_at)
SELECT r.action_id, l.id, 'place', 1, 'going', CASE
    WHEN l.starts_at BETWEEN now() AND now() + interval '7 days'
        AND row_number() OVER (PARTITION BY l.id ORDER BY r.action_id) > :due THEN now() - interval '20 hours'
    ELSE 'epoch' END
FROM rsvps r JOIN LATERAL (SELECT id, starts_at FROM event_legs WHERE event_id = r.event_id ORDER BY id LIMIT 1) l ON true""",
        """
INSERT INTO outbox_messages (lane, stream, topic, state, campaign_id, action_id, payload, attempts, sent_at, settled_at)
SELECT 'critical', 'critical.1', 'events.week_before', 'delivered', 1, action_id, '{}', 1, looked_at, looked_at
FROM rsvp_claims WHERE looked_at > 'epoch'""",
        """
INSERT INTO campaign_days
SELECT campaign_id, now()::date - 2, confirmed FROM campaign_tallies JOIN campaigns c ON c.id = campaign_id
WHERE slug <> 'milk-with-dignity' ON CONFLICT DO NOTHING""",
        # Dead mailboxes for ever, refusals for 90 days.
        """
INSERT INTO suppressions (address_hash, kind, created_at)
SELECT sha256(n::text::bytea), 'bounce', now() - n * interval '1 minute' FROM generate_series(1, :stored) n""",
        """
INSERT INTO suppressions (address_hash, kind, campaign_id, created_at)
SELECT sha256(n::text::bytea), 'not_me', 1, now() - interval '90 days' + (n - :due) * interval '1 hour'
FROM generate_series(1, :stored) n""",
        """
INSERT INTO mailbox_allowances (key, hours, wanted, granted, is_late, last_hour)
SELECT sha256(n::text::bytea), ARRAY[h.now], 1, 1, false, CASE WHEN n <= :due THEN h.now - 2 ELSE h.now + 24 END
FROM generate_series(1, :stored) n, LATERAL (SELECT CAST(extract(epoch FROM now()) / 3600 AS int)) h(now)""",
        """
INSERT INTO letter_turns (writer_key, executive_id, goes_at)
SELECT sha256(n::text::bytea), e.id, now() - interval '7 days' + (n - :due) * interval '1 hour'
FROM generate_series(1, :stored) n, LATERAL (SELECT min(id) AS id FROM executives) e""",
        """
INSERT INTO audit_entries (at, who, verb, thing)
SELECT now() - interval '730 days' + (n - :due) * interval '1 hour', 'somebody', 'change', 'campaign'
FROM generate_series(1, :stored) n""",
        """
INSERT INTO revisions (thing, thing_id, number, at, door, who, changes)
SELECT 'nothing', n, 1, now() - interval '730 days' + (n - :due) * interval '1 hour', 'load', 'somebody', '[]'
FROM generate_series(1, :stored) n""",
        # Of high safety: those of today are noted, those of yesterday are to be mixed.
        """
INSERT INTO unmixed_actions (action_id, day)
SELECT id, date_trunc('day', now(), 'UTC') - CASE WHEN row_number() OVER (ORDER BY id) <= :due THEN interval '1 day'
    ELSE interval '0' END
FROM actions WHERE campaign_id = (SELECT id FROM campaigns WHERE slug = 'justice-for-shahidul')
ORDER BY id LIMIT :stored""",
        """
INSERT INTO reviews (action_id, ends_at)
SELECT a.id, now() + (row_number() OVER (ORDER BY id) - :due) * interval '1 minute'
FROM actions a WHERE is_held ORDER BY id LIMIT :stored""",
    )
]


def store_much(session: Session, stored: int, due: int, *, without: tuple[str, ...] = ()) -> None:
    """Store `stored` rows of each sort that is not due, and `due` of each that is.

    `without`: the sorts of actions that are there already.
    """
    for name, slug, state, is_held, is_reminded, youngest, is_many in _KINDS_OF_ACTIONS:
        if name not in without:
            values = {"name": name, "slug": slug, "state": state, "is_held": is_held, "is_reminded": is_reminded}
            session.execute(_ACTIONS, values | {"youngest": youngest, "count": stored if is_many else due})
    session.execute(_TALLIES)
    counts = {"stored": stored, "due": due, "one": 1}
    for lane, state, youngest, how_many in _KINDS_OF_MESSAGES:
        values = {"lane": lane, "state": state, "youngest": youngest, "is_over": state not in _OPEN}
        session.execute(_OUTBOX, values | {"count": counts[how_many]})
    session.execute(_TURNS_OF_STREAMS)
    for statement in _OTHERS:
        session.execute(statement, {"stored": stored, "due": due})
