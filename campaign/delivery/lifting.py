"""What an operator sees of suppressions, and how one ends before its time. No address is stored, so none is shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from campaign.audit.service import Thing, record
from campaign.delivery.models import Suppression
from campaign.delivery.suppression import NOT_ME, REFUSAL_LASTS
from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import of_campaign, of_organization, scoped


@dataclass(frozen=True)
class SuppressionView:
    """One suppression: its kind, its scope (None: everywhere), since when and until when (None: until it is lifted)."""

    kind: str
    campaign_id: int | None
    organization_id: int | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Which:
    """Which suppressions are meant. `keys`: the hashes an address may be known by; None, as elsewhere: any."""

    keys: Sequence[bytes] | None = None
    kind: str | None = None
    campaign_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what is asked of a row; one whose time is over is none any more."""
        asked = [or_(Suppression.kind != NOT_ME, Suppression.created_at > func.now() - REFUSAL_LASTS)]
        if self.keys is not None:
            asked.append(Suppression.address_hash.in_(self.keys))
        if self.kind is not None:
            asked.append(Suppression.kind == self.kind)
        if self.campaign_id is not None:
            asked.append(Suppression.campaign_id == self.campaign_id)
        return asked


# An organization's are what its bulk mail is refused by, and what its campaigns are.
_THEIRS = f"({of_organization('suppressions.organization_id')} OR {of_campaign('suppressions.campaign_id')})"


def list_suppressions(session: Session, actor: Actor, which: Which, most: int) -> list[SuppressionView]:
    """Return `most` suppressions, newest first.

    Raises:
        ForbiddenError: the actor may not read people: who knows an address learns of it here.
    """
    actor.require(Power.READ)
    newest = (Suppression.created_at.desc(), Suppression.id)
    query = select(Suppression).where(*which.conditions()).order_by(*newest).limit(most)
    rows = session.scalars(scoped(query, actor, _THEIRS))
    return [_view(row) for row in rows]


def lift(session: Session, actor: Actor, which: Which) -> list[SuppressionView]:
    """Delete suppressions, so that their addresses are written to again; return what they were.

    Raises:
        ForbiddenError: the actor may not send mail.
        ValueError: no keys are given: nobody lifts everything.
    """
    actor.require(Power.SEND)
    if which.keys is None:
        raise ValueError("say whose suppressions to lift")
    query = delete(Suppression).where(*which.conditions()).returning(Suppression)
    rows = session.scalars(scoped(query, actor, _THEIRS)).all()
    of = Counter((row.organization_id, row.campaign_id) for row in rows)
    things = (Thing("suppression", "", whose, campaign, count) for (whose, campaign), count in of.items())
    record(session, actor, "lift", *things)
    return sorted((_view(row) for row in rows), key=lambda one: (one.kind, one.since))


def _view(row: Suppression) -> SuppressionView:
    until = row.created_at + REFUSAL_LASTS if row.kind == NOT_ME else None
    return SuppressionView(row.kind, row.campaign_id, row.organization_id, row.created_at, until)
