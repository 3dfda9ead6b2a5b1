"""What a leg tells of its day, who leads, and how many of a party are children.

Revision: 0010
After: 0008
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0010'
down_revision = "0009"
branch_labels = None
depends_on = None

TEXTS = ("pace", "rests", "meal_about", "lodging_about", "lodging_place", "transport", "bring")
FACTS = ("is_step_free", "has_wheelchair_van", "has_sign_language")


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    # With defaults, so that the release before writes on; a constant default rewrites no table.
    for name in TEXTS:
        op.add_column('event_legs', _by_name(name))
    for name in FACTS:
        op.add_column('event_legs', sa.Column(name, sa.Boolean(), nullable=True))
    op.add_column('events', _by_name('leads'))
    op.add_column('rsvps', _by_name('children'))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column('rsvps', 'children')
    op.drop_column('events', 'leads')
    for name in (*FACTS, *TEXTS):
        op.drop_column('event_legs', name)


def _by_name(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False)
