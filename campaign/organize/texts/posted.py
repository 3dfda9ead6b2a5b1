"""What came with a form of a campaign's texts, and what stands in its way, by box; the same in each of their rooms."""

from dataclasses import replace

from flask_babel import gettext

from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN
from campaign.kernel.localized import name_language
from campaign.kernel.problems import Problem
from campaign.organize.problem_words import say_problem
from campaign.organize.texts.boxes import GOAL
from campaign.organize.texts.merging import LANGUAGE
from campaign.organize.texts.saving import REASON, Outcome, Texts, Typed
from campaign.organize.texts.sheets import Sheet, keys_of, settle
from campaign.organize.texts.showing import TextsPage


def read_typed(form: FormData, stored: Texts) -> Typed:
    """Return what came with the form; of fields that no form of ours has, nothing."""
    values = form.values
    languages = tuple(dict.fromkeys(tag for tag in form.lists.get("languages", ()) if tag in KNOWN))
    keys = keys_of(stored.groups, languages)
    asked = [key for key in form.lists.get("asked", ()) if key in keys or key.removeprefix(LANGUAGE) in languages]
    base = values.get("base", "")
    return Typed(
        base=int(base) if base.isdecimal() and len(base) < len("2147483647") else 0,
        sheet=Sheet(languages or stored.sheet.languages, {key: settle(values[key]) for key in keys if key in values}),
        reason=values.get("reason", ""),
        choices={key: values[f"choose.{key}"] for key in asked if f"choose.{key}" in values},
        asked=asked,
    )


def kept(typed: Typed, *problems: Problem) -> Outcome:
    """Return what was typed, with what is wrong with all of it, to be shown again."""
    return Outcome(typed.sheet, typed.base, [("", problem) for problem in problems])


def with_blank(sheet: Sheet, typed: Sheet) -> Sheet:
    """Return a sheet with the columns that the form had, those without a word too."""
    return replace(sheet, languages=tuple(dict.fromkeys((*sheet.languages, *typed.languages))))


def errors_of(page: TextsPage) -> dict[str, str]:
    """Return all that stands in the way, by box, in the page's order."""
    errors = {
        f"{LANGUAGE}{one.code}": gettext(
            "%(language)s was taken away while you were writing in it. Choose what becomes of it.",
            language=name_language(one.code),
        )
        for one in page.gone
    }
    for cell, box in ((cell, row.box) for section in page.sections for row in section.rows for cell in row.cells):
        named = {"box": box.words, "language": name_language(cell.language.code)}
        if cell.problem is not None:
            errors[cell.key] = gettext(
                "%(box)s (%(language)s): %(problem)s", problem=say_problem(cell.problem), **named
            )
        elif cell.conflict is not None:
            errors[cell.key] = gettext(
                "%(box)s (%(language)s): someone saved another text while you were writing. Choose one.", **named
            )
    if page.goal_conflict is not None:
        errors[GOAL] = gettext("Goal: someone saved another number while you were writing. Choose one.")
    rest = {key: say_problem(problem) for key, problem in page.problems.items() if key not in errors}
    return {**errors, **{key if key in (GOAL, REASON) else "": words for key, words in rest.items()}}
