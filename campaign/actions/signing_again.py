"""What signing again would change, for the mail that asks to confirm it and for its page; told to the mailbox's owner.

One address counts once in a campaign. Who signs again is told so where the mailbox proves who reads it, and nowhere
else: the form answers known and new alike. Of high safety nothing is told: its mail stays in an inbox, and must not say
that its owner's name counts already.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, literal, select
from sqlalchemy.orm import Session, aliased

from campaign.actions.models import Action
from campaign.people.sharedfields import SharedFields, values_of

_TOLD = {
    "name": ("given_name", "family_name"),
    "place": ("postal_code", "country"),
    "comment": ("comment",),
    "show_name": ("show_name",),
    "show_comment": ("show_comment",),
    "answers": ("answers",),
}
"""What is told of a change, and the fields that it is about."""


@dataclass(frozen=True, slots=True)
class Again:
    """What would change of the action that counts.

    Args:
        changes: names of `_TOLD`; none: the same was typed, or something else since.
        before: what it holds until then.
    """

    changes: tuple[str, ...]
    before: SharedFields


def find_again(session: Session, action_ids: Collection[int]) -> Mapping[int, Again]:
    """Return, by id, what confirming would change, for those that wait of an address that counts already."""
    counted = aliased(Action)
    # Written out: a plan for any state could not use the index of those that count, and would read all actions.
    counts = and_(counted.state == literal("confirmed", literal_execute=True), counted.is_counted)
    query = (
        select(Action, counted)
        .join(counted, and_(counted.signer_key == Action.signer_key, counts))
        .where(Action.id.in_(action_ids), Action.state == "waiting", Action.is_counted, Action.person_id.is_not(None))
    )
    return {row[0].id: _compare(row) for row in session.execute(query)}


def _compare(row: Row[Action, Action]) -> Again:
    typed, counted = row
    before = SharedFields(**values_of(counted))
    is_overruled = _typed_at(counted) > _typed_at(typed)
    now, then = values_of(typed), values_of(counted)
    changes = (name for name, fields in _TOLD.items() if any(now[field] != then[field] for field in fields))
    return Again(() if is_overruled else tuple(changes), before)


def _typed_at(action: Action) -> datetime:
    return action.typed_at or action.created_at
