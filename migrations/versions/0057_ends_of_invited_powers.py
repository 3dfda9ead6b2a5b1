"""When each power that an invitation gives ends, by the power's name: it begins with the membership, and may end before.

Revision: 0057
After: 0056
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("invitations", sa.Column("power_ends", JSONB, nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("invitations", "power_ends")
