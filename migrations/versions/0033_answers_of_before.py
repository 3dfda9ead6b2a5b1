"""Answers that were stored in columns of their own, and the index of what is to be forgotten.

Revision: 0033
After: 0032
"""

from campaign.kernel.carrying import carry
from campaign.kernel.indexes import build_index, drop_index

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_DETAILS = (
    "phone IS NOT NULL OR ride IS NOT NULL OR ride_from IS NOT NULL OR needs <> '[]' OR speaks <> '[]' "
    "OR helps_as <> '[]'"
)
_CARRY = f"""
WITH next AS (
    SELECT action_id FROM rsvps WHERE action_id > :after AND answers = '{{}}' AND ({_DETAILS})
    ORDER BY action_id LIMIT :most FOR NO KEY UPDATE
)
UPDATE rsvps r SET answers = jsonb_strip_nulls(jsonb_build_object('phone', phone, 'ride', ride, 'ride_from', ride_from,
    'needs', nullif(needs, '[]'), 'speaks', nullif(speaks, '[]'), 'helps_as', nullif(helps_as, '[]')))
FROM next n WHERE r.action_id = n.action_id RETURNING r.action_id
"""


def upgrade() -> None:
    carry(_CARRY)
    build_index("ix_rsvps_answers", "rsvps", ["event_id"], where="answers <> '{}' OR children <> '{}'")
    # In its place; the release before this finds what is to be forgotten more slowly, once an hour.
    drop_index("ix_rsvps_details")


def downgrade() -> None:
    build_index("ix_rsvps_details", "rsvps", ["event_id"], where=_DETAILS + " OR children <> '{}'")
    drop_index("ix_rsvps_answers")
