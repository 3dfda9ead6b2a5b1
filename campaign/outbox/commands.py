"""What a feature asks of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Row

from campaign.kernel.lanes import LaneName


@dataclass(frozen=True)
class NewMessage:
    """Append one message.

    Args:
        lane: one of `campaign.kernel.lanes`.
        topic: `feature.verb`, e.g. ``"letters.letter"``.
        state: `due`, or `waiting` (for a confirmation).
        broadcast_id: the broadcast it is one of; with its campaign, lane and organization that makes its stream.
        recipient_key: keyed hash of the address (purpose `address`), to find and forget what went to it.
        is_high_safety: about an action that nothing may tie to a person: its public id, which the mail provider keeps
            beside the address, tells no time, and nothing else of the provider's is kept.
        mailbox: the receiving mailbox of a letter, its pace key, e.g. ``"ceo@example.com"``.
        domain: its mail domain; the part after the mailbox's `@` when left out.
        payload: ids only, never a text or an address.
        available_at: not before this instant; None means at once.
    """

    lane: LaneName
    topic: str
    state: str = "due"
    campaign_id: int | None = None
    organization_id: int | None = None
    broadcast_id: int | None = None
    company_id: int | None = None
    executive_id: int | None = None
    action_id: int | None = None
    person_id: int | None = None
    recipient_key: bytes | None = None
    is_high_safety: bool = False
    mailbox: str | None = None
    domain: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
    available_at: datetime | None = None

    @classmethod
    def about_action(
        cls,
        row: Row[Any],
        *,
        lane: LaneName,
        topic: str,
        payload: Mapping[str, object] | None = None,
        recipient_key: bytes | None = None,
    ) -> Self:
        """Return a message about one action; `row` has its `id`, `person_id`, `campaign_id` and `organization_id`.

        An action without a person is one of high safety.
        """
        return cls(
            lane=lane,
            topic=topic,
            campaign_id=row.campaign_id,
            organization_id=row.organization_id,
            action_id=row.id,
            person_id=row.person_id,
            recipient_key=recipient_key,
            is_high_safety=row.person_id is None,
            payload=payload or {},
        )
