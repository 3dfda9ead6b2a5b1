"""What the letter of a campaign may hold, whichever door it comes in by."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check
from campaign.kernel.problems import Problem

_BODY_LENGTH = 10_000  # characters


class Letter(Given):
    """What supporters may write to the companies."""

    subjects: Annotated[dict[str, list[str]], fields.text_lists()]
    body: Annotated[dict[str, str], fields.texts(longest=_BODY_LENGTH)]
    talking_points: Annotated[dict[str, list[str]], fields.text_lists({})] = {}


def check_letter(
    given: object, context: Context, *, is_high_safety: bool
) -> tuple[Mapping[str, object] | None, Sequence[Problem]]:
    """Return the columns of the letter `given`, or None with what is wrong with it; high safety forbids any."""
    found, problems = check(Letter, given, context)
    if is_high_safety and isinstance(given, Mapping):
        problems = [*problems, Problem((), "none_in_high_safety")]
    if found is None or problems:
        return None, problems
    return {"subjects": found.subjects, "body": found.body, "talking_points": found.talking_points}, ()
