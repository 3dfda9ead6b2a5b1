"""Reads actions for their own supporter (behind a link) and for the mails that ask to confirm."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session, aliased

from campaign.actions.models import Action, Review
from campaign.actions.numbers import read_number
from campaign.actions.sealed import open_address, open_name
from campaign.campaigns.models import TAKING_PART, Campaign
from campaign.campaigns.texts import Text, pick
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.keyed_hash import KeyedHash
from campaign.people.models import MyLink, Person
from campaign.people.sharedfields import SharedFields, values_of


@dataclass(frozen=True)
class OwnAction(SharedFields):
    """An action as its supporter may see it, with what they typed; `email` in full: the link proves the mailbox.

    `is_mended`: it was sent anew under another address, so whoever reads this may be a stranger to it: nothing typed is
    shown. `is_held`: it is looked at before it counts or goes out, by `review_ends_at` where it is confirmed.
    `undo_until`: so long its withdrawing can be undone.
    """

    id: int
    public_id: UUID
    kind: str
    state: str
    number: int | None
    merged_into_id: int | None
    campaign: Campaign
    person_id: int | None
    email: str
    has_consent: bool
    is_counted: bool
    is_held: bool
    is_mended: bool
    review_ends_at: datetime | None
    created_at: datetime
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    undo_until: datetime | None

    def title_in(self, language: str) -> Text:
        """Return the campaign's title for a page in `language`."""
        return pick(self.campaign.title, language, self.campaign.languages)

    def demand_in(self, language: str) -> Text:
        """Return what the campaign asks for, for a page in `language`."""
        return pick(self.campaign.demand, language, self.campaign.languages)


_HAS_ACTIONS = text("SELECT EXISTS (SELECT FROM actions WHERE campaign_id = :campaign_id)")


def has_actions(session: Session, campaign_id: int) -> bool:
    """Whether anybody, real or made up, ever acted in the campaign."""
    return bool(session.scalar(_HAS_ACTIONS, {"campaign_id": campaign_id}))


def find_own_action(session: Session, public_id: UUID) -> OwnAction | None:
    """Return the action a link names, or None where it was deleted."""
    rows = _list(session, Action.public_id == public_id)
    return rows[0] if rows else None


def find_standing_action(session: Session, public_id: UUID) -> OwnAction | None:
    """Return the action a link stands for: where it was merged, the one it was merged into, however often; or None."""
    action = find_own_action(session, public_id)
    while action is not None and action.merged_into_id is not None:
        rows = _list(session, Action.id == action.merged_into_id)
        action = rows[0] if rows else None
    return action


def list_own_actions(session: Session, person_id: int) -> list[OwnAction]:
    """Return what one person did here, latest first; merged and discarded rows are nobody's business."""
    return _list(
        session, Action.person_id == person_id, Action.state.in_(("waiting", "held", "confirmed", "withdrawn"))
    )


def list_waiting_with(
    session: Session, public_id: UUID, *, most: int, only: Collection[UUID] | None = None
) -> list[OwnAction]:
    """Return what waits, newest first, for the confirmation of an action's person (or, without a person, signer).

    Where the action was merged, its person is that of the one it was merged into. At most `most`; with
    `only`, of those.
    """
    standing = find_standing_action(session, public_id)
    origin = session.get(Action, standing.id) if standing is not None else None
    if origin is None:
        return []
    same = Action.person_id == origin.person_id if origin.person_id else Action.signer_key == origin.signer_key
    chosen = () if only is None else (Action.public_id.in_(only),)
    return _list(session, same, Action.state == "waiting", *chosen, most=most)


def number_shown(action: OwnAction, hashes: KeyedHash) -> OwnAction:
    """Return the action with its number as it was given: on a high-safety campaign it is stored mixed."""
    return replace(action, number=read_number(hashes, action.campaign.id, action.number))


def _list(session: Session, *conditions: Any, most: int | None = None) -> list[OwnAction]:  # noqa: ANN401 - expressions
    target = aliased(Action)
    query = (
        select(Action, Campaign, Person, target.number, Review.ends_at)
        .join(Campaign, Campaign.id == Action.campaign_id)
        .outerjoin(Person, Person.id == Action.person_id)
        .outerjoin(target, target.id == Action.merged_into_id)
        .outerjoin(Review, Review.action_id == Action.id)
        .where(*conditions)
        .order_by(Action.id.desc())
        .limit(most)
    )
    return [_own(installation_of(session), row) for row in session.execute(query)]


def _own(
    installation: Installation, row: Row[Action, Campaign, Person | None, int | None, datetime | None]
) -> OwnAction:
    action, campaign, person, merged_number, review_ends_at = row
    name, email = action.given_name, person.email_display if person else None
    if person is None:
        name = open_name(installation, name, action.signer_key)
        email = open_address(installation, action.email, action.signer_key)
    typed = values_of(action) | {"given_name": name or "", "language": action.language or campaign.language}
    return OwnAction(
        **typed,
        id=action.id,
        public_id=action.public_id,
        kind=action.kind,
        state=action.state,
        # Whoever signs again and again with mailboxes of their own would see by it how many others came between.
        number=None if campaign.is_high_safety else action.number or merged_number,
        merged_into_id=action.merged_into_id,
        campaign=campaign,
        person_id=action.person_id,
        email=email or "",
        has_consent=action.wording_id is not None,
        is_counted=action.is_counted,
        is_held=action.is_held,
        is_mended=action.mended_at is not None,
        review_ends_at=review_ends_at,
        created_at=action.created_at,
        confirmed_at=action.confirmed_at,
        withdrawn_at=action.withdrawn_at,
        undo_until=action.undo_until,
    )


