"""Palettes by name, who shared, who was reminded, and cards.

Revision: 0005
After: 0004
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PALETTES = "('', 'tomato', 'milk', 'brick', 'indigo', 'plum', 'sea', 'bloom', 'court', 'night')"


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    # Colours written as such are not carried over: no page ever showed them.
    op.drop_column("campaigns", "palette")
    op.add_column("campaigns", sa.Column("palette", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_check_constraint(op.f("ck_campaigns_palette"), "campaigns", f"palette IN {_PALETTES}")
    op.add_column("actions", sa.Column("referred_by_id", sa.BigInteger(), nullable=True))
    op.add_column("actions", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_actions_referred_by_id",
        "actions",
        ["referred_by_id"],
        unique=False,
        postgresql_where=sa.text("referred_by_id IS NOT NULL"),
    )
    op.create_table(
        "campaign_cards",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_cards_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "language", name=op.f("pk_campaign_cards")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("campaign_cards")
    op.drop_index("ix_actions_referred_by_id", table_name="actions")
    op.drop_column("actions", "reminded_at")
    op.drop_column("actions", "referred_by_id")
    op.drop_constraint(op.f("ck_campaigns_palette"), "campaigns")
    op.drop_column("campaigns", "palette")
    op.add_column("campaigns", sa.Column("palette", JSONB(), nullable=True))
