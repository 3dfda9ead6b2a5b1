"""Indexes of what is due: refusals that end, rows to be mixed, whom to remind of a leg, what went and what came back.

The release before this one finds old mails and what brakes count more slowly without the index that goes here.

Revision: 0036
After: 0035
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_COMING = "resource = 'place' AND state = 'going' AND looked_at >= 'epoch'"
_SETTLED = "settled_at IS NOT NULL"


def upgrade() -> None:
    build_index("ix_suppressions_refused", "suppressions", ["created_at"], where="kind = 'not_me'")
    build_index("ix_unmixed_actions_next", "unmixed_actions", ["day", "action_id"])
    build_index("ix_rsvp_claims_looked", "rsvp_claims", ["leg_id", "looked_at"], where=_COMING)
    build_index("ix_outbox_messages_settled", "outbox_messages", ["stream", "settled_at"], where=_SETTLED)
    build_index(
        "ix_outbox_messages_refused", "outbox_messages", ["lane", "settled_at"], where="state IN ('bounced', 'complained')"
    )
    drop_index("ix_unmixed_actions_day")
    drop_index("ix_outbox_messages_over")


def downgrade() -> None:
    build_index("ix_unmixed_actions_day", "unmixed_actions", ["day"])
    build_index("ix_outbox_messages_over", "outbox_messages", ["lane", "settled_at"], where=_SETTLED)
    for name in ("ix_outbox_messages_refused", "ix_outbox_messages_settled", "ix_rsvp_claims_looked",
                 "ix_unmixed_actions_next", "ix_suppressions_refused"):  # fmt: skip
        drop_index(name)
