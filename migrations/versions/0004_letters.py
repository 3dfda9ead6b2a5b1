"""Letters.

Revision: 0004
After: 0003
"""

from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("executive_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_letters_action_id_actions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["executive_id"], ["executives.id"], name=op.f("fk_letters_executive_id_executives")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("action_id", "executive_id", name=op.f("uq_letters_action_id_executive_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letters_public_id")),
    )
    op.create_index(op.f("ix_letters_executive_id"), "letters", ["executive_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_letters_executive_id"), table_name="letters")
    op.drop_table("letters")
