"""What a question of a campaign's own may hold, checked over plain values, whichever door they come by."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, cast

from campaign.actions.questions.commands import (
    LABEL_LENGTH,
    MOST_OPTIONS,
    OPTION_LENGTH,
    PURPOSE_LENGTH,
    SORTS,
    WITH_OPTIONS,
    OptionGiven,
    SaveQuestion,
    Sort,
)
from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check, members
from campaign.kernel.problems import Problem

_LEAST_OPTIONS = 2


class Option(Given):
    """One choice."""

    key: str = ""
    label: Annotated[dict[str, str], fields.texts(longest=OPTION_LENGTH, one_line=True)]


class Question(Given):
    """A question, what its answers are for, and what may be chosen."""

    sort: Annotated[str, fields.choice(SORTS)]
    label: Annotated[dict[str, str], fields.texts(longest=LABEL_LENGTH, one_line=True)]
    purpose: Annotated[dict[str, str], fields.texts(longest=PURPOSE_LENGTH, one_line=True)]
    options: Annotated[tuple[Option, ...], fields.nothing(())] = ()
    is_required: bool = False

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterable[Problem]:
        """Tell of choices that are too few, too many, or two of the same words."""
        if given.get("sort") not in WITH_OPTIONS:
            return
        options = members(given, "options")
        if len(options) < _LEAST_OPTIONS:
            yield Problem(("options",), "too_few_options", {"least": _LEAST_OPTIONS})
        if len(options) > MOST_OPTIONS:
            yield Problem(("options",), "too_many_options", {"most": MOST_OPTIONS})
        known: set[tuple[str, str]] = set()
        for index, option in options:
            label = option.get("label")
            for language, words in label.items() if isinstance(label, Mapping) else ():
                said = (language, str(words).strip().casefold())
                if said[1] and said in known:
                    yield Problem(("options", index, "label", language), "option_twice")
                known.add(said)


def check_question(
    given: Mapping[str, Any],
    languages: Iterable[str],
    now: datetime,
    *,
    campaign: str,
    kind: str,
    number: int | None,
    version: int,
) -> tuple[SaveQuestion | None, list[Problem]]:
    """Return the command that saves the question `given`, or None with what is wrong with it."""
    found, problems = check(Question, given, Context(now, tuple(languages)))
    if found is None:
        return None, problems
    options = [OptionGiven(option.key, option.label) for option in found.options]
    command = SaveQuestion(
        campaign,
        kind,
        number,
        version,
        cast("Sort", found.sort),
        found.label,
        found.purpose,
        options if found.sort in WITH_OPTIONS else (),
        found.is_required,
    )
    return command, []
