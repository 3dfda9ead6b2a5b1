"""A lane of their own for receipts. Those that are due in the old lane go by it still.

Revision: 0027
After: 0026
"""

from collections.abc import Sequence

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_BEFORE = ("critical", "letters", "bulk", "housekeeping")
_NOW = ("critical", "receipts", "letters", "bulk", "housekeeping")
_SAME = "organization_id, campaign_id, broadcast_id, company_id, mailbox, domain"

_BACK = (
    f"INSERT INTO outbox_turns (stream, lane, {_SAME}) SELECT 'bulk' || substr(stream, length('receipts') + 1), 'bulk', "
    f"{_SAME} FROM outbox_turns WHERE lane = 'receipts' ON CONFLICT DO NOTHING",
    "UPDATE outbox_messages SET lane = 'bulk', stream = 'bulk' || substr(stream, length('receipts') + 1) "
    "WHERE lane = 'receipts'",
    "DELETE FROM outbox_turns WHERE lane = 'receipts'",
    "DELETE FROM outbox_switches WHERE lane = 'receipts'",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    _allow(_NOW)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    for statement in _BACK:
        op.execute(statement)
    _allow(_BEFORE)


def _allow(lanes: Sequence[str]) -> None:
    """Change the constraint in a moment: no row is looked through, since those that are there keep to it already."""
    names = ", ".join(f"'{lane}'" for lane in lanes)
    op.execute(
        "ALTER TABLE outbox_messages DROP CONSTRAINT ck_outbox_messages_lane, "
        f"ADD CONSTRAINT ck_outbox_messages_lane CHECK (lane IN ({names})) NOT VALID"
    )
