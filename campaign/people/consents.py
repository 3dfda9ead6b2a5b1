"""Consent: what somebody agreed to be sent, by which organization, in which words, when and how; and its end.

    not asked ─► agreed ─► taken back ─► agreed again ─► …

Each arrow is a fact: a row of `consents`, written once and never changed, gone with its person. What holds between an
organization and a person is the last of their facts, by time. One comes in by a door where a box is ticked
(`campaign.actions.commands.Door`), once its action is confirmed; by one's own page (`my`); by the link in a mail or the
mail program's button (`unsubscribe`); or from the mail provider, as a `complaint`, which takes all of them back.

Facts are written where a box was ticked (`campaign.actions.service.flowing`) and by `campaign.people.stopping`.
Stopping an organization's mail writes a suppression, too (`campaign.delivery.suppression`): it stops also what needs no
consent, such as a receipt, holds for who never agreed to anything, and outlives the person's row. Agreeing again ends
it.

**May an organization mail a person what they did not ask for?** That is `list_mailable`, and nothing else.

On a high-safety campaign there is no person, and so no consent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.delivery.suppression import Addressee, address_key, find_suppressed
from campaign.kernel.installation import installation_of
from campaign.kernel.keyed_hash import KeyedHash

Way = Literal["my", "unsubscribe", "complaint"]
"""How a fact came in that is no ticked box."""

MOST_SHOWN = 20
"""Of the facts with one organization, on one's own page: the latest."""

LAST = """
    SELECT k.* FROM consents k WHERE k.organization_id = {o} AND k.person_id = {p} ORDER BY k.at DESC, k.id DESC LIMIT 1
"""
"""What holds: the SQL of the last fact between `{o}` and `{p}`, the ids of an organization and a person."""

_OF_PEOPLE = text(f"""
SELECT c.person_id, p.email, c.is_granted, w.text AS words, w.language, c.door, c.at
FROM unnest(CAST(:people AS bigint[])) AS u(id) JOIN people p ON p.id = u.id
CROSS JOIN LATERAL ({LAST.format(o=":organization", p="u.id")}) c JOIN consent_wordings w ON w.id = c.wording_id
""")  # noqa: S608 - joined from constants
_OF_PERSON = text("""
SELECT o.id, o.slug, o.name, p.email, c.is_granted, w.text AS words, w.language, c.door, c.at
FROM people p JOIN organizations o ON EXISTS (
    SELECT FROM supporters s WHERE s.organization_id = o.id AND s.person_id = p.id)
    OR EXISTS (SELECT FROM consents k WHERE k.organization_id = o.id AND k.person_id = p.id)
LEFT JOIN consents c ON c.organization_id = o.id AND c.person_id = p.id
LEFT JOIN consent_wordings w ON w.id = c.wording_id
WHERE p.id = :person ORDER BY o.name, o.id, c.at, c.id
""")


@dataclass(frozen=True)
class Consent:
    """A fact between an organization and a person; what holds is the last.

    Args:
        is_granted: whether they agreed; else they took it back.
        words: what they agreed to, as it was shown, in `language`.
        door: how the fact came in. at: when, aware.
    """

    is_granted: bool
    words: str
    language: str
    door: str
    at: datetime


@dataclass(frozen=True)
class OwnMail:
    """What one organization may mail somebody, for their own page.

    Args:
        facts: what they agreed to and took back, in that order; none where they never ticked a box.
        stopped: the kind of suppression that stops what they did not ask for (`campaign.delivery.models.KINDS`).
    """

    organization_id: int
    slug: str
    organization: str
    facts: tuple[Consent, ...]
    stopped: str | None

    @property
    def is_mailed(self) -> bool:
        """Whether its updates go to them."""
        return bool(self.facts) and self.facts[-1].is_granted and self.stopped is None


def list_consents(session: Session, organization_id: int, person_ids: Sequence[int]) -> dict[int, Consent]:
    """Return, by person, what holds between them and an organization; who never ticked a box is absent."""
    rows = session.execute(_OF_PEOPLE, {"organization": organization_id, "people": list(person_ids)})
    return {row.person_id: _fact(row) for row in rows}


def list_mailable(session: Session, organization_id: int, person_ids: Sequence[int]) -> frozenset[int]:
    """Return whom of these people an organization may mail unasked: they agreed, and nothing stops it.

    Args:
        session: one of `Installation.sessions`.
        organization_id: who writes.
        person_ids: a chunk of some thousands at most.
    """
    rows = session.execute(_OF_PEOPLE, {"organization": organization_id, "people": list(person_ids)})
    agreed = [(row.person_id, row.email) for row in rows if row.is_granted]
    kinds = find_stops(session, organization_id, [email for _, email in agreed])
    return frozenset(person_id for (person_id, _), kind in zip(agreed, kinds, strict=True) if kind is None)


def find_stops(session: Session, organization_id: int, emails: Sequence[str]) -> list[str | None]:
    """Return, for each address, what stops an organization's mail that nobody asked for, whoever agreed to it.

    That is the kind of suppression, or None where nothing does. Some thousands at most; a session as above.
    """
    hashes = installation_of(session).hashes
    return find_suppressed(session, [_asked(hashes, organization_id, email) for email in emails])


def list_own_mail(session: Session, person_id: int) -> list[OwnMail]:
    """Return, by name, what each organization may mail somebody that knows them or ever asked them."""
    rows = session.execute(_OF_PERSON, {"person": person_id}).all()
    by_organization = [list(group) for _, group in groupby(rows, key=lambda row: row.id)]
    hashes = installation_of(session).hashes
    kinds = find_suppressed(session, [_asked(hashes, group[0].id, group[0].email) for group in by_organization])
    return [
        OwnMail(
            group[0].id,
            group[0].slug,
            group[0].name,
            tuple(_fact(row) for row in group if row.at is not None)[-MOST_SHOWN:],
            kind,
        )
        for group, kind in zip(by_organization, kinds, strict=True)
    ]


def _fact(row: Row[Any]) -> Consent:
    return Consent(row.is_granted, row.words, row.language, row.door, row.at)


def _asked(hashes: KeyedHash, organization_id: int, email: str) -> Addressee:
    return Addressee(address_key(hashes, email), "bulk", organization_id, is_suppressible=True)
