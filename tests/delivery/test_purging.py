"""What is to be forgotten is forgotten to the last row, however many fall due in an hour.

`CAMPAIGN_TEST_PURGED=500000` is more than a day of 480,000.
"""

import os

import pytest
from sqlalchemy import text

from campaign.delivery.jobs import JOBS
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.periodic import Rounds

MANY = int(os.environ.get("CAMPAIGN_TEST_PURGED", "21000"))
"""More than four batches of each sort."""

_MAILS = text("""
INSERT INTO outbox_messages (lane, stream, topic, state, payload, settled_at)
SELECT 'bulk', (SELECT stream FROM outbox_turns), 't.t', 'sent', '{}', now() - CAST(:age AS interval)
FROM generate_series(1, :count)
""")
_EVENTS = text("""
INSERT INTO delivery_events (sg_event_id, at, kind, received_at)
SELECT :age || n, now(), 'delivered', now() - CAST(:age AS interval)
FROM generate_series(1, CAST(:count AS bigint)) n
""")
_RULES = text("""
WITH brakes AS (
    INSERT INTO outbox_switches (lane, campaign_id, reason, until)
    SELECT 'bulk', n, 'stop', now() - CAST(:age AS interval) FROM generate_series(1, :count) n
)
INSERT INTO suppressions (address_hash, kind, campaign_id, created_at)
SELECT sha256(n::text::bytea), 'not_me', 1, now() - CAST(:age AS interval) FROM generate_series(1, :count) n
""")
PURGES = [job for job in JOBS if job.name in ("delivery.purge", "delivery.purge_rules")]


@pytest.mark.parametrize("slice_seconds", [10.0, 0.0], ids=["one slice", "a batch a slice"])
def test_nothing_is_left_to_forget(session, sessions, slice_seconds):
    append(session, [NewMessage("bulk", "t.t", campaign_id=1)])  # its stream; it stays
    session.execute(_MAILS, {"age": "31 days", "count": MANY})
    session.execute(_EVENTS, {"age": "91 days", "count": MANY})
    session.execute(_RULES, {"age": "91 days", "count": MANY})
    session.execute(_MAILS, {"age": "29 days", "count": 3})
    session.execute(_EVENTS, {"age": "89 days", "count": 4})
    session.commit()
    rounds = Rounds(sessions, PURGES, slice_seconds=slice_seconds)
    while rounds.go_round():
        pass
    counts = [
        session.scalar(text(f"SELECT count(*) FROM {table}"))
        for table in ("outbox_messages", "delivery_events", "outbox_switches", "suppressions")
    ]
    assert counts == [1 + 3, 4, 0, 0]
