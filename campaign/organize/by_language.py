"""Boxes of a form that hold a text in each language of a campaign: `title-en`, `title-es` …, read and told by name."""

from collections.abc import Iterable, Mapping, Sequence

from campaign.kernel.problems import Problem

Errors = Mapping[str, str]
"""A sentence by the name of its box."""


def texts_of(form: Mapping[str, str], name: str, languages: Sequence[str]) -> dict[str, str]:
    """Return what was typed, by language; what is empty was not written, but in the campaign's own language."""
    typed = {code: form.get(f"{name}-{code}", "").strip() for code in languages}
    return {code: text for code, text in typed.items() if text or code == languages[0]}


def box_of(problem: Problem, languages: Sequence[str]) -> str:
    """Return the name of the box that a problem is about; empty where it is about none."""
    steps = [str(step) for step in problem.field]
    if problem.code == "missing_in":
        steps.append(str(problem.parameters.get("language", languages[0])))
    return "-".join(steps)


def renamed(problems: Iterable[Problem], names: Mapping[str, str]) -> list[Problem]:
    """Return problems whose first step is called as the form calls it."""
    return [
        Problem((names.get(str(one.field[0]), one.field[0]), *one.field[1:]), one.code, one.parameters)
        if one.field
        else one
        for one in problems
    ]
