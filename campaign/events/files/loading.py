"""Brings stored events to what a content file says, and tells at which line something cannot be."""

from campaign.content.loading import Loading
from campaign.content.specs import Placed
from campaign.events.commands import SaveEvent
from campaign.events.revisions.wording import tell_differences, tell_effects
from campaign.events.saving import find_event, is_over, save_event
from campaign.kernel.errors import RefusedError

_REFUSALS = {
    "no_campaign": "there is no campaign {given!r} in the database",
    "other_campaign": "its campaign cannot change",
    "has_rsvps": "people have RSVPs, so it cannot be a draft again; it can be cancelled",
}


def apply_event(loading: Loading, placed: Placed[SaveEvent]) -> None:
    """Add the event or bring it to what the file says; say what changed, and whom that touches.

    Raises:
        ForbiddenError: the actor may not publish.
        ContentError: what `save_event` refuses.

    Side effects: as of `save_event`.
    """
    label = f"event {placed.command.slug}"
    try:
        saved = save_event(loading.session, loading.actor, placed.command, loading.edit, loading.marks)
    except RefusedError as error:
        problem = error.problem
        text = _REFUSALS[problem.code].format_map(problem.parameters)
        raise placed.refusal(f"{label}: {text}", *problem.field) from error
    timezone = saved.event.timezone
    for part, line in (*tell_differences(saved.differences, timezone), *tell_effects(saved.effects)):
        loading.say(f"{label}, {part}" if part else label, line)


def is_ahead(loading: Loading, slug: str) -> bool:
    """Whether there is an event of this slug, and it is not over."""
    event = find_event(loading.session, slug)
    return event is not None and not is_over(loading.session, event, loading.now)
