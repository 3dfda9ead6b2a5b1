"""What is under review, why and how long; and who wrote to which office within a week.

What the release before this one holds while both run has no row here, and so no end: an operator decides of it.

Revision: 0019
After: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "reviews",
        sa.Column("action_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_reviews_action_id_actions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_ends_at", "reviews", ["ends_at"], postgresql_where=sa.text("ends_at IS NOT NULL"))
    # Nobody was told a day so far, so theirs begin now.
    op.execute("""
        INSERT INTO reviews (action_id, ends_at)
        SELECT id, now() + interval '30 days' FROM actions WHERE is_held AND state = 'held'
    """)
    op.create_table(
        "letter_turns",
        sa.Column("writer_key", sa.LargeBinary(), nullable=False),
        sa.Column("executive_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=True),
        sa.Column("goes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["executive_id"], ["executives.id"], name=op.f("fk_letter_turns_executive_id_executives"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("writer_key", "executive_id", name=op.f("pk_letter_turns")),
    )
    op.create_index("ix_letter_turns_action_id", "letter_turns", ["action_id"])
    op.create_index("ix_letter_turns_executive_id", "letter_turns", ["executive_id"])
    op.create_index("ix_letter_turns_goes_at", "letter_turns", ["goes_at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("letter_turns")
    op.drop_table("reviews")
