"""The event, as something that is edited and has a history."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from campaign.events.revisions.running import get_event
from campaign.events.revisions.snapshots import read_differences
from campaign.events.revisions.versions import THING
from campaign.events.revisions.wording import tell_differences
from campaign.kernel.actors import Actor
from campaign.revisions.histories import FROM_A_FILE, Edited, Found
from campaign.revisions.models import Revision


def _find(session: Session, actor: Actor, slug: str) -> Found:
    event = get_event(session, actor, slug)
    return Found(event.id, event.timezone)


def _tell(revision: Revision, timezone: str) -> Iterator[str]:
    for part, line in tell_differences(read_differences(revision.changes), timezone):
        yield f"{part}: {line}" if part else line


def _tell_more(revision: Revision) -> str:
    return f"; told by mail: {revision.about['told_count']}"


EVENT = Edited(
    THING,
    _find,
    {**FROM_A_FILE, "cancel": "by `events cancel`", "leg": "by `events leg`", "form": "by a form"},
    _tell,
    _tell_more,
)
