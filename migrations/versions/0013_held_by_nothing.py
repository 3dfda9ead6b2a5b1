"""Let go messages that are held by nothing.

Revision: 0013
After: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# A message that became due while its hold was being lifted stayed held by nothing. Every hold has a switch.
_LET_GO = """
UPDATE outbox_messages m SET state = 'due', held_reason = NULL, available_at = greatest(m.available_at, now())
WHERE m.state = 'held' AND NOT EXISTS (
    SELECT FROM outbox_switches s WHERE s.is_hold AND (s.until IS NULL OR s.until > now())
      AND (s.lane IS NULL OR s.lane = m.lane) AND (s.campaign_id IS NULL OR s.campaign_id = m.campaign_id)
      AND (s.company_id IS NULL OR s.company_id = m.company_id) AND (s.mailbox IS NULL OR s.mailbox = m.mailbox))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute(_LET_GO)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
