"""The demonstration's made-up supporters, taken back: their actions, what hangs on them, and they themselves.

Whoever is real stays, also where a real person acted in a demonstration campaign or typed a made-up address.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.outbox.service import delete_for_actions

_MADE_UP = text("SELECT id, kind FROM actions WHERE is_made_up ORDER BY id FOR UPDATE")
_UNCOUNT = text("""
UPDATE campaign_tallies t SET confirmed = t.confirmed - m.counted, as_of = now()
FROM (SELECT campaign_id, count(*) AS counted FROM actions
      WHERE is_made_up AND is_counted AND state = 'confirmed' GROUP BY campaign_id) m
WHERE t.campaign_id = m.campaign_id
""")
_DELETE_ACTIONS = text("DELETE FROM actions WHERE id = ANY(:ids)")
_NOBODY = "SELECT p.id FROM people p WHERE p.is_made_up AND NOT EXISTS (SELECT FROM actions a WHERE a.person_id = p.id)"
_DELETE_PEOPLE = tuple(
    text(f"DELETE FROM {table} WHERE {column} IN ({_NOBODY})")  # noqa: S608 - constants
    for table, column in (("consents", "person_id"), ("supporters", "person_id"), ("people", "id"))
)
_DELETE_WORDINGS = text("""
DELETE FROM consent_wordings w USING organizations o
WHERE o.id = w.organization_id AND o.is_demo
  AND NOT EXISTS (SELECT FROM consents c WHERE c.wording_id = w.id)
  AND NOT EXISTS (SELECT FROM actions a WHERE a.wording_id = w.id)
""")
_HAS_ACTIONS = text("SELECT EXISTS (SELECT FROM actions WHERE campaign_id = :campaign_id)")


def has_actions(session: Session, campaign_id: int) -> bool:
    """Whether anybody, real or made up, ever acted in the campaign."""
    return bool(session.scalar(_HAS_ACTIONS, {"campaign_id": campaign_id}))


def take_back(session: Session, kinds: Sequence[ActionKind]) -> int:
    """Delete every made-up action and person; return how many actions that was.

    Side effects: tallies go down by what was counted; numbers given to real supporters stay theirs.
    """
    ids: dict[str, list[int]] = defaultdict(list)
    for row in session.execute(_MADE_UP):
        ids[row.kind].append(row.id)
    every = [action_id for of_kind in ids.values() for action_id in of_kind]
    session.execute(_UNCOUNT)
    delete_for_actions(session, every)
    for kind in kinds:
        if ids[kind.name]:
            kind.on_deleted(session, ids[kind.name])
    session.execute(_DELETE_ACTIONS, {"ids": every})
    for statement in _DELETE_PEOPLE:
        session.execute(statement)
    session.execute(_DELETE_WORDINGS)
    return len(every)
