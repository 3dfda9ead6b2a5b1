"""Changes an event from a form: what is stored is read anew, the form's fields are put over it, the whole is checked.

So two organizers who change different things at once both get what they want; of the same thing, the later is told what
the earlier did, and decides. What many people would be told of is shown with its numbers before it is done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.events.commands import SaveEvent
from campaign.events.models import Event
from campaign.events.queries.stored import StoredEvent, Values, read_stored
from campaign.events.revisions.effects import Effects
from campaign.events.revisions.running import get_event
from campaign.events.revisions.snapshots import Difference, read_differences
from campaign.events.revisions.versions import THING
from campaign.events.saving import SavedEvent, add_event, save_event
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.revisions.models import Revision
from campaign.revisions.previewing import attempt
from campaign.revisions.service import Edit, lock

DOOR = "form"
"""What histories call this door."""

Alter = Callable[[StoredEvent], Sequence[Problem]]
"""Puts a form's fields over what is stored; returns what it cannot put there."""

Step = Literal["", "preview", "confirmed"]

Concerns = Callable[[Difference], bool]
"""Whether a difference is of what a form shows."""


@dataclass(frozen=True)
class Outcome:
    """What became of a form.

    Args:
        problems: what is wrong with it; nothing is stored then.
        overtaken: what others changed of the same thing since the form was opened; nothing is stored then.
        differences: what it changes, or changed. effects: whom that touches.
        is_saved: whether it is done; else it is shown first, because it touches somebody.
        number: the last revision of the event, by which the form is sent again.
    """

    problems: Sequence[Problem] = ()
    overtaken: Sequence[Difference] = ()
    differences: Sequence[Difference] = ()
    effects: Effects = field(default_factory=lambda: Effects({}))
    is_saved: bool = False
    number: int = 0
    timezone: str = "UTC"

    @property
    def asks(self) -> bool:
        """Whether it is to be shown before it is done."""
        return not (self.is_saved or self.problems or self.overtaken)


def touches(effects: Effects) -> bool:
    """Whether somebody gets a mail of a change, loses something or is offered something by it."""
    of_legs = any(leg.lose or leg.lose_turn or leg.offered for leg in effects.legs.values())
    return bool(of_legs or effects.told or effects.offers or effects.unreachable)


def check(given: Mapping[str, Any], at: datetime) -> tuple[SaveEvent | None, list[Problem]]:
    """Return the command that saves the event `given`, or None with what is wrong with it: the rules of files."""
    from campaign.events import rules  # noqa: PLC0415 - pydantic costs 150 ms, and only who saves an event needs it

    return rules.check_event(given, at)


def last_number(session: Session, event: Event) -> int:
    """Return the number of the last revision of an event that was found in scope; 0 where there is none."""
    query = select(Revision.number).where(Revision.thing == THING, Revision.thing_id == event.id)
    return (
        session.scalar(query.order_by(Revision.number.desc()).limit(1)) or 0
    )  # narrowed: the event was found in scope


def create(session: Session, actor: Actor, given: Values, at: datetime) -> Outcome:
    """Add an event as a draft.

    Raises:
        ForbiddenError: the actor may not publish.
    """
    actor.require(Power.PUBLISH)
    command, problems = check({**given, "status": "draft"}, at)
    if command is None:
        return Outcome(problems)
    try:
        saved = add_event(session, actor, command, Edit(DOOR, at))
    except RefusedError as error:
        return Outcome([error.problem])
    return Outcome(differences=saved.differences, is_saved=True)


def change(
    session: Session,
    actor: Actor,
    slug: str,
    at: datetime,
    alter: Alter,
    *,
    seen: int,
    concerns: Concerns,
    step: Step,
) -> Outcome:
    """Change an event by a form; return what became of it.

    Args:
        session: of a transaction that this ends neither way.
        actor: who changes it.
        slug: the event's.
        at: the moment.
        alter: puts what was typed over what is stored.
        seen: the event's last revision when the form was opened.
        concerns: what of the event the form is about.
        step: `preview` only shows what it does, `confirmed` does it; else it is done if it touches nobody.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: there is no such event of theirs.

    Side effects: as of `save_event`, once it is saved.
    """
    actor.require(Power.PUBLISH)
    event = get_event(session, actor, slug)
    lock(session, event)
    number = last_number(session, event)
    if overtaken := [one for one in _changed_since(session, event, seen) if concerns(one)]:
        return Outcome(overtaken=overtaken, number=number, timezone=event.timezone)
    stored = read_stored(session, actor, event)
    problems = list(alter(stored))
    command, wrong = check(stored.values, at)
    if command is None or problems:
        return Outcome([*problems, *wrong], number=number, timezone=event.timezone)
    pinned = stored.pinned(command)

    def save() -> SavedEvent:
        return save_event(session, actor, pinned, Edit(DOOR, at))

    try:
        saved = attempt(session, save, is_preview=True)
        is_saved = step == "confirmed" or (step != "preview" and not touches(saved.effects))
        if is_saved:
            saved = save()
    except RefusedError as error:
        return Outcome([error.problem], number=number, timezone=event.timezone)
    return Outcome((), (), saved.differences, saved.effects, is_saved, number, str(pinned.values["timezone"]))


def _changed_since(session: Session, event: Event, seen: int) -> list[Difference]:
    query = select(Revision).where(Revision.thing == THING, Revision.thing_id == event.id, Revision.number > seen)
    revisions = session.scalars(query.order_by(Revision.number))  # narrowed: the event was found in scope
    return [one for revision in revisions for one in read_differences(revision.changes)]
