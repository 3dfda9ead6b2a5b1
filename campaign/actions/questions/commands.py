"""What can be asked of a campaign's own questions: frozen commands, the same from every door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Sort = Literal["text", "one", "several", "yes_no", "number"]

SORTS: tuple[Sort, ...] = get_args(Sort)
"""How a question is answered: in a line of text, by one choice, by several, by yes or no, by a whole number."""

WITH_OPTIONS = frozenset({"one", "several"})

MOST_ASKED = 10
"""Of questions that one kind of action asks at a time."""

MOST_OPTIONS = 12
LABEL_LENGTH = 150
PURPOSE_LENGTH = 200
OPTION_LENGTH = 80
MOST_OF_AN_ANSWER = 200
MOST_OF_A_NUMBER = 999_999


@dataclass(frozen=True, slots=True)
class OptionGiven:
    """A choice as it was given: `key` of the one that stands, empty for a new one; its words by language."""

    key: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SaveQuestion:
    """Ask something, or change how it is asked.

    Args:
        campaign: its slug.
        kind: of the action that asks it.
        number: of the question that stands; None for a new one.
        version: that it had when whoever changes it read it.
        sort, label, purpose, options, is_required: as `campaign.actions.questions.models.Question`.
    """

    campaign: str
    kind: str
    number: int | None
    version: int
    sort: Sort
    label: Mapping[str, str]
    purpose: Mapping[str, str]
    options: Sequence[OptionGiven]
    is_required: bool
