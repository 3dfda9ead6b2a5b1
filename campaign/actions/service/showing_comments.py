"""The operator's reading of words that signers let be shown, and the signer's own word on them.

Whoever reads is an actor with the power to moderate, of what their organizations' campaigns hold. A comment is named by
a mark made of its words (`campaign.actions.comments`): where they changed since they were listed, nothing is released.
The audit log tells campaign and number, never whose words they were.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.comments import DIGEST, IS_SHOWABLE, MARK, sql_of
from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor, Power
from campaign.kernel.scoping import of_campaign, scoped

_ROWS = f"""
SELECT a.id, {sql_of(MARK, "a")} AS mark, {sql_of(DIGEST, "a")} AS digest, a.campaign_id, c.slug AS campaign,
    a.given_name, a.postal_code, a.country, a.language, a.comment, a.confirmed_at,
    coalesce(r.is_released, false) AS is_released
FROM actions a JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN comment_reviews r ON r.action_id = a.id AND r.digest = {sql_of(DIGEST, "a")}
WHERE {of_campaign("a.campaign_id")} AND {sql_of(IS_SHOWABLE, "a")} AND NOT c.is_high_safety
"""  # noqa: S608 - joined from constants
_LIST = text(f"""
{_ROWS} AND (CAST(:slug AS text) IS NULL OR c.slug = :slug)
AND CASE WHEN :is_released THEN r.is_released ELSE r.action_id IS NULL END
ORDER BY a.confirmed_at, a.id LIMIT :most
""")
_NAMED = text(f"{_ROWS} AND {sql_of(MARK, 'a')} = ANY(:marks) ORDER BY a.id")
_JUDGE = text("""
INSERT INTO comment_reviews (action_id, campaign_id, digest, is_released, reviewed_at)
SELECT action_id, campaign_id, digest, :is_released, now()
FROM unnest(CAST(:actions AS bigint[]), CAST(:campaigns AS bigint[]), CAST(:digests AS bytea[]))
    AS u(action_id, campaign_id, digest)
ON CONFLICT (action_id) DO UPDATE SET digest = excluded.digest, is_released = excluded.is_released,
    reviewed_at = excluded.reviewed_at
""")
_LOCK = text("SELECT id FROM actions WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_LET = text("""
UPDATE actions a SET show_comment = :is_shown WHERE a.id = ANY(:ids) AND a.state = 'confirmed' AND a.is_counted
AND a.comment IS NOT NULL AND NOT EXISTS (SELECT FROM campaigns c WHERE c.id = a.campaign_id AND c.is_high_safety)
""")
_OWN = text(f"""
SELECT a.id, a.public_id, a.show_comment, a.state, a.comment, r.is_released
FROM actions a LEFT JOIN comment_reviews r ON r.action_id = a.id AND r.digest = {sql_of(DIGEST, "a")}
WHERE a.id = ANY(:ids) ORDER BY a.id
""")  # noqa: S608 - joined from constants


def list_comments(
    session: Session, actor: Actor, *, slug: str | None = None, is_released: bool = False, most: int = 100
) -> Sequence[Row[Any]]:
    """Return comments that nobody has judged yet (or, `is_released`, those that are shown), oldest first.

    Raises:
        ForbiddenError: the actor may not moderate. So do all that follow here and take an actor.

    Side effects: entries of the audit log, for they were read; `find_comments` leaves the same.
    """
    actor.require(Power.MODERATE)
    rows = session.execute(scoped(_LIST, actor), {"slug": slug, "is_released": is_released, "most": most}).all()
    record(session, actor, "read", *_things(rows))
    return rows


def find_comments(session: Session, actor: Actor, marks: Sequence[str]) -> Sequence[Row[Any]]:
    """Return the comments that marks name, whatever was said of them; those whose words changed are absent."""
    actor.require(Power.MODERATE)
    rows = _find(session, actor, marks)
    record(session, actor, "read", *_things(rows))
    return rows


def _find(session: Session, actor: Actor, marks: Sequence[str]) -> Sequence[Row[Any]]:
    return session.execute(scoped(_NAMED, actor), {"marks": list(marks)}).all()


def release_comments(session: Session, actor: Actor, marks: Sequence[str]) -> int:
    """Let comments be shown on their campaigns' pages, in the words that were read; return how many.

    Side effects: rows of `comment_reviews`, entries of the audit log.
    """
    return _judge(session, actor, marks, "release", is_released=True)


def take_back_comments(session: Session, actor: Actor, marks: Sequence[str]) -> int:
    """Show comments no more, or never, and ask for them no more; return how many. Side effects as above."""
    return _judge(session, actor, marks, "take_back", is_released=False)


def _judge(session: Session, actor: Actor, marks: Sequence[str], verb: str, *, is_released: bool) -> int:
    actor.require(Power.MODERATE)
    found = _find(session, actor, marks)
    session.execute(_LOCK, {"ids": [row.id for row in found]})  # narrowed: found in scope
    rows = _find(session, actor, marks)  # in the words of now, which stay until this is written
    session.execute(
        _JUDGE,
        {
            "actions": [row.id for row in rows],
            "campaigns": [row.campaign_id for row in rows],
            "digests": [bytes(row.digest) for row in rows],
            "is_released": is_released,
        },
    )  # narrowed: as above
    record(session, actor, verb, *_things(rows))
    return len(rows)


def _things(rows: Sequence[Row[Any]]) -> list[Thing]:
    """Return, for each campaign, how many comments of it these are."""
    counts = Counter(row.campaign_id for row in rows)
    return [Thing("comment", campaign_id=campaign_id, count=count) for campaign_id, count in sorted(counts.items())]


def let_show(session: Session, action_ids: Sequence[int], *, is_shown: bool) -> None:
    """Let one's own words be shown, or no more; what was said of the very same words before holds again."""
    session.execute(_LET, {"ids": list(action_ids), "is_shown": is_shown})


def list_own_comments(session: Session, action_ids: Sequence[int]) -> dict[UUID, str]:
    """Return, by public id, how one's own words stand: `shown`, `waiting` (to be read), `refused` or `hidden`.

    Those without words, and what does not count, are absent.
    """
    rows = session.execute(_OWN, {"ids": list(action_ids)})
    return {row.public_id: _standing(row) for row in rows if row.state == "confirmed" and row.comment}


def _standing(row: Row[Any]) -> str:
    if not row.show_comment:
        return "hidden"
    return "waiting" if row.is_released is None else "shown" if row.is_released else "refused"
