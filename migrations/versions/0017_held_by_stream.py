"""An index of held messages by their stream, for holds that are lifted.

Revision: 0017
After: 0016
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NAME = "ix_outbox_messages_held"


def upgrade() -> None:
    build_index(_NAME, "outbox_messages", ["stream"], where="state = 'held'")


def downgrade() -> None:
    drop_index(_NAME)
