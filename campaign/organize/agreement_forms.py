"""Reads the forms about agreements: plain values of named boxes, judged by the rules of content files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaign.campaigns.commands import SaveAgreement
from campaign.kernel.clock import now
from campaign.kernel.formdata import FormData
from campaign.kernel.problems import Path, Problem
from campaign.kernel.slugs import slug_of
from campaign.organize.company_words import say_problem

FIELDS = ("name", "since", "signatories", "as_of")

Given = Mapping[str, object]


@dataclass(frozen=True)
class Read:
    """What a form says: the command, or what is wrong with it, in words by box; "" is of no box."""

    command: SaveAgreement | None
    errors: Mapping[str, str] = field(default_factory=dict)


def errors_of(problems: Iterable[Problem]) -> dict[str, str]:
    """Return the words of problems by the box that each is about, the first of each."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(_box(problem.field), say_problem(problem))
    return found


def _box(path: Path) -> str:
    match path:
        case ("signatories_known", int(), field):
            return {"name": "signatory", "since": "signed_in"}[str(field)]
        case ("slug",):
            return "name"
    return str(path[0]) if path else ""


def read_agreement(form: FormData, slug: str = "") -> Read:
    """Read what an agreement is called, since when it is in force, how many signed; `slug`: of one that is there."""
    typed = {name: form.values.get(name, "").strip() or None for name in FIELDS}
    if typed["signatories"] and not typed["as_of"]:
        del typed["as_of"]  # a count without a date is of the day it is said
    name = slug or slug_of(typed.get("name") or "", "agreement")
    command, problems = check({"slug": name, **typed})
    if form.is_damaged:
        return Read(None, errors_of([Problem((), "damaged"), *problems]))
    return Read(command, errors_of(problems))


def read_signatory(form: FormData, slug: str, name: str) -> Read:
    """Read one company that signed the agreement of this slug and name."""
    one = {"name": form.values.get("signatory", "").strip(), "since": form.values.get("signed_in", "").strip() or None}
    command, problems = check({"slug": slug, "name": name, "signatories_known": [one]})
    if form.is_damaged:
        return Read(None, errors_of([Problem((), "damaged"), *problems]))
    return Read(replace(command, values={}) if command else None, errors_of(problems))


def check(given: Given) -> tuple[SaveAgreement | None, Sequence[Problem]]:
    """Return the command of plain values, or what the rules have against them."""
    from campaign.campaigns.rules import check_agreement  # noqa: PLC0415 - pydantic: only who changes one pays for it

    return check_agreement(given, now())
