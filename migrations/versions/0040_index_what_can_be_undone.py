"""Indexes of what was withdrawn and can still be had back, and of what releases before this one left of who erased.

Revision: 0040
After: 0039
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_actions_undo_until", "actions", ["undo_until"], where="undo_until IS NOT NULL")
    build_index("ix_actions_erased_at", "actions", ["erased_at"], where="erased_at IS NOT NULL AND state <> 'discarded'")


def downgrade() -> None:
    drop_index("ix_actions_erased_at")
    drop_index("ix_actions_undo_until")
