"""Since when a company has been asked, and what it answered.

Revision: 0043
After: 0042
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_SINCE = "asked_since ~ '^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$'"


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    answer = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("campaign_targets", sa.Column("asked_since", sa.Text(), server_default="", nullable=False))
    op.add_column("campaign_targets", sa.Column("answer", answer, server_default=sa.text("'{}'::jsonb"), nullable=False))
    op.add_column("campaign_targets", sa.Column("answered_on", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_campaign_targets_asked_since"), "campaign_targets", _SINCE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_campaign_targets_asked_since"), "campaign_targets")
    for name in ("answered_on", "answer", "asked_since"):
        op.drop_column("campaign_targets", name)
