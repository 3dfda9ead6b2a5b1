"""Which organizations one can stay connected with, and what one has subscribed to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.campaigns.models import PUBLIC
from campaign.people.consents import list_own_mail

# An action hangs on a campaign (ADR 0056): the first of the organization's that is open, else the first that is public.
# It stays the same one while it stays open, so that who says "this wasn't me" is heard by the next form, too.
_OFFERING = text("""
SELECT DISTINCT ON (o.id) o.slug, o.name, c.slug AS campaign
FROM organizations o JOIN campaigns c ON c.organization_id = o.id
WHERE c.status = ANY(:public) AND NOT c.is_high_safety
ORDER BY o.id, c.status = 'open' DESC, c.id
""")
_OFFERED = text("SELECT id FROM campaigns WHERE id = ANY(:ids) AND status = ANY(:public) AND NOT is_high_safety")
_SUBSCRIPTIONS = text("""
SELECT a.id, a.public_id, a.state, a.person_id, o.id AS organization_id, o.name AS organization
FROM actions a JOIN campaigns c ON c.id = a.campaign_id JOIN organizations o ON o.id = c.organization_id
WHERE a.id = ANY(:ids) ORDER BY a.id
""")


@dataclass(frozen=True)
class Offering:
    """An organization that one can stay connected with, and the campaign that the action hangs on."""

    slug: str
    name: str
    campaign: str


@dataclass(frozen=True)
class OwnSubscription:
    """One's own, for one's own page. `is_ended`: it was confirmed, and the organization may not write any more."""

    public_id: str
    organization: str
    is_ended: bool


def list_offering(session: Session) -> list[Offering]:
    """Return the organizations one can hear from, by name.

    Those of high-safety campaigns alone are not among them: nobody's address is kept there.
    """
    rows = session.execute(_OFFERING, {"public": list(PUBLIC)})
    return sorted((Offering(row.slug, row.name, row.campaign) for row in rows), key=lambda one: one.name.casefold())


def offered_in(session: Session, campaign_ids: Sequence[int]) -> Collection[int]:
    """Return those of the campaigns that an action of this kind may hang on, open or not."""
    return frozenset(session.scalars(_OFFERED, {"ids": list(campaign_ids), "public": list(PUBLIC)}))


def name_organizations(session: Session, action_ids: Sequence[int], _language: str) -> dict[int, str]:
    """Return, by action, from whom one would hear, for the mails that ask to confirm."""
    rows = session.execute(_SUBSCRIPTIONS, {"ids": list(action_ids)})
    return {row.id: row.organization for row in rows}


def list_subscriptions(session: Session, action_ids: Sequence[int]) -> list[OwnSubscription]:
    """Return these actions as their own supporter may see them."""
    rows = session.execute(_SUBSCRIPTIONS, {"ids": list(action_ids)}).all()
    people = sorted({row.person_id for row in rows if row.person_id is not None})
    mailed = {
        (person, one.organization_id) for person in people for one in list_own_mail(session, person) if one.is_mailed
    }
    return [
        OwnSubscription(
            str(row.public_id),
            row.organization,
            is_ended=row.state == "confirmed" and (row.person_id, row.organization_id) not in mailed,
        )
        for row in rows
    ]
