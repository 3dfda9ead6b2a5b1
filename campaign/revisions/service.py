"""Writes down what was changed, in the transaction that changes it: the history, and the audit log from the same.

Who changes a thing locks its row first (`lock`), so that of two at once the later sees what the earlier did, and the
numbers of its revisions follow one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaign.audit.models import KEPT_FOR
from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor
from campaign.kernel.base import Base
from campaign.revisions.differences import Difference, names_of
from campaign.revisions.models import Revision

Key = tuple[str, int]
"""A thing: the word for its sort, and the id of its row."""


class Edit:
    """One change that somebody makes, of one thing or of several: each gets one revision of it, whoever takes part.

    A file or a form makes one and hands it to every service that it calls; it is of one transaction.

    Args:
        door: what it comes by, in lower case: ``"load"``, ``"status"``.
        at: when (aware).
    """

    def __init__(self, door: str, at: datetime) -> None:
        self.door = door
        self.at = at
        self._written: dict[Key, Revision] = {}

    def keep(
        self,
        session: Session,
        actor: Actor,
        key: Key,
        changes: Sequence[Mapping[str, Any]],
        *,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """Add to the history of a thing, whose row is locked or new, what was changed of it.

        What this edit kept of it already is added to. `about`: what only this sort of thing knows of its change.

        Side effects: a row of `revisions`, or more in one.
        """
        revision = self._written.get(key)
        if revision is None or revision not in session:  # a savepoint that was rolled back took it along
            thing, thing_id = key
            query = select(func.max(Revision.number)).where(Revision.thing == thing, Revision.thing_id == thing_id)
            last = session.scalar(query) or 0  # narrowed: of a thing that the actor was let change
            revision = Revision(
                thing=thing,
                thing_id=thing_id,
                number=last + 1,
                at=self.at,
                door=self.door,
                who=actor.name,
                changes=[],
                about={},
            )
            session.add(revision)
            self._written[key] = revision
        revision.changes = [*revision.changes, *(dict(change) for change in changes)]
        revision.about = {**revision.about, **(about or {})}
        session.flush()


def write_down(
    session: Session,
    actor: Actor,
    edit: Edit,
    thing: Thing,
    differences: Sequence[Difference],
    *,
    row_id: int,
    verb: str = "change",
) -> None:
    """Write down what an actor changed of a thing, in the audit log and in its history; nothing where nothing differs.

    `row_id`: of the thing's row, which is locked or new.

    Side effects: a row of `audit_entries`; one of `revisions`, or more in the one of the same edit.
    """
    if differences:
        record(session, actor, verb, replace(thing, changed=names_of(differences)))
        edit.keep(session, actor, (thing.kind, row_id), [one.kept() for one in differences])


def lock(session: Session, row: Base) -> None:
    """Let nobody else change a row until the transaction ends, and read what the last one left.

    What only refers to it (an action, an RSVP) does not wait.
    """
    session.refresh(row, with_for_update={"key_share": True, "of": type(row)})


_FORGET = text("""
UPDATE revisions SET who = '' WHERE id = ANY(ARRAY(
    SELECT id FROM revisions WHERE who <> '' AND at < now() - CAST(:kept_for AS interval) ORDER BY at LIMIT :most))
RETURNING id
""")


def forget_who(session: Session, most: int = 1_000) -> int:
    """Forget of `most` revisions who made them, when the audit log forgets it; return of how many that was."""
    return len(session.execute(_FORGET, {"kept_for": KEPT_FOR, "most": most}).all())
