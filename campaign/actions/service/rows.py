"""All that a batch knows of its actions, locked and read in one look, and what these rows say of their signers.

Rows are locked in the order of their ids, everywhere.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.commands import Signed
from campaign.actions.sealed import open_address
from campaign.kernel.installation import installation_of
from campaign.people.sharedfields import KNOWN, listed

# All that a batch needs to know of its actions, and all that their supporters are shown next, in one look.
_ROWS = f"""
SELECT a.id, a.public_id, a.kind, a.campaign_id, a.person_id, a.signer_key, a.state, a.is_held, a.is_counted,
       coalesce(a.number, t.number) AS number, {listed((*KNOWN, "language"), "a")},
       a.wording_id, a.door, coalesce(a.typed_at, a.created_at) AS typed_at, c.slug, c.organization_id,
       c.languages ->> 0 AS campaign_language, p.email_display, p.language AS person_language,
       coalesce(p.email, a.email) AS address,
       EXISTS (SELECT FROM actions x WHERE x.signer_key = a.signer_key AND x.state = 'confirmed' AND x.is_counted)
           AS is_signed_before
FROM actions a JOIN campaigns c ON c.id = a.campaign_id LEFT JOIN people p ON p.id = a.person_id
LEFT JOIN actions t ON t.id = a.merged_into_id
"""  # noqa: S608 - joined from names of columns

_VALUES = text(f"{_ROWS} WHERE a.id = ANY(:ids)")
_LOCK = text(f"{_ROWS} WHERE a.public_id = ANY(:ids) ORDER BY a.id FOR UPDATE OF a")
_LOCK_HELD = text(f"{_ROWS} WHERE a.id = ANY(:ids) AND a.state = 'held' ORDER BY a.id FOR UPDATE OF a")


def lock_named(session: Session, public_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Lock the actions that links name and return them, in the order of their ids; those that are gone are absent."""
    return session.execute(_LOCK, {"ids": sorted(public_ids)}).all()


def lock_held(session: Session, action_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Lock those of these actions that were confirmed while under review, and return them."""
    return session.execute(_LOCK_HELD, {"ids": list(action_ids)}).all()


def read(session: Session, action_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return actions as they are now, without locking them."""
    return session.execute(_VALUES, {"ids": list(action_ids)}).all()


def address_of(session: Session, row: Row[Any]) -> str | None:
    """Return the address of a row without a person (high safety); None where it holds none any more."""
    return open_address(installation_of(session), row.address, row.signer_key)


def sharer_of(row: Row[Any]) -> int | None:
    """Return the id that others may be referred by; nothing links to a high-safety action."""
    return None if row.person_id is None else int(row.id)


def signed_of(row: Row[Any]) -> Signed:
    """Return what the next step of a visit has to know of a row."""
    has_person = row.person_id is not None
    language = row.language if has_person and row.language else row.campaign_language
    return Signed(row.kind, row.slug, language, has_person=has_person)
