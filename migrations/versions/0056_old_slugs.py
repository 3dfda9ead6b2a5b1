"""The slugs that campaigns had before: each leads to its campaign for ever.

Revision: 0056
After: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_SLUG = "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "campaign_old_slugs",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("campaign_id", sa.BigInteger, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.CheckConstraint(_SLUG, name=op.f("ck_campaign_old_slugs_slug")),
    )
    op.create_index(op.f("ix_campaign_old_slugs_campaign_id"), "campaign_old_slugs", ["campaign_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("campaign_old_slugs")
