"""Asks an address to confirm: one mail an action, as many a day as its mailbox has room for.

How many that are says `campaign.delivery.daily_limit`. A mailbox is one in all its spellings
(`campaign.people.addresses.fold`), whatever was done with it and however many ask at once. Beyond them the action is
kept, and one mail of the next day lists and confirms all that waits of the address that asked last. On a high-safety
campaign the rule holds within the campaign, and the late mail is about that campaign alone: no mail tells of two.

Source: docs/delivery.md, "Who is still written to".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.commands import TakeAction
from campaign.actions.keys import mailbox_key, recipient_key
from campaign.actions.sealed import open_address
from campaign.delivery.daily_limit import Allowance, allow_each, spend
from campaign.kernel.clock import now
from campaign.kernel.installation import installation_of
from campaign.kernel.keyed_hash import KeyedHash
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.people.addresses import parse_address

CONFIRM = "actions.confirm"
CONFIRM_ALL = "actions.confirm_all"
REMIND = "actions.remind"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored action whose supporter is asked to confirm it. `allowance`: what its mailbox is granted."""

    command: TakeAction
    action_id: int
    person_id: int | None
    allowance: Allowance


def ask_to_confirm(session: Session, items: Sequence[Asked]) -> None:
    """Append the mails that ask for a confirmation of `items`, as far as their mailboxes are granted any."""
    granted = {asked.command.mailbox_key: asked.allowance.granted for asked in items}
    messages: list[NewMessage] = []
    late: dict[bytes, Asked] = {}
    for asked, may_go in zip(items, spend(granted, [asked.command.mailbox_key for asked in items]), strict=True):
        if may_go:
            messages.append(_message(asked, CONFIRM))
        elif asked.allowance.is_late:
            late[asked.command.mailbox_key] = asked
    append(session, [*messages, *(_message(asked, CONFIRM_ALL, is_late=True) for asked in late.values())])


def _message(asked: Asked, topic: str, *, is_late: bool = False) -> NewMessage:
    command = asked.command
    return NewMessage(
        lane="critical",
        topic=topic,
        campaign_id=command.campaign_id,
        organization_id=command.organization_id,
        # The late mail is about the person: it must go even if the action that asked for it is taken back meanwhile.
        action_id=None if is_late and asked.person_id is not None else asked.action_id,
        person_id=asked.person_id,
        recipient_key=command.recipient_key,
        is_high_safety=command.is_high_safety,
        available_at=now() + DAY if is_late else None,
    )


_WAITING = text("""
SELECT a.id, a.campaign_id, c.organization_id, a.person_id, a.signer_key, p.email, a.email AS typed
FROM actions a JOIN campaigns c ON c.id = a.campaign_id LEFT JOIN people p ON p.id = a.person_id
WHERE a.public_id = :public_id AND a.state = 'waiting' FOR UPDATE OF a
""")


_ASKED = text("UPDATE actions SET asked_at = now() WHERE id = :id")


def ask_anew(session: Session, public_id: UUID, hashes: KeyedHash) -> None:
    """Send the confirmation of one waiting action again, where its mailbox has room for a mail today; else do nothing.

    The new link has its 14 days, so the action is kept for 30 days from now.
    """
    _ask_anew(session, public_id, hashes, CONFIRM)


def ask_all_anew(session: Session, public_id: UUID, hashes: KeyedHash) -> None:
    """Send one mail for all that waits with an action, as `ask_anew` does for one."""
    _ask_anew(session, public_id, hashes, CONFIRM_ALL)


def _ask_anew(session: Session, public_id: UUID, hashes: KeyedHash, topic: str) -> None:
    row = session.execute(_WAITING, {"public_id": public_id}).one_or_none()
    if row is None:
        return
    if row.person_id is None:
        key = bytes(row.signer_key)
        typed = open_address(installation_of(session), row.typed, key)
        if typed is None:  # sealed with a key that is gone
            return
        mailbox = mailbox_key(hashes, parse_address(typed).canonical, row.campaign_id)
    else:
        mailbox, key = mailbox_key(hashes, row.email), recipient_key(hashes, row.email)
    (may_go,) = allow_each(session, [mailbox])
    if may_go:
        message = NewMessage.about_action(row, lane="critical", topic=topic, recipient_key=key)
        append(session, [message])
        session.execute(_ASKED, {"id": row.id})
