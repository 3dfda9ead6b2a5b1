"""Where an office's address was found and when it was checked; what organizations propose of shared rows.

Revision: 0048
After: 0047
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("executives", sa.Column("source", sa.Text, nullable=False, server_default=_EMPTY))
    op.add_column("executives", sa.Column("checked_on", sa.Date))
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("public_id", UUID(as_uuid=True), nullable=False, unique=True, server_default=sa.text("uuidv7()")),
        sa.Column(
            "organization_id", sa.BigInteger, sa.ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("thing", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="open"),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_account", UUID(as_uuid=True)),
        sa.Column("reason", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("decided_by", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.CheckConstraint("thing IN ('company', 'agreement')", name="thing"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
    )
    op.create_index("ix_proposals_organization_id_id", "proposals", ["organization_id", "id"])
    op.create_index("ix_proposals_open", "proposals", ["thing", "slug"], postgresql_where=sa.text("state = 'open'"))
    op.create_index(
        "ix_proposals_decided", "proposals", ["decided_at"], postgresql_where=sa.text("decided_at IS NOT NULL")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("proposals")
    op.drop_column("executives", "checked_on")
    op.drop_column("executives", "source")
