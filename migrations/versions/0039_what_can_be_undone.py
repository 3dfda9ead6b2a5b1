"""Until when a withdrawing can be undone; an organization's postal address; that a refusal was told how it ends.

Revision: 0039
After: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.add_column("actions", sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("organizations", sa.Column("postal_address", sa.Text(), nullable=True))
    op.add_column("suppressions", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("suppressions", "told_at")
    op.drop_column("organizations", "postal_address")
    op.drop_column("actions", "undo_until")
