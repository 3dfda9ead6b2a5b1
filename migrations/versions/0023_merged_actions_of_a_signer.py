"""Merged actions by their signer: who is erased takes them along.

Revision: 0023
After: 0022
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_actions_merged", "actions", ["signer_key"], where="state = 'merged'")


def downgrade() -> None:
    drop_index("ix_actions_merged")
