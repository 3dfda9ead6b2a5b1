"""How often a message ended so that nobody knows whether it went.

What the previous release called unknown after an answer like 503 was refused, in words, and may go again. Its other
retries are taken for blind, which errs on the side of fewer copies.

Revision: 0014
After: 0013
"""

from alembic import op
import sqlalchemy as sa

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATED = (
    "coalesce(reason, '') ~ '^(429|NotWrittenError|ConnectionRefusedError|gaierror|answered (4[0-9][0-9]|50[0135678]|51[01]))$'"
)


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.add_column(
        "outbox_messages", sa.Column("blind_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    # State by state, so that each finds its few rows by its index.
    for state in ("unknown", "due", "sending"):
        op.execute(
            "UPDATE outbox_messages SET blind_count = attempts "
            f"WHERE state = '{state}' AND attempts > 0 AND NOT {_STATED}"
        )
    # Letters too: a refusal in so many words is no lost answer. Old ones are left to an operator.
    op.execute(
        "UPDATE outbox_messages SET state = 'due', available_at = now(), begun_at = NULL, settled_at = NULL, "
        "lease_token = NULL, lease_until = NULL "
        f"WHERE state = 'unknown' AND created_at > now() - interval '7 days' AND attempts > 0 AND {_STATED}"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("outbox_messages", "blind_count")
