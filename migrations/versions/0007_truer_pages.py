"""Whom to ask at an organization, when news were corrected, and no art but that which is drawn.

Revision: 0007
After: 0006
"""

from alembic import op
import sqlalchemy as sa

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ARTS = "('', 'tomato', 'milk', 'hard-hat', 'needle', 'thread', 'fish', 'flower', 'sneaker', 'candle', 'feet')"


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.add_column("organizations", sa.Column("contact_url", sa.Text(), nullable=True))
    op.add_column(
        "campaign_updates",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    # What was corrected before is not known; to say "now" of all news would show them to every feed reader again.
    op.execute("UPDATE campaign_updates SET updated_at = published_at")
    # Art of another name was never shown.
    op.execute(f"UPDATE campaigns SET art = '' WHERE art NOT IN {_ARTS}")
    op.create_check_constraint(op.f("ck_campaigns_art"), "campaigns", f"art IN {_ARTS}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_campaigns_art"), "campaigns")
    op.drop_column("campaign_updates", "updated_at")
    op.drop_column("organizations", "contact_url")
