"""Reads the forms about companies and offices: plain values of named boxes, judged by the rules of content files.

A box is called as its field is; those of the offices of a new company by their number, from 0: `address-0`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from campaign.kernel.clock import now
from campaign.kernel.formdata import FormData
from campaign.kernel.problems import Path, Problem
from campaign.organize.company_words import say_problem
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company

OFFICE_FIELDS = ("office", "address", "source", "checked_on")
COMPANY_FIELDS = ("name", "country", "timezone", "sector", "letters_per_hour")
MOST_OFFICES = 3
"""So many offices are asked of a new company; more come by a file, or one by one."""

Errors = Mapping[str, str]
"""Words by box, for `error_summary` and the boxes; "" is of no box."""


@dataclass(frozen=True)
class Read:
    """What a form says: the command, or what is wrong with it."""

    command: SaveCompany | None
    errors: Errors


def errors_of(problems: Iterable[Problem]) -> dict[str, str]:
    """Return the words of problems by the box that each is about, the first of each."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(_box(problem.field), say_problem(problem))
    return found


def _box(path: Path) -> str:
    if len(path) == 1:
        return str(path[0])
    match path:
        case ("executives", int(number), field):
            return f"{field}-{number}"
        case ("executives", int(number)):
            return f"office-{number}"
    return ""


def read_new_company(form: FormData) -> Read:
    """Read the form of a company that is not there yet, with its first offices."""
    typed = _typed(form)
    rows = [{name: typed.get(f"{name}-{number}", "") for name in OFFICE_FIELDS} for number in range(MOST_OFFICES)]
    used = [number for number, row in enumerate(rows) if any(row.values())]
    offices = [_office(rows[number]) for number in used]
    given = {"slug": typed.get("slug", ""), **_company(typed), "executives": offices}
    command, problems = _check(given, form)
    # Rows that were left empty are not counted by the rules, and are by the boxes.
    return Read(command, errors_of(_renumbered(one, used) for one in problems))


def _renumbered(problem: Problem, used: list[int]) -> Problem:
    match problem.field:
        case ("executives", int(number), *rest):
            return replace(problem, field=("executives", used[number], *rest))
    return problem


def read_company(form: FormData, slug: str) -> Read:
    """Read the form of a company that is there: name, country, zone, sector, pace."""
    command, problems = _check({"slug": slug, **_company(_typed(form))}, form)
    return Read(command, errors_of(problems))


def read_office(form: FormData, company: Company, office: str | None) -> Read:
    """Read the form of an office, one that is there by its name; the company stays as it is."""
    typed = _typed(form)
    one = {**typed, "office": office or typed.get("office", "")}
    given = {"slug": company.slug, "name": company.name, "country": company.country, "timezone": company.timezone}
    command, problems = _check({**given, "executives": [_office(one)]}, form)
    errors = {box.removesuffix("-0"): words for box, words in errors_of(problems).items()}
    return Read(replace(command, values={}) if command else None, errors)


def _check(given: Mapping[str, object], form: FormData) -> tuple[SaveCompany | None, list[Problem]]:
    from campaign.targets import rules  # noqa: PLC0415 - pydantic costs 150 ms, which no process that only serves pays

    command, problems = rules.check_company(given, now())
    if form.is_damaged:
        return None, [Problem((), "damaged"), *problems]
    return command, problems


def _typed(form: FormData) -> dict[str, str]:
    return {name: value.strip() for name, value in form.values.items()}


def _company(typed: Mapping[str, str]) -> dict[str, object]:
    """Return the fields of a company; what is left empty is none, and its pace stays."""
    given: dict[str, object] = {name: typed.get(name) or None for name in ("name", "country", "timezone")}
    given["sector"] = typed.get("sector") or None
    return {**given, **({"letters_per_hour": typed["letters_per_hour"]} if typed.get("letters_per_hour") else {})}


def _office(typed: Mapping[str, str]) -> dict[str, object]:
    return {name: typed.get(name) or None for name in OFFICE_FIELDS}
