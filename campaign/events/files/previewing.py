"""Loads the events of a file, or shows what loading it would do: it is loaded all the same, and rolled back."""

from collections.abc import Sequence
from typing import Any

from campaign.content.errors import ContentError, LineProblem
from campaign.content.loading import Loading
from campaign.content.specs import Placed
from campaign.events.files.section import EVENTS
from campaign.revisions.previewing import attempt


def load_events(loading: Loading, specs: Sequence[Placed[Any]], *, is_preview: bool) -> list[str]:
    """Add the events of `specs` or bring them to what it says; return what that changes and whom it touches, by line.

    `is_preview`: nothing of it stays, no row and no mail; the legs it looked at are locked only meanwhile.

    Raises:
        ContentError: with what cannot be done of any of them; nothing is done then.
    """

    def apply_all() -> list[str]:
        problems: list[LineProblem] = []
        for spec in specs:
            try:
                EVENTS.apply(loading, spec)
            except ContentError as error:
                problems += error.problems
        if problems:
            raise ContentError(problems)
        return loading.lines

    return attempt(loading.session, apply_all, is_preview=is_preview)
