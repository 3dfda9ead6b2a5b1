"""RSVPs by their mailbox: what it holds already is looked up whenever somebody asks for places.

Revision: 0022
After: 0021
"""

from campaign.kernel.indexes import build_index, drop_index

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_rsvps_signer_key", "rsvps", ["signer_key"])


def downgrade() -> None:
    drop_index("ix_rsvps_signer_key")
