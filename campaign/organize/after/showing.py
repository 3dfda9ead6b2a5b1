"""What the page of what follows signing shows: steps in their order, and mails, each with its boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign.actions.after.part import PART, mails_of
from campaign.actions.after.stored import MAILS, OF_A_STEP, STEPS, WORDS
from campaign.actions.kind import ActionKind, StepWords
from campaign.actions.next_steps import all_steps, say_words
from campaign.kernel.localized import force_language
from campaign.kernel.problems import Problem
from campaign.organize.after.boxes import name_of_mail, name_of_step, unless_of_step
from campaign.organize.texts.boxes import AFTER
from campaign.organize.texts.merging import Conflict
from campaign.organize.texts.saving import Outcome, Texts
from campaign.organize.texts.sheets import NONE, order_of
from campaign.organize.texts.showing import Row, TextsPage, show

ORDER = f"{PART}.{STEPS}"
"""The key of the steps in their order."""


@dataclass(frozen=True)
class StepShown:
    """A step. `unless`: to whom it is not shown. `ours`: what it says else, by the key of its box."""

    name: str
    words: object
    unless: object
    is_shown: bool
    rows: Sequence[Row]
    ours: Mapping[str, str]
    has_own: bool


@dataclass(frozen=True)
class MailShown:
    """A mail, by the name that its preview has."""

    name: str
    words: object
    rows: Sequence[Row]
    has_own: bool


@dataclass(frozen=True)
class AfterPage:
    """All of the page. `problem`, `conflict`: of the order. `theirs`: names of the steps that were saved meanwhile."""

    texts: TextsPage
    steps: Sequence[StepShown]
    mails: Sequence[MailShown]
    problem: Problem | None
    conflict: Conflict | None
    theirs: Sequence[object]


def show_after(texts: Texts, outcome: Outcome, kinds: Sequence[ActionKind], order: Sequence[str] = ()) -> AfterPage:
    """Return the page of what is stored, or of what was typed and came to nothing yet.

    `order`: all steps as the form had them, those that are not shown too; empty: as they are stored.
    """
    page = show(texts, outcome, room=AFTER)
    rows = [row for section in page.sections for row in section.rows]
    steps = all_steps(kinds)
    shown = shown_steps(outcome.sheet.get(ORDER), list(steps))
    conflict = next((one for one in outcome.conflicts if one.key == ORDER), None)
    theirs = shown_steps(conflict.theirs, list(steps)) if conflict else []
    tags = [language.code for language in page.languages]
    organization = texts.campaign.organization.name
    return AfterPage(
        texts=page,
        steps=[
            StepShown(
                name,
                name_of_step(name, steps[name]),
                unless_of_step(name, steps[name]),
                name in shown,
                of_step := _of(rows, WORDS, name),
                _ours(steps[name].words, name, tags, organization),
                _has_own(of_step),
            )
            for name in in_order(shown, order, list(steps))
        ],
        mails=[
            MailShown(name, name_of_mail(name, kinds), of_mail, _has_own(of_mail))
            for name in mails_of(kinds)
            if (of_mail := _of(rows, MAILS, name))
        ],
        problem=dict(outcome.problems).get(ORDER),
        conflict=conflict,
        theirs=[name_of_step(name, steps[name]) for name in theirs],
    )


def shown_steps(text: str, known: Sequence[str]) -> list[str]:
    """Return the steps that a box says are shown, in order; all where it says nothing."""
    order = order_of(text)
    return list(known) if order is None else [name for name in order if name in known]


def in_order(shown: Sequence[str], order: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return all steps as they stand on the page: as the form had them, else those that are shown, then the others."""
    return list(dict.fromkeys((*(name for name in order if name in known), *shown, *known)))


def write_order(order: Sequence[str], shown: Sequence[str], known: Sequence[str]) -> str:
    """Return the steps as their box holds them: empty where all are shown, in the order they have everywhere."""
    chosen = [name for name in order if name in shown]
    return "" if chosen == list(known) else " ".join(chosen) or NONE


def _of(rows: Sequence[Row], group: str, name: str) -> list[Row]:
    return [row for row in rows if row.box.name.startswith(f"{group}.{name}.")]


def _has_own(rows: Sequence[Row]) -> bool:
    """Whether its boxes hold anything, or something of them is wrong: they stand open then."""
    return any(cell.text or cell.problem or cell.conflict for row in rows for cell in row.cells)


def _ours(words: StepWords, name: str, tags: Sequence[str], organization: str) -> dict[str, str]:
    found = dict[str, str]()
    for tag in tags:
        with force_language(tag):
            said = say_words(words, organization)
            found |= {f"{PART}.{WORDS}.{name}.{part}.{tag}": str(getattr(said, part)) for part in OF_A_STEP}
    return found
