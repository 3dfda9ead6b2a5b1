"""Who came to a leg, as its marshals say, and the number of their links.

Revision: 0009
After: 0008
"""

from alembic import op
import sqlalchemy as sa

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.add_column(
        "event_legs", sa.Column("marshal_generation", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("event_legs", sa.Column("came_count", sa.Integer(), nullable=True))
    op.create_table(
        "check_ins",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leg_id", sa.BigInteger(), nullable=False),
        sa.Column("is_walk_up", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("came BETWEEN 0 AND 99", name=op.f("ck_check_ins_came")),
        sa.CheckConstraint("(said_at IS NULL) = (entry_id IS NULL)", name=op.f("ck_check_ins_said")),
        sa.ForeignKeyConstraint(
            ["leg_id"], ["event_legs.id"], name=op.f("fk_check_ins_leg_id_event_legs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("leg_id", "is_walk_up", "subject", name=op.f("uq_check_ins_leg_id_is_walk_up_subject")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("check_ins")
    op.drop_column("event_legs", "came_count")
    op.drop_column("event_legs", "marshal_generation")
