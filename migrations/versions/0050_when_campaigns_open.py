"""When a draft opens by itself, news that are not published yet, and what organizers note for one another.

Drafts of news are a table of their own: the release before reads all of `campaign_updates` as published.

Revision: 0050
After: 0049
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def _moment(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), **more)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("campaigns", _moment("opens_at"))
    op.add_column("campaigns", sa.Column("opens_zone", sa.Text))
    op.add_column("campaigns", sa.Column("notes", sa.Text, nullable=False, server_default=""))
    op.create_check_constraint(op.f("ck_campaigns_opens_at"), "campaigns", "(opens_at IS NULL) = (opens_zone IS NULL)")
    op.add_column("campaign_updates", _moment("corrected_at"))
    op.create_table(
        "update_drafts",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "public_id", UUID(as_uuid=True), nullable=False, unique=True, server_default=sa.text("uuidv7()")
        ),
        sa.Column("campaign_id", sa.BigInteger, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        _moment("publishes_at"),
        sa.Column("publishes_zone", sa.Text),
        _moment("created_at", nullable=False, server_default=sa.text("now()")),
        _moment("updated_at", nullable=False, server_default=sa.text("now()")),
        sa.CheckConstraint(
            "(publishes_at IS NULL) = (publishes_zone IS NULL)", name=op.f("ck_update_drafts_publishes_at")
        ),
    )
    op.create_index(op.f("ix_update_drafts_campaign_id"), "update_drafts", ["campaign_id"])
    op.create_index(
        op.f("ix_update_drafts_publishes_at"),
        "update_drafts",
        ["publishes_at"],
        postgresql_where=sa.text("publishes_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("update_drafts")
    op.drop_column("campaign_updates", "corrected_at")
    op.drop_constraint(op.f("ck_campaigns_opens_at"), "campaigns")
    op.drop_column("campaigns", "notes")
    op.drop_column("campaigns", "opens_zone")
    op.drop_column("campaigns", "opens_at")
