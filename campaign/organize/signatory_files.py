"""Signatories of an agreement from a table: each line is new, known, a year for one that is known, or refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from campaign.campaigns.commands import SaveAgreement
from campaign.kernel.csvtables import Columns, Line
from campaign.kernel.problems import Problem
from campaign.kernel.spreadsheets import is_formula
from campaign.kernel.text import sort_key
from campaign.organize.agreement_forms import check
from campaign.organize.agreement_queries import AgreementRow, Signed

COLUMNS = Columns(
    {
        "name": ("company", "name", "signatory", "empresa", "nombre", "firmante"),
        "since": ("since", "year", "signed", "desde", "año", "ano"),
    },
    needed=("name",),
    most=2_000,
)

Verdict = Literal["new", "year", "same", "wrong"]


@dataclass(frozen=True)
class Row:
    """A line and what it comes to.

    Args:
        line: as it stands in the table.
        verdict: `new`: a signatory more; `year`: another year for one that is known; `same`: nothing changes.
        name: by which the signatory is known, or will be.
        since: the year it says. before: the year that is known.
        problems: what is wrong with it.
    """

    line: Line
    verdict: Verdict
    name: str = ""
    since: int | None = None
    before: int | None = None
    problems: Sequence[Problem] = ()


def judge(agreement: AgreementRow, signed: Sequence[Signed], lines: Sequence[Line]) -> list[Row]:
    """Return what each line comes to. A company is known by its name, however its accents, capitals and ’ are written.

    A line without a year leaves the one that is known.
    """
    given = [{"name": line.cells.get("name", ""), "since": line.cells.get("since") or None} for line in lines]
    known = {key_of(one.name): one for one in signed}
    seen: dict[str, int] = {}
    rows = []
    for line, one in zip(lines, given, strict=True):
        command, problems = check({"slug": agreement.slug, "name": agreement.name, "signatories_known": [one]})
        key = key_of(line.cells.get("name", ""))
        problems = [*_of_cells(problems), *_beside(line, seen.get(key))]
        seen.setdefault(key, line.number)
        rows.append(_row(line, command, known.get(key), problems))
    return rows


def command_of(agreement: AgreementRow, rows: Sequence[Row]) -> SaveAgreement:
    """Return what brings the lines that change anything to the agreement."""
    return SaveAgreement(agreement.slug, {}, {row.name: row.since for row in rows if row.verdict in {"new", "year"}})


def key_of(name: str) -> str:
    """Return what tells a company by its name, however its accents, capitals and apostrophes are written."""
    return sort_key(name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def _of_cells(problems: Sequence[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield Problem(problem.field[2:] or ("name",), problem.code, problem.parameters)


def _beside(line: Line, before: int | None) -> Iterator[Problem]:
    """Yield what only a table can have wrong: a formula, and a company that stands twice."""
    name = line.cells.get("name", "")
    if is_formula(name):
        yield Problem(("name",), "formula", {"sign": name.strip()[0]})
    elif before is not None and name:
        yield Problem(("name",), "twice", {"number": before})


def _row(line: Line, command: SaveAgreement | None, known: Signed | None, problems: Sequence[Problem]) -> Row:
    if command is None or problems:
        return Row(line, "wrong", problems=problems)
    ((name, since),) = command.signatories.items()
    if known is None:
        return Row(line, "new", name, since)
    is_other = since is not None and since != known.since
    return Row(line, "year" if is_other else "same", known.name, since if is_other else known.since, known.since)
