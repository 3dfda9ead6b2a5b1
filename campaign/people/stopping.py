"""Stops what organizations send somebody unasked, and lets it begin again; each writes facts and suppressions together.

    stop ─► consent taken back, where there was one, and unsubscribed ─► agree: a new fact, subscribed again
                                                                   └──► undo, within the hour: as it was before
    told by the mail provider (`object_by_mail`) ─► consent taken back; delivery writes the suppression

What one asks for oneself (a confirmation, a link, news of an event one comes to) goes on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.suppression import UNSUBSCRIBE, address_key, end_unsubscribes, find_unsubscribed, suppress
from campaign.kernel.clock import now
from campaign.kernel.installation import installation_of
from campaign.people.addresses import BadAddressError, parse_address
from campaign.people.consents import LAST, Way

UNDONE_WITHIN = timedelta(hours=1)
"""So long "that was a mistake" undoes an unsubscribing: afterwards an old mail in other hands could do it, too."""

# Whoever changes what holds has the person's row, so that the next one sees it; who is erased meanwhile has none.
_HOLD = text("SELECT email FROM people WHERE id = :person FOR NO KEY UPDATE")
# A fact never stands before the one it follows, whatever the clock did between them.
_TAKE_BACK = text(f"""
INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at)
SELECT c.organization_id, c.person_id, c.wording_id, false, :door, greatest(clock_timestamp(), c.at)
FROM unnest(CAST(:organizations AS bigint[])) AS u(id)
CROSS JOIN LATERAL ({LAST.format(o="u.id", p=":person")}) c WHERE c.is_granted
""")  # noqa: S608 - joined from constants
_AGREE = text(f"""
WITH last AS MATERIALIZED ({LAST.format(o=":organization", p=":person")})
INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at)
SELECT :organization, :person, :wording, true, :door, greatest(clock_timestamp(), (SELECT at FROM last))
WHERE NOT EXISTS (SELECT FROM last WHERE is_granted AND wording_id = :wording)
""")  # noqa: S608 - joined from constants
_UNDO = text(f"""
INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at)
SELECT c.organization_id, c.person_id, c.wording_id, true, c.door, greatest(clock_timestamp(), c.at)
FROM ({LAST.format(o=":organization", p=":person")}) c
WHERE NOT c.is_granted AND c.door = 'unsubscribe' AND c.at > now() - CAST(:within AS interval)
""")  # noqa: S608 - joined from constants
_AGREED_OF = text("SELECT DISTINCT organization_id FROM consents WHERE person_id = :person ORDER BY 1")
_BY_ADDRESS = text("SELECT id FROM people WHERE email = :email")
_LAST_WAY = text(f"""
SELECT is_granted, door FROM ({LAST.format(o=":organization", p=":person")}) c
""")  # noqa: S608 - joined from constants
_FIND = text("""
SELECT p.id, p.email, p.language, o.id AS organization_id, o.name AS organization
FROM people p, organizations o WHERE p.public_id = :person AND o.slug = :slug
""")


@dataclass(frozen=True)
class Recipient:
    """Whom an unsubscribe link is about, and what holds.

    Args:
        language: theirs. organization: its name.
        is_stopped: whether they unsubscribed from it. can_undo: whether that was within the hour.
    """

    person_id: int
    language: str
    organization_id: int
    organization: str
    is_stopped: bool
    can_undo: bool


def find_recipient(session: Session, public_id: UUID, slug: str) -> Recipient | None:
    """Return whom a link names, or None where the person (or the organization) is gone: nobody is left to write to."""
    row = session.execute(_FIND, {"person": public_id, "slug": slug}).one_or_none()
    if row is None:
        return None
    key = address_key(installation_of(session).hashes, row.email)
    since = find_unsubscribed(session, key, row.organization_id)
    is_late = since is None or since <= now() - UNDONE_WITHIN
    can_undo = not is_late and _is_undoable(session, row.id, row.organization_id)
    return Recipient(row.id, row.language, row.organization_id, row.organization, since is not None, can_undo)


def _is_undoable(session: Session, person_id: int, organization_id: int) -> bool:
    """Whether a link may undo it: not what was taken back on one's own page, which no old mail is to outdo."""
    last = session.execute(_LAST_WAY, {"person": person_id, "organization": organization_id}).one_or_none()
    return last is None or (last.door == "unsubscribe" and not last.is_granted)


def stop(session: Session, person_id: int, organization_ids: Collection[int], way: Way) -> None:
    """Stop what these organizations send somebody unasked, and take back what they agreed to; again changes nothing.

    Side effects: facts in `consents`, suppressions.
    """
    email = session.scalar(_HOLD, {"person": person_id})
    if email is None:
        return
    session.execute(_TAKE_BACK, {"person": person_id, "organizations": sorted(organization_ids), "door": way})
    key = address_key(installation_of(session).hashes, email)
    for organization_id in sorted(organization_ids):
        suppress(session, [key], UNSUBSCRIBE, organization_id=organization_id)


def agree(session: Session, person_id: int, organization_id: int, wording_id: int, way: Way) -> None:
    """Let somebody agree to these words, so that the organization's mail goes again; again changes nothing.

    A complaint and a dead mailbox go on stopping it: these an operator lifts (`campaign suppressions lift`).

    Side effects: a fact in `consents`; the end of an unsubscribing.
    """
    email = session.scalar(_HOLD, {"person": person_id})
    if email is not None:
        values = {"organization": organization_id, "person": person_id, "wording": wording_id, "door": way}
        session.execute(_AGREE, values)
        end_unsubscribes(session, [(address_key(installation_of(session).hashes, email), organization_id)])


def undo(session: Session, person_id: int, organization_id: int) -> None:
    """Undo an unsubscribing of the last hour: what was agreed to before is agreed to again, and nothing else."""
    email = session.scalar(_HOLD, {"person": person_id})
    if email is not None and _is_undoable(session, person_id, organization_id):
        key = address_key(installation_of(session).hashes, email)
        if end_unsubscribes(session, [(key, organization_id)], since=UNDONE_WITHIN):
            values = {"organization": organization_id, "person": person_id, "within": UNDONE_WITHIN}
            session.execute(_UNDO, values)


def object_by_mail(session: Session, address: str, organization_id: int | None) -> None:
    """Take back what the owner of an address agreed to, as the mail provider tells us.

    Args:
        session: the transaction.
        address: in whatever spelling; one of nobody, or none at all, changes nothing.
        organization_id: whose mail they unsubscribed from; None for a complaint, which is about all mail.

    Side effects: facts in `consents`. The suppression is written by who tells (`campaign.delivery.events`).
    """
    try:
        email = parse_address(address).canonical
    except BadAddressError:
        return
    person_id = session.scalar(_BY_ADDRESS, {"email": email})
    if person_id is None or session.scalar(_HOLD, {"person": person_id}) is None:
        return
    is_complaint = organization_id is None
    of = session.scalars(_AGREED_OF, {"person": person_id}).all() if is_complaint else [organization_id]
    values = {"person": person_id, "organizations": of, "door": "complaint" if is_complaint else "unsubscribe"}
    session.execute(_TAKE_BACK, values)
