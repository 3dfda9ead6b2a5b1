"""Who is asked to confirm: how much a mailbox got today, how mail that asks is answered, and from where parties wait.

New tables, not logged: what they hold is of a day, and neither the log nor a standby is to keep it. One column, nullable
and without a default, so that no table is written anew and the release that runs meanwhile goes on.

Revision: 0021
After: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "mailbox_allowances",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hours", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("last_hour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mailbox_allowances")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_mailbox_allowances_last", "mailbox_allowances", ["last_hour"])
    op.create_table(
        "stranger_levels",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("braked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stranger_levels")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "stranger_credits",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger_credits")),
        prefixes=["UNLOGGED"],
    )
    op.add_column("rsvps", sa.Column("network_key", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("rsvps", "network_key")
    op.drop_table("stranger_credits")
    op.drop_table("stranger_levels")
    op.drop_table("mailbox_allowances")
