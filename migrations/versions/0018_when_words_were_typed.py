"""When the words that a row holds were typed.

Nullable and without a default, so that no table is written anew and the release that runs meanwhile goes on.

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_COLUMNS = (("actions", "typed_at"), ("supporters", "typed_at"), ("rsvps", "changed_at"))


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
