"""Merged actions of signers who erased themselves before: their links lead nowhere, and of their times the day is left.

The releases before took along only what such a signer's present actions held. Looked for by what they were merged into,
as often as one stood in the place of another. What is taken away cannot be brought back by going down.

Revision: 0024
After: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TO_THE_DAY = ", ".join(
    f"{column} = date_trunc('day', a.{column}, 'UTC')"
    for column in ("created_at", "asked_at", "typed_at", "reminded_at", "confirmed_at", "withdrawn_at")
)
_ERASE = f"""
WITH RECURSIVE gone AS (
    SELECT m.id, t.erased_at FROM actions m JOIN actions t ON t.id = m.merged_into_id
    JOIN campaigns c ON c.id = m.campaign_id
    WHERE m.state = 'merged' AND t.erased_at IS NOT NULL AND NOT c.is_high_safety
    UNION SELECT m.id, g.erased_at FROM actions m JOIN gone g ON g.id = m.merged_into_id WHERE m.state = 'merged'
)
UPDATE actions a SET {_TO_THE_DAY}, erased_at = g.erased_at, public_id = gen_random_uuid(), wording_id = NULL,
    vouched_by = NULL
FROM gone g WHERE a.id = g.id AND a.erased_at IS NULL
"""


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute(_ERASE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
