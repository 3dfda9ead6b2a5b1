"""Indexes of what is due, so that periodic work reads nothing else.

Revision: 0016
After: 0015
"""

from campaign.kernel.indexes import build_index, drop_index
revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_DETAILS = (
    "phone IS NOT NULL OR ride IS NOT NULL OR ride_from IS NOT NULL OR needs <> '[]' OR speaks <> '[]' "
    "OR helps_as <> '[]' OR children <> '{}'"
)


def upgrade() -> None:
    build_index("ix_actions_unreminded", "actions", ["campaign_id", "asked_at"],
                where="state = 'waiting' AND reminded_at IS NULL AND NOT is_held")
    build_index("ix_actions_left_waiting", "actions", ["campaign_id", "asked_at"],
                where="state = 'waiting' AND (reminded_at IS NOT NULL OR is_held)")
    build_index("ix_outbox_messages_over", "outbox_messages", ["lane", "settled_at"], where="settled_at IS NOT NULL")
    build_index("ix_outbox_messages_open", "outbox_messages", ["state", "lane"],
                where="state IN ('waiting', 'held', 'dead')")
    build_index("ix_my_links_expires_at", "my_links", ["expires_at"])
    build_index("ix_rsvps_details", "rsvps", ["event_id"], where=_DETAILS)
    # In their place; a release that still looks for them finds its rows more slowly.
    drop_index("ix_actions_waiting_created_at")
    drop_index("ix_outbox_messages_settled")


def downgrade() -> None:
    build_index("ix_actions_waiting_created_at", "actions", ["created_at"], where="state = 'waiting'")
    build_index("ix_outbox_messages_settled", "outbox_messages", ["settled_at"], where="settled_at IS NOT NULL")
    for name in ("ix_rsvps_details", "ix_my_links_expires_at", "ix_outbox_messages_open", "ix_outbox_messages_over",
                 "ix_actions_left_waiting", "ix_actions_unreminded"):
        drop_index(name)