# Only `record` writes a reference, and only to a confirmed action of the same campaign and another signer.
_REFERRED = text("""
SELECT referred_by_id, count(DISTINCT signer_key) AS people FROM actions
WHERE referred_by_id = ANY(:ids) AND state = 'confirmed' GROUP BY referred_by_id
""")


def count_referred(session: Session, action_ids: Sequence[int]) -> dict[int, int]:
    """Return, by id of an action, how many people confirmed after its supporter shared; those without one are absent.

    Somebody who signed and wrote a letter is one person.
    """
    rows = session.execute(_REFERRED, {"ids": list(action_ids)})
    return {row.referred_by_id: row.people for row in rows}


_FOR_MAIL = text("""
SELECT a.id, a.public_id, a.kind, a.state, a.number, a.given_name, a.family_name, a.language, a.campaign_id,
       a.signer_key, a.person_id, a.asked_at, p.email_display AS address, a.email AS sealed_address, c.slug, c.status,
       c.title, c.demand, c.languages, c.palette, c.art, c.is_high_safety, c.after_signing,
       o.name AS organization, o.slug AS organization_slug, o.contact_url, o.postal_address,
       p.public_id AS person_public_id,
       (SELECT true FROM supporters s WHERE s.person_id = a.person_id LIMIT 1) IS NULL AS is_stranger
FROM actions a JOIN campaigns c ON c.id = a.campaign_id JOIN organizations o ON o.id = c.organization_id
LEFT JOIN people p ON p.id = a.person_id WHERE a.id = ANY(:ids)
""")


def list_for_mail(session: Session, action_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Return, by id, what a mail about an action needs, with the address of this moment.

    `address`: the person's; without a person (high safety) `sealed_address` has it (`campaign.actions.sealed`).
    `is_stranger`: whether nobody of that address confirmed anything yet, as far as one may know.
    """
    return {row.id: row for row in session.execute(_FOR_MAIL, {"ids": list(action_ids)})}


_CONFIRMED_WITH = text("""
SELECT a.id AS action_id, o.number, c.title, c.languages
FROM actions a CROSS JOIN LATERAL (SELECT * FROM actions WHERE person_id = a.person_id OFFSET 0) o
JOIN campaigns c ON c.id = o.campaign_id
WHERE a.id = ANY(:ids) AND o.id <> a.id AND o.confirmed_at = a.confirmed_at AND o.state = 'confirmed' AND o.is_counted
  AND o.number IS NOT NULL ORDER BY o.id
""")


def list_confirmed_with(session: Session, action_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return what the same press confirmed in other campaigns: `action_id`, `number`, and the campaign's texts."""
    return session.execute(_CONFIRMED_WITH, {"ids": list(action_ids)}).all()


_KINDS_TAKEN = text("""
SELECT a.id, a.campaign_id, array_agg(DISTINCT d.kind) AS kinds
FROM actions a JOIN campaigns c ON c.id = a.campaign_id
JOIN actions d ON d.person_id = a.person_id AND d.campaign_id = a.campaign_id
WHERE a.id = ANY(:ids) AND c.status = ANY(:taking_part) GROUP BY a.id, a.campaign_id
""")


def list_kinds_taken(session: Session, action_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return what people did already in campaigns that are open: `id`, `campaign_id`, and `kinds` by name.

    A row for each action that has a person. Also counted is what waits, and what was taken back: nobody is asked twice.
    """
    return session.execute(_KINDS_TAKEN, {"ids": list(action_ids), "taking_part": list(TAKING_PART)}).all()


def find_my_link(session: Session, public_id: UUID) -> MyLink | None:
    """Return the row behind a `/my` link, or None."""
    return session.scalar(select(MyLink).where(MyLink.public_id == public_id))


def find_person(session: Session, email: str) -> Person | None:
    """Return the person of a canonical address, or None."""
    return session.scalar(select(Person).where(Person.email == email))


def list_public_ids(session: Session, action_ids: Sequence[int]) -> dict[int, UUID]:
    """Return the public ids of actions, by id."""
    query = select(Action.id, Action.public_id).where(Action.id.in_(action_ids))
    return {row.id: row.public_id for row in session.execute(query)}


def list_waiting_of(session: Session, person_ids: Sequence[int]) -> list[Row[Any]]:
    """Return what waits of people, oldest first: `id`, `person_id`, `campaign_id` and the person's `email`."""
    query = (
        select(Action.id, Action.person_id, Action.campaign_id, Person.email)
        .join(Person, Person.id == Action.person_id)
        .where(Action.person_id.in_(person_ids), Action.state == "waiting")
        .order_by(Action.id)
    )
    return list(session.execute(query))


def count_waiting(session: Session, person_ids: Sequence[int]) -> dict[int, int]:
    """Return, by person, how many of their actions wait; those without one are absent."""
    query = (
        select(Action.person_id, func.count())
        .where(Action.person_id.in_(person_ids), Action.state == "waiting")
        .group_by(Action.person_id)
    )
    return {person_id: count for person_id, count in session.execute(query) if person_id is not None}
