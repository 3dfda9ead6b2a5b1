"""Words of the screen for a campaign's own questions: what the sorts are called, and what can be wrong with one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _

from campaign.actions.questions.commands import SORTS
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Problem

SORT_WORDS: Mapping[str, tuple[LazyString, LazyString]] = {
    "text": (_("Short text"), _("One line, up to 200 characters.")),
    "one": (_("One choice"), _("People pick one of your answers.")),
    "several": (_("Several choices"), _("People pick as many of your answers as they like.")),
    "yes_no": (_("Yes or no"), _("Two answers, nothing to write.")),
    "number": (_("A number"), _("A whole number, such as how many.")),
}

if set(SORT_WORDS) != set(SORTS):
    raise TypeError("each sort of question has its words")

_SENTENCES: Mapping[str, LazyString] = {
    "label.missing": _("Write the question."),
    "label.missing_in": _("Write the question in the campaign’s first language."),
    "label.no_texts": _("Write the question."),
    "purpose.missing": _("Say what the answers are for. People see it under the question."),
    "purpose.missing_in": _("Say what the answers are for, in the campaign’s first language."),
    "purpose.no_texts": _("Say what the answers are for. People see it under the question."),
    "options.missing_in": _("Write this answer in the campaign’s first language, too."),
    "sort.missing": _("Choose how people answer."),
    "not_a_choice": _("Choose from the list."),
    "empty": _("This is needed."),
    "holds_unseen": _("This contains invisible characters. Type it again."),
    "line_break": _("Write this on one line."),
    "option_twice": _("This answer is there twice. Change one of them."),
    "changed_meanwhile": _(
        "Someone else changed this question while you had it open. Compare the two below, then save again."
    ),
    "damaged": _("We couldn’t read some characters. Check the text below and send it again."),
}


def say_problem(problem: Problem) -> str:
    """Return the sentence for what is wrong with a question."""
    if problem.code in _NAMING:
        return str(_NAMING[problem.code](problem.parameters))
    name = str(problem.field[0]) if problem.field else ""
    sentence = _SENTENCES.get(f"{name}.{problem.code}") or _SENTENCES.get(problem.code)
    return str(sentence or gettext("This can’t be saved as it is."))


def _answered(params: Mapping[str, Any]) -> str:
    return str(
        ngettext(
            "%(num)s person answered this question, so its words and its type can’t change. End it, and add a new one.",
            "%(num)s people answered this question, so its words and its type can’t change. End it, and add a new one.",
            params["count"],
        )
    )


_NAMING: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "answered": _answered,
    "too_long": lambda params: gettext("Use at most %(most)d characters.", most=params["most"]),
    "too_many_questions": lambda params: gettext(
        "A form asks at most %(most)s questions. End one to add another.", most=params["most"]
    ),
    "too_many_options": lambda params: gettext("Offer at most %(most)s answers.", most=params["most"]),
    "too_few_options": lambda params: gettext("Offer at least %(least)s answers.", least=params["least"]),
}


def say_problems(problems: Iterable[Problem], first: str) -> dict[str, str]:
    """Return what is wrong, one sentence a box, by the names of the boxes; `first`: the campaign's first language."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(_box_of(problem, first), say_problem(problem))
    return found


def _box_of(problem: Problem, first: str) -> str:
    """Return the name of the box that a problem is beside; empty where it is of the whole."""
    name = problem.field[0] if problem.field else ""
    rest = problem.field[1:]
    language = next((str(part) for part in rest if part in KNOWN), first)
    if name in ("label", "purpose"):
        return f"{name}-{language}"
    if name == "options":
        row = next((part for part in rest if isinstance(part, int)), 0)
        return f"option-{row}-{language}"
    return "sort" if name == "sort" else ""
