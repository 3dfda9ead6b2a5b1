"""What the page of a campaign's texts shows, as plain values: groups of boxes, one box a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from campaign.actions.kind import TextBox
from campaign.kernel.languages import KNOWN, Language
from campaign.kernel.markdown import render_markdown
from campaign.kernel.problems import Problem
from campaign.organize.texts.boxes import GOAL, TEXT
from campaign.organize.texts.merging import LANGUAGE, Conflict
from campaign.organize.texts.saving import REASON, Outcome, Texts, freshness
from campaign.revisions.models import Revision


@dataclass(frozen=True)
class Cell:
    """One box. `state`: ``missing``, ``older`` or empty. `rendered`: what its Markdown looks like, where that is shown.

    `conflict`: what somebody else saved meanwhile; `saved_by`: the revision by which.
    """

    key: str
    language: Language
    text: str
    state: str
    problem: Problem | None
    conflict: Conflict | None
    saved_by: Revision | None
    rendered: Markup | None


@dataclass(frozen=True)
class Row:
    """One text in all languages."""

    box: TextBox
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Section:
    """The texts that belong together."""

    words: object
    rows: Sequence[Row]


@dataclass(frozen=True)
class TextsPage:
    """All of the page.

    Args:
        number: of the revision that the form is made from.
        languages: its columns, the campaign's own first. offered: those that can be added.
        goal: as typed. goal_conflict: what somebody else saved meanwhile.
        gone: languages that were taken away while somebody wrote in them, to be chosen.
        wants_reason: whether a box for the reason stands there.
        problems: all of them by key, the page's own order.
    """

    number: int
    languages: Sequence[Language]
    offered: Sequence[Language]
    sections: Sequence[Section]
    goal: str
    goal_conflict: Conflict | None
    gone: Sequence[Language]
    wants_reason: bool
    problems: Mapping[str, Problem]


def show(
    texts: Texts, outcome: Outcome, *, room: str = TEXT, extra: Sequence[str] = (), is_rendered: bool = False
) -> TextsPage:
    """Return the page of what is stored, or of what was typed and came to nothing yet.

    Args:
        texts: what is stored now.
        outcome: its sheet is what the boxes hold.
        room: whose boxes are shown.
        extra: languages to write in that the campaign does not have yet.
        is_rendered: whether Markdown is shown as it will look.
    """
    sheet = outcome.sheet
    tags = [*sheet.languages, *(tag for tag in extra if tag in KNOWN and tag not in sheet.languages)]
    states = freshness(texts)
    problems = dict(outcome.problems)
    conflicts = {one.key: one for one in outcome.conflicts}
    sections = []
    for group in (one for one in texts.groups if one.room == room):
        rows = []
        for box in group.boxes:
            cells = []
            for tag in tags:
                key = group.key(box, tag)
                text = sheet.get(key)
                rendered = render_markdown(text) if is_rendered and text and box.shape == "markdown" else None
                saved_by = _last(texts, group.name, box.name) if key in conflicts else None
                state = states.get(key, "") if text == texts.sheet.get(key) else ""
                cells.append(
                    Cell(key, KNOWN[tag], text, state, problems.get(key), conflicts.get(key), saved_by, rendered)
                )
            rows.append(Row(box, cells))
        sections.append(Section(group.words, rows))
    return TextsPage(
        number=outcome.number,
        languages=[KNOWN[tag] for tag in tags],
        offered=[language for tag, language in KNOWN.items() if tag not in tags],
        sections=sections,
        goal=sheet.get(GOAL),
        goal_conflict=conflicts.get(GOAL),
        gone=[KNOWN[key.removeprefix(LANGUAGE)] for key in conflicts if key.startswith(LANGUAGE)],
        wants_reason=REASON in problems,
        problems=problems,
    )


def _last(texts: Texts, part: str, column: str) -> Revision | None:
    """Return the revision that changed a column last."""
    for revision in reversed(texts.revisions):
        for change in revision.changes:
            if change.get("part", "") == part and column in change.get("values", {}):
                return revision
    return None


def untouched(texts: Texts) -> Outcome:
    """Return what is stored, as the page begins."""
    return Outcome(texts.sheet, texts.number)
