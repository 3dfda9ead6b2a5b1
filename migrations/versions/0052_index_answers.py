"""Where answers to a campaign's own questions are found, to tell how many there are.

Revision: 0052
After: 0051
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_actions_answers", "actions", ["campaign_id"], where="answers IS NOT NULL")


def downgrade() -> None:
    drop_index("ix_actions_answers")
