"""When a place was looked at for reminders; how many messages are open, counted once a minute.

Revision: 0035
After: 0034
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    # A default that is a constant: no row is written.
    looked_at = sa.Column("looked_at", sa.DateTime(timezone=True), server_default=sa.text("'epoch'"), nullable=False)
    op.add_column("rsvp_claims", looked_at)
    still_open = sa.Column(
        "still_open", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
    )
    op.add_column("outbox_census", still_open)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.drop_column("outbox_census", "still_open")
    op.drop_column("rsvp_claims", "looked_at")
