"""Forgets people of whom nothing is left, and what the outbox still knows of their mailboxes.

A person's row goes with the last thing that hangs on it, whichever table that is in: both are read off the foreign keys
of the models, so that a new table cannot be forgotten here. What goes along with the person (`ON DELETE CASCADE`) holds
nobody. Some mail is about a person and no action (the late mail for all that waits, the link to one's own page), so it
is found by the mailbox's key.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import ForeignKey, TextClause, text
from sqlalchemy.orm import Session

from campaign.actions.keys import link_key, mailbox_key, recipient_key, signer_key
from campaign.kernel.base import Base
from campaign.kernel.installation import installation_of
from campaign.kernel.personal import RowGoes, endings_of
from campaign.outbox.by_mailbox import forget
from campaign.people.models import Person

_PERSON = Person.__table__
_CAMPAIGNS = text("SELECT id FROM campaigns WHERE NOT is_high_safety ORDER BY id")


def _keys_to_people() -> list[ForeignKey]:
    """Return the foreign keys that lead to `people`, those of tables that hang on others first."""
    tables = reversed(Base.metadata.sorted_tables)
    return [key for table in tables for key in sorted(table.foreign_keys, key=str) if key.column is _PERSON.c.id]


@cache
def _lonely() -> TextClause:
    """Return the statement that deletes people whom nothing holds; made once all models are there."""
    holds = (key.parent for key in _keys_to_people() if key.ondelete != "CASCADE")
    none = " ".join(f"AND NOT EXISTS (SELECT FROM {c.table.name} h WHERE h.{c.name} = p.id)" for c in holds)
    return text(f"DELETE FROM people p WHERE p.id = ANY(:ids) {none} RETURNING p.email")  # noqa: S608 - names of tables


@cache
def _forget() -> tuple[TextClause, ...]:
    """Return the statements that delete a person and every row that goes with them."""
    goes = [key.parent for key in _keys_to_people() if isinstance(endings_of(key.parent.table), RowGoes)]
    return tuple(
        text(f"DELETE FROM {column.table.name} WHERE {column.name} = :person")  # noqa: S608 - names of tables
        for column in (*goes, _PERSON.c.id)
    )


def forget_person(session: Session, person_id: int) -> None:
    """Delete a person whose actions are emptied already, with all that an organization knew of them."""
    for statement in _forget():
        session.execute(statement, {"person": person_id})


def forget_lonely(session: Session, person_ids: Sequence[int]) -> None:
    """Delete those people of whom nothing else is left; mail to them that has not begun is taken back."""
    if person_ids:
        emails = session.scalars(_lonely(), {"ids": sorted(person_ids)}).all()
        forget(session, [], mailbox_keys(session, emails))


def mailbox_keys(session: Session, emails: Iterable[str]) -> list[bytes]:
    """Return the keys by which the outbox knows mailboxes, of canonical addresses."""
    return [recipient_key(installation_of(session).hashes, email) for email in emails]


def signer_keys(session: Session, email: str) -> list[bytes]:
    """Return the keys by which each campaign knows the signer of a canonical address; not those of high safety.

    What somebody did there, nothing ties to what they did under their own name.
    """
    hashes = installation_of(session).hashes
    return [signer_key(hashes, campaign_id, email) for campaign_id in session.scalars(_CAMPAIGNS)]


def allowance_keys(session: Session, email: str) -> list[bytes]:
    """Return the keys by which the mails of a day to a mailbox are counted, of a canonical address."""
    hashes = installation_of(session).hashes
    return [mailbox_key(hashes, email), link_key(hashes, email)]
