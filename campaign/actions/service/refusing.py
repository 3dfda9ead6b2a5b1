"""Refusals ("this wasn't me"): begun by who never typed it, ended by what the owner of the address confirms."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.queries import OwnAction
from campaign.actions.service.rows import address_of
from campaign.actions.service.taking_back import delete_waiting
from campaign.delivery.suppression import NOT_ME, refusal_key, suppress
from campaign.kernel.installation import installation_of
from campaign.kernel.keyed_hash import KeyedHash

_SAME_SIGNER = text("""
SELECT a.id FROM actions a JOIN actions b USING (signer_key) WHERE b.public_id = :public_id AND a.state = 'waiting'
""")


def refuse(session: Session, action: OwnAction, hashes: KeyedHash) -> None:
    """Delete what waits for this address in this campaign, and for a time ask it nothing there ("this wasn't me").

    What its owner confirmed stays, and so does all mail about it. Where the address is known no more (high safety,
    settled), nothing can be stopped.
    """
    # The actions first, as `confirm` locks them before it ends a refusal.
    delete_waiting(session, list(session.scalars(_SAME_SIGNER, {"public_id": action.public_id})))
    if action.email:
        campaign_id, is_apart = action.campaign.id, action.person_id is None
        key = refusal_key(hashes, campaign_id, action.email, is_high_safety=is_apart)
        suppress(session, [key], NOT_ME, campaign_id=campaign_id, is_apart=is_apart)


def refusals_ended(session: Session, rows: Iterable[Row[Any]]) -> list[tuple[bytes, int]]:
    """Return by what the owners' presses end their refusals; a release from review is nobody's press."""
    pressed = [row for row in rows if row.state == "waiting" and row.address]
    if not pressed:
        return []
    installation = installation_of(session)
    found: list[tuple[bytes, int]] = []
    for row in pressed:
        is_apart = row.person_id is None
        address = address_of(session, row) if is_apart else row.address
        if address:
            key = refusal_key(installation.hashes, row.campaign_id, address, is_high_safety=is_apart)
            found.append((key, row.campaign_id))
    return found
