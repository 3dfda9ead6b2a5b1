"""Lets actions stand aside until somebody looked at them: why, and until when (`reviewing` is who looks).

waiting ─confirm, under review─► held ─► released, or discarded after 30 days
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.rowset import as_rows

REVIEWED_WITHIN = timedelta(days=30)
"""How long what was confirmed may stand aside for a review; then it is discarded."""

# It stands aside for as long as it was told to, from the moment it was confirmed.
_BEGIN_REVIEWS = text("""
INSERT INTO reviews (action_id, ends_at)
SELECT id, now() + CAST(:within AS interval) FROM unnest(CAST(:ids AS bigint[])) id ORDER BY 1
ON CONFLICT (action_id) DO UPDATE SET ends_at = excluded.ends_at
""")
_GIVE_REASONS = text("""
INSERT INTO reviews (action_id, reasons)
SELECT u.* FROM json_to_recordset(CAST(:rows AS json)) AS u(action_id bigint, reasons jsonb) ORDER BY 1
""")


def give_reasons(session: Session, reasons: Mapping[int, Sequence[str]]) -> None:
    """Write down why new actions are to be looked at, by action id; they must be held already."""
    if reasons:
        rows = [{"action_id": action_id, "reasons": list(words)} for action_id, words in reasons.items()]
        session.execute(_GIVE_REASONS, {"rows": as_rows(rows)})


def begin_reviews(session: Session, action_ids: Sequence[int]) -> None:
    """Let what was confirmed just now stand aside for `REVIEWED_WITHIN`."""
    if action_ids:
        session.execute(_BEGIN_REVIEWS, {"ids": list(action_ids), "within": REVIEWED_WITHIN})
