"""Forgets people of whom nothing is left, and what the outbox still knows of their mailboxes.

A person's row goes with the last thing that hangs on it. Some mail is about a person and no action (the late mail for
all that waits, the link to one's own page), so it is found by the mailbox's key.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.keys import link_key, mailbox_key, recipient_key
from campaign.kernel.installation import installation_of
from campaign.outbox.traces import forget

_LONELY = text("""
DELETE FROM people p WHERE p.id = ANY(:ids) AND NOT EXISTS (SELECT FROM actions a WHERE a.person_id = p.id)
    AND NOT EXISTS (SELECT FROM supporters s WHERE s.person_id = p.id)
    AND NOT EXISTS (SELECT FROM consents c WHERE c.person_id = p.id)
RETURNING p.email
""")


def forget_lonely(session: Session, person_ids: Sequence[int]) -> None:
    """Delete those people of whom nothing else is left; mail to them that has not begun is taken back."""
    if person_ids:
        emails = session.scalars(_LONELY, {"ids": sorted(person_ids)}).all()
        forget(session, [], mailbox_keys(session, emails))


def mailbox_keys(session: Session, emails: Iterable[str]) -> list[bytes]:
    """Return the keys by which the outbox knows mailboxes, of canonical addresses."""
    return [recipient_key(installation_of(session).hashes, email) for email in emails]


def allowance_keys(session: Session, email: str) -> list[bytes]:
    """Return the keys by which the mails of a day to a mailbox are counted, of a canonical address."""
    hashes = installation_of(session).hashes
    return [mailbox_key(hashes, email), link_key(hashes, email)]
