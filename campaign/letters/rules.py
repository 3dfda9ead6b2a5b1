"""What the letter of a campaign may hold, whichever door it comes in by."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check
from campaign.kernel.problems import Problem
from campaign.letters.placeholders import IN_LINE, PLACEHOLDERS, find_unfilled

_BODY_LENGTH = 10_000  # characters


def _find_unfilled(given: Mapping[str, Any]) -> Iterator[Problem]:
    """Tell of words in braces that nothing fills in: they would go to every office as they stand there."""
    for key, filled in (("subjects", IN_LINE), ("body", PLACEHOLDERS)):
        by_language = given.get(key)
        for tag, texts in by_language.items() if isinstance(by_language, Mapping) else ():
            for text in texts if isinstance(texts, list) else [texts]:
                for word in find_unfilled(text, filled) if isinstance(text, str) else ():
                    choices = tuple(f"{{{name}}}" for name in filled)
                    yield Problem((key, tag), "unfilled", {"word": word, "choices": choices})


class Letter(Given):
    """What supporters may write to the companies."""

    subjects: Annotated[dict[str, list[str]], fields.text_lists()]
    body: Annotated[dict[str, str], fields.texts(longest=_BODY_LENGTH)]
    talking_points: Annotated[dict[str, list[str]], fields.text_lists({})] = {}

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of what stands in braces and is no placeholder."""
        return _find_unfilled(given)


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
