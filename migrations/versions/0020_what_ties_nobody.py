"""Refusals that are known within one campaign, and what ties settled high-safety actions to anybody.

Beside the columns it takes away what the releases before left tied: mails of high-safety actions that are settled, what
the provider told about them, and refusals there, which were known by a key that mails of other campaigns have, too.
What is taken away cannot be brought back by going down.

Revision: 0020
After: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_SAFE = "(SELECT id FROM campaigns WHERE is_high_safety)"
_SETTLED = f"(SELECT id FROM actions WHERE state <> 'waiting' AND campaign_id IN {_SAFE})"
_TO_THE_DAY = ", ".join(
    f"{column} = date_trunc('day', {column}, 'UTC')"
    for column in ("created_at", "asked_at", "typed_at", "reminded_at", "confirmed_at", "withdrawn_at", "erased_at")
)

_UNTIE = (
    f"DELETE FROM suppressions WHERE kind = 'not_me' AND campaign_id IN {_SAFE}",
    "DELETE FROM delivery_events WHERE message_id IN ("
    f"SELECT id FROM outbox_messages WHERE stream IN (SELECT 'critical:' || id FROM campaigns WHERE is_high_safety))",
    f"DELETE FROM outbox_messages WHERE lane <> 'letters' AND action_id IN {_SETTLED}",
    "UPDATE outbox_messages SET is_high_safety = true WHERE action_id IN ("
    f"SELECT id FROM actions WHERE state = 'waiting' AND campaign_id IN {_SAFE})",
    f"UPDATE actions SET {_TO_THE_DAY} WHERE state <> 'waiting' AND campaign_id IN {_SAFE}",
    "UPDATE outbox_messages SET provider_id = NULL WHERE action_id IN (SELECT id FROM actions WHERE erased_at IS NOT NULL)",
)


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.add_column(
        "outbox_messages", sa.Column("is_high_safety", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "unmixed_actions",
        sa.Column("action_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_unmixed_actions")),
    )
    op.create_index(op.f("ix_unmixed_actions_day"), "unmixed_actions", ["day"])
    op.drop_constraint("ck_suppressions_not_me_names_campaign", "suppressions")
    op.create_check_constraint(
        op.f("ck_suppressions_names_campaign"),
        "suppressions",
        "CASE kind WHEN 'not_me' THEN campaign_id IS NOT NULL WHEN 'bounce' THEN true ELSE campaign_id IS NULL END",
    )
    for statement in _UNTIE:
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute("DELETE FROM suppressions WHERE kind = 'bounce' AND campaign_id IS NOT NULL")
    op.drop_constraint("ck_suppressions_names_campaign", "suppressions")
    op.create_check_constraint(
        op.f("ck_suppressions_not_me_names_campaign"),
        "suppressions",
        "(kind = 'not_me') = (campaign_id IS NOT NULL)",
    )
    op.drop_table("unmixed_actions")
    op.drop_column("outbox_messages", "is_high_safety")
