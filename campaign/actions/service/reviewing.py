"""The operator's review: of what looked like a machine's doing (a filled honeypot), and of what a kind wants looked at.

Nothing is dropped: the confirmation mail went, the row stands aside. Released, it counts as of now (or as soon as it is
confirmed); discarded, it is emptied and never counts. Confirmed, it waits for 30 days and is discarded then: whoever
confirmed it was told the day, and words that nobody judges are not kept.

Who reviews is an actor with the power to moderate, of what their organizations' campaigns hold; what time discards,
`UPKEEP` does. The audit log tells campaign and number, never which action: the log has times, a signer's row none.

The two are looked at apart (`has_reasons`): letting all go that a machine seems to have typed must not let a letter go
that was held for what it says. Of the latter only what is confirmed is shown: until then it is nobody's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.endings import DISCARDED
from campaign.actions.kind import ActionKind
from campaign.actions.models import Action
from campaign.actions.service.confirming import settle_released
from campaign.actions.service.forgetting import forget_lonely
from campaign.actions.service.taking_back import by_kind
from campaign.actions.service.unlinking_mails import untie
from campaign.audit.service import Thing, record
from campaign.kernel.actors import UPKEEP, Actor, Power
from campaign.kernel.personal import emptying
from campaign.kernel.scattered import to_the_day
from campaign.kernel.scoping import of_campaign, scoped
from campaign.outbox.by_mailbox import forget

_IS_OPEN = f"""
{of_campaign("a.campaign_id")} AND a.is_held AND (a.state = 'held' OR (a.state = 'waiting' AND NOT :has_reasons))
AND EXISTS (SELECT FROM reviews r WHERE r.action_id = a.id AND r.reasons <> '[]') = :has_reasons
"""
_HELD = text(f"""
SELECT a.id, a.public_id, a.kind, c.slug AS campaign, a.state, a.created_at, a.source, a.door, r.reasons, r.ends_at
FROM actions a JOIN campaigns c ON c.id = a.campaign_id LEFT JOIN reviews r ON r.action_id = a.id
WHERE {_IS_OPEN} ORDER BY a.created_at, a.id LIMIT :most
""")  # noqa: S608 - joined from constants
_WHICH = text(f"SELECT public_id FROM actions a WHERE public_id = ANY(:ids) AND {_IS_OPEN}")  # noqa: S608 - as above
_COUNT = text(f"""
SELECT count(*) AS count, coalesce(max(id), 0) AS last, clock_timestamp() AS at FROM actions a WHERE {_IS_OPEN}
""")  # noqa: S608 - as above
_NEXT = text(f"""
SELECT id, public_id FROM actions a
WHERE {_IS_OPEN} AND id > :after AND id <= :last AND created_at <= :at ORDER BY id LIMIT :most
""")  # noqa: S608 - as above
_CLOSE = text("DELETE FROM reviews WHERE action_id = ANY(:ids)")
_OVER = text("""
SELECT r.action_id, a.public_id FROM reviews r JOIN actions a ON a.id = r.action_id
WHERE r.action_id = ANY(ARRAY(SELECT action_id FROM reviews WHERE ends_at < now() ORDER BY ends_at LIMIT :most))
ORDER BY r.action_id
""")
_LOCK_ALL = text(f"""
SELECT id, campaign_id FROM actions
WHERE public_id = ANY(:ids) AND is_held AND {of_campaign("campaign_id")} ORDER BY id FOR UPDATE
""")  # noqa: S608 - joined from constants
_RELEASE = text("UPDATE actions SET is_held = false WHERE id = ANY(:ids) RETURNING id, state")
_LOCK = text(f"""
SELECT id, kind, person_id, campaign_id FROM actions
WHERE public_id = ANY(:ids) AND is_held AND state IN ('waiting', 'held') AND {of_campaign("campaign_id")}
ORDER BY id FOR UPDATE
""")  # noqa: S608 - as above
_DISCARD = text(f"""
UPDATE actions a SET state = 'discarded', erased_at = {to_the_day("now()")}, {emptying(Action, DISCARDED, "a")}
WHERE id = ANY(:ids)
""")  # noqa: S608 - joined from what columns declare


def list_held(session: Session, actor: Actor, most: int = 200, *, has_reasons: bool = False) -> Sequence[Row[Any]]:
    """Return what waits for review, oldest first: ids, kind, campaign, state, times, door, source; nobody's name.

    Raises:
        ForbiddenError: the actor may not moderate. So do all that follow here and take an actor.
    """
    actor.require(Power.MODERATE)
    return session.execute(scoped(_HELD, actor), {"most": most, "has_reasons": has_reasons}).all()


@dataclass(frozen=True)
class Held:
    """What waits for review at one moment: how many, the highest id, and the moment.

    Ids alone do not tell what came later: those of high-safety actions are in no order.
    """

    count: int
    last: int
    at: datetime


def count_held(session: Session, actor: Actor, *, has_reasons: bool = False) -> Held:
    """Return how much waits for review now."""
    actor.require(Power.MODERATE)
    return Held(*session.execute(scoped(_COUNT, actor), {"has_reasons": has_reasons}).one())


def list_next_held(
    session: Session, actor: Actor, held: Held, *, after: int, most: int, has_reasons: bool = False
) -> Sequence[Row[Any]]:
    """Return `id` and `public_id` of what waited for review then, by id, from the one after `after` on."""
    actor.require(Power.MODERATE)
    values = {"after": after, "last": held.last, "at": held.at, "most": most, "has_reasons": has_reasons}
    return session.execute(scoped(_NEXT, actor), values).all()


def find_held(session: Session, actor: Actor, public_ids: Sequence[UUID], *, has_reasons: bool = False) -> set[UUID]:
    """Return those of `public_ids` that wait for review."""
    actor.require(Power.MODERATE)
    return set(session.scalars(scoped(_WHICH, actor), {"ids": list(public_ids), "has_reasons": has_reasons}))


def end_reviews(session: Session, kinds: Mapping[str, ActionKind], most: int = 500) -> int:
    """Discard `most` of what nobody has looked at in 30 days from its confirmation; return how many were dealt with."""
    rows = session.execute(_OVER, {"most": most}).all()
    if not rows:
        return 0
    discard(session, UPKEEP, [row.public_id for row in rows], kinds)
    session.execute(_CLOSE, {"ids": [row.action_id for row in rows]})
    return len(rows)


def release(session: Session, actor: Actor, public_ids: Sequence[UUID], kinds: Mapping[str, ActionKind]) -> int:
    """Let held actions through; those confirmed meanwhile count now. Return how many."""
    actor.require(Power.MODERATE)
    found = session.execute(scoped(_LOCK_ALL, actor), {"ids": list(public_ids)}).all()
    ids = [row.id for row in found]
    rows = session.execute(_RELEASE, {"ids": ids}).all()  # narrowed: found in scope, and locked
    session.execute(_CLOSE, {"ids": ids})  # narrowed: as above
    settle_released(session, [row.id for row in rows if row.state == "held"], kinds)
    record(session, actor, "release", *_things(found))
    return len(rows)


def discard(session: Session, actor: Actor, public_ids: Sequence[UUID], kinds: Mapping[str, ActionKind]) -> int:
    """Empty held actions for good; return how many. People of whom nothing else is left go with them."""
    actor.require(Power.MODERATE)
    rows = session.execute(scoped(_LOCK, actor), {"ids": list(public_ids)}).all()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    forget(session, ids)
    for kind, kind_ids in by_kind(rows).items():
        kinds[kind].on_erased(session, kind_ids)
    session.execute(_DISCARD, {"ids": ids})  # narrowed: found in scope, and locked
    session.execute(_CLOSE, {"ids": ids})  # narrowed: as above
    untie(session, [row.id for row in rows if row.person_id is None])
    forget_lonely(session, sorted({row.person_id for row in rows if row.person_id is not None}))
    record(session, actor, "discard", *_things(rows))
    return len(ids)


def _things(rows: Iterable[Row[Any]]) -> Iterator[Thing]:
    """Yield, for each campaign, how many actions of it these are."""
    for campaign_id, count in sorted(Counter(row.campaign_id for row in rows).items()):
        yield Thing("action", campaign_id=campaign_id, count=count)
