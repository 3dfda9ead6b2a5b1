"""Streams and switches know the organization and the broadcast.

What the release before this one wrote down as held is made due by the ticker, a few thousand at a time: holds stop its
stream just so. Going down, that release's own ticker writes it down again.

Revision: 0026
After: 0025
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_SCOPE = ("lane", "organization_id", "campaign_id", "broadcast_id", "company_id", "mailbox", "reason")
_NEW = ("organization_id", "broadcast_id")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    for name in _NEW:
        op.add_column("outbox_turns", sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False))
        op.add_column("outbox_switches", sa.Column(name, sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE outbox_turns t SET organization_id = c.organization_id FROM campaigns c WHERE c.id = t.campaign_id"
    )
    op.drop_constraint("uq_outbox_switches_scope", "outbox_switches")
    _make_unique(_SCOPE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    # The release before this one would read them as wider than they are: as stops of everything.
    op.execute("DELETE FROM outbox_switches WHERE organization_id IS NOT NULL OR broadcast_id IS NOT NULL")
    op.drop_constraint("uq_outbox_switches_scope", "outbox_switches")
    for name in _NEW:
        op.drop_column("outbox_switches", name)
        op.drop_column("outbox_turns", name)
    _make_unique([column for column in _SCOPE if column not in _NEW])


def _make_unique(columns: Sequence[str]) -> None:
    """Build the constraint in the way of writers: the table is a handful of rows, and it lasts a moment."""
    op.execute(
        "ALTER TABLE outbox_switches ADD CONSTRAINT uq_outbox_switches_scope "
        f"UNIQUE NULLS NOT DISTINCT ({', '.join(columns)})"
    )
