"""What a campaign may say of what follows signing, whichever door it comes in by.

Its texts are plain, in any of the campaign's languages: in the others people read ours. Those of a mail hold no web
address and no mark of ours (`[[link]]`): where a mail leads is not its text's to say.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from campaign.actions.after.stored import MAILS, STEPS, WORDS
from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check
from campaign.kernel.mailtext import SUBJECT_LENGTH
from campaign.kernel.names import looks_like_link
from campaign.kernel.problems import Problem

HEADING_LENGTH = 60  # characters: two lines on a phone
SENTENCE_LENGTH = 240
BUTTON_LENGTH = 40
PARAGRAPH_LENGTH = 600

_MARK = re.compile(r"\[\[|\]\]")


class _StepWords(Given):
    """The words of one step."""

    heading: Annotated[dict[str, str], fields.any_texts(longest=HEADING_LENGTH)] = {}
    sentence: Annotated[dict[str, str], fields.any_texts(longest=SENTENCE_LENGTH)] = {}
    button: Annotated[dict[str, str], fields.any_texts(longest=BUTTON_LENGTH)] = {}


class _MailWords(Given):
    """The words of one mail, in one paragraph."""

    subject: Annotated[dict[str, str], fields.any_texts(longest=SUBJECT_LENGTH)] = {}
    paragraph: Annotated[dict[str, str], fields.any_texts(longest=PARAGRAPH_LENGTH)] = {}

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of what would lead away, or look as if the mail's own links were meant."""
        for part in ("subject", "paragraph"):
            by_language = given.get(part)
            for tag, text in by_language.items() if isinstance(by_language, Mapping) else ():
                if not isinstance(text, str):
                    continue
                if _MARK.search(text):
                    yield Problem((part, tag), "holds_marks")
                elif looks_like_link(text):
                    yield Problem((part, tag), "leads_away")


class _After(Given):
    """All of it. `steps`: those that are shown, in order."""

    steps: list[Annotated[str, fields.line()]] | None = None
    words: Annotated[dict[str, _StepWords], fields.nothing({})] = {}
    mails: Annotated[dict[str, _MailWords], fields.nothing({})] = {}


@dataclass(frozen=True)
class Known:
    """What can be said something of: steps in the order they have where none is chosen, those with a button; mails."""

    steps: Sequence[str]
    with_button: Collection[str]
    mails: Collection[str]


def check_after(
    given: object, context: Context, known: Known, *, is_high_safety: bool
) -> tuple[Mapping[str, Any] | None, Sequence[Problem]]:
    """Return the columns (`stored.columns_of`) of what is `given`, or None with what is wrong with it."""
    found, problems = check(_After, given, context)
    if isinstance(given, Mapping):
        problems = [*problems, *_beside(given, known, is_high_safety=is_high_safety)]
    if found is None or problems:
        return None, problems
    columns: dict[str, Any] = {}
    if found.steps is not None and list(found.steps) != list(known.steps):
        columns[STEPS] = list(found.steps)
    for group, of_group in ((WORDS, found.words), (MAILS, found.mails)):
        for name, words in of_group.items():
            columns |= {f"{group}.{name}.{part}": texts for part, texts in words.model_dump().items() if texts}
    return columns, ()


def _beside(given: Mapping[str, Any], known: Known, *, is_high_safety: bool) -> Iterator[Problem]:
    """Tell of steps and mails that there are none of, and of what high safety forbids."""
    yield from _steps(given.get(STEPS), known.steps)
    for name, words in _mappings(given.get(WORDS)):
        if name not in known.steps:
            yield Problem((WORDS, name), "unknown")
        elif words.get("button") and name not in known.with_button:
            yield Problem((WORDS, name, "button"), "no_button")
    for name, words in _mappings(given.get(MAILS)):
        if name not in known.mails:
            yield Problem((MAILS, name), "unknown")
        elif is_high_safety and words.get("subject"):
            yield Problem((MAILS, name, "subject"), "subject_fixed")


def _steps(given: object, known: Sequence[str]) -> Iterator[Problem]:
    told = given if isinstance(given, list) else []
    for index, name in enumerate(told):
        if not isinstance(name, str):
            continue
        if name not in known:
            yield Problem((STEPS, index), "not_a_choice", {"choices": tuple(known)})
        elif name in told[:index]:
            yield Problem((STEPS, index), "step_twice", {"step": name})


def _mappings(given: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, words in given.items() if isinstance(given, Mapping) else ():
        yield name, words if isinstance(words, Mapping) else {}
