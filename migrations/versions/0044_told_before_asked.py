"""What is told before anything is asked: a campaign's standfirst, and who an organization is.

Revision: 0044
After: 0043
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    empty = sa.text("'{}'::jsonb")
    op.add_column("campaigns", sa.Column("standfirst", postgresql.JSONB(), server_default=empty, nullable=False))
    op.add_column("organizations", sa.Column("about", postgresql.JSONB(), server_default=empty, nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("organizations", "about")
    op.drop_column("campaigns", "standfirst")
