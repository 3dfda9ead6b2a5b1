"""What a feature asks of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class NewMessage:
    """Append one message.

    Args:
        lane: `critical`, `letters`, `bulk` or `housekeeping`.
        topic: `feature.verb`, e.g. ``"letters.letter"``.
        state: `due`, `waiting` (for a confirmation) or `held` (then `held_reason` says why).
        recipient_key: keyed hash of the address (purpose `address`), for the three-a-day rule and suppression.
        mailbox: the receiving mailbox of a letter, its pace key, e.g. ``"ceo@example.com"``.
        domain: its mail domain; the part after the mailbox's `@` when left out.
        payload: ids only, never a text or an address.
        available_at: not before this instant; None means at once.
    """

    lane: str
    topic: str
    state: str = "due"
    held_reason: str | None = None
    campaign_id: int | None = None
    organization_id: int | None = None
    company_id: int | None = None
    executive_id: int | None = None
    action_id: int | None = None
    person_id: int | None = None
    recipient_key: bytes | None = None
    mailbox: str | None = None
    domain: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
    available_at: datetime | None = None
