"""Stop streams by hand until somebody lets them go on: one row, of ten messages or of a million.

A pause is a switch without an end that is no hold: what is due under it stays `due`, and `campaign doctor` names it
until it is over. Brakes, which end by themselves, and holds, which a status or a met demand ends, are others'.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.lanes import LaneName
from campaign.outbox.sql import changed

_PAUSE = text("""
INSERT INTO outbox_switches (lane, organization_id, campaign_id, reason, by_whom)
VALUES (:lane, :organization_id, :campaign_id, :why, :by_whom)
ON CONFLICT ON CONSTRAINT uq_outbox_switches_scope DO NOTHING
""")
_RESUME = text("""
DELETE FROM outbox_switches
WHERE NOT is_hold AND until IS NULL AND lane IS NOT DISTINCT FROM CAST(:lane AS text)
  AND organization_id IS NOT DISTINCT FROM CAST(:organization_id AS bigint)
  AND campaign_id IS NOT DISTINCT FROM CAST(:campaign_id AS bigint)
  AND broadcast_id IS NULL AND company_id IS NULL AND mailbox IS NULL
  AND (CAST(:by_whom AS text) IS NULL OR by_whom = :by_whom)
""")


@dataclass(frozen=True, slots=True)
class Paused:
    """What a pause stops; each that is given narrows it, and where all are None it is everything."""

    lane: LaneName | None = None
    organization_id: int | None = None
    campaign_id: int | None = None


def pause(session: Session, paused: Paused, why: str, by_whom: str) -> bool:
    """Stop the streams that match, now and later; return whether they were not stopped for that reason already.

    The caller commits; from then on nothing of them begins.
    """
    return bool(changed(session, _PAUSE, {**asdict(paused), "why": why, "by_whom": by_whom}))


def resume(session: Session, paused: Paused, by_whom: str | None) -> int:
    """End the pauses of exactly this, those that `by_whom` made (None: anybody's); return how many there were."""
    return changed(session, _RESUME, {**asdict(paused), "by_whom": by_whom})
