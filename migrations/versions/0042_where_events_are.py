"""What people ask before they come: the street address, where a march leads from and to, a phone for the day.

Revision: 0042
After: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("events", "day_phone"),
    ("event_places", "street_address"),
    ("event_legs", "street_address"),
    ("event_legs", "start_name"),
    ("event_legs", "end_name"),
)


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
