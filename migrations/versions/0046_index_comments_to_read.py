"""Where words that may be shown are found, for whoever reads them first.

Revision: 0046
After: 0045
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "ix_actions_show_comment",
        "actions",
        ["campaign_id", "id"],
        where="show_comment AND state = 'confirmed' AND is_counted",
    )


def downgrade() -> None:
    drop_index("ix_actions_show_comment")
