"""Companies and their offices from a table: a line is a company, with one of its offices or none.

A company is known by its name, which a table never changes. What a line leaves empty stays as it is stored; of one that
is not here yet, as an earlier line said it. Each line is judged by itself; those that are right become one command a
company.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from campaign.kernel.clock import now
from campaign.kernel.countries import list_countries
from campaign.kernel.csvtables import Columns, Line
from campaign.kernel.problems import Problem
from campaign.kernel.slugs import slug_of
from campaign.kernel.spreadsheets import is_formula
from campaign.kernel.text import sort_key
from campaign.organize.company_queries import CompanyRow, OfficeRow
from campaign.organize.signatory_files import key_of
from campaign.targets.commands import SaveCompany

COLUMNS = Columns(
    {
        "name": ("company", "name", "empresa", "nombre"),
        "country": ("country", "país", "pais"),
        "timezone": ("time zone", "timezone", "zone", "zona horaria", "zona"),
        "sector": ("sector",),
        "office": ("office", "cargo", "oficina"),
        "address": ("email", "e-mail", "address", "mail", "correo", "correo electrónico"),
        "source": ("source", "found", "fuente"),
        "checked_on": ("checked on", "checked", "checked_on", "revisado", "comprobado"),
    },
    needed=("name",),
    most=500,
)

OWN = ("name", "country", "timezone", "sector")
"""The columns of a company itself."""

_OFFICE = ("office", "address", "source", "checked_on")
_TEXTS = ("name", "sector", "office", "source")
_LANGUAGES = ("en", "es")  # of organizers


@dataclass(frozen=True)
class Row:
    """A line and what it comes to.

    Args:
        line: as it stands in the table.
        slug: of its company.
        effects: `company` or `office`: one more; `details`; `address`: another one; `checked`: noted as checked.
        before: the address that an office has now, where it is to have another.
        problems: what is wrong with it, by column.
        command: what it wants; None where it is wrong.
    """

    line: Line
    slug: str
    effects: Sequence[str] = ()
    before: str = ""
    problems: Sequence[Problem] = ()
    command: SaveCompany | None = None


class Judge:
    """Judges line after line: later ones go on from what earlier ones said."""

    def __init__(self, companies: Sequence[CompanyRow]) -> None:
        self._slugs = {key_of(one.name): one.slug for one in companies}
        self._stored = {one.slug: one for one in companies}
        self._mailboxes = {office.address: (one, office) for one in companies for office in one.offices}
        self._said: dict[tuple[str, str], tuple[str, int]] = {}
        self._lines: dict[tuple[str, str], int] = {}
        self._addressed: dict[str, tuple[str, int]] = {}

    def judge(self, line: Line) -> Row:
        """Return what a line comes to."""
        cells = {**line.cells, "country": _country(line.cells.get("country", ""))}
        name = cells.get("name", "")
        slug = self._slugs.get(key_of(name)) or _slug(name)
        stored = self._stored.get(slug)
        problems = [*self._beside(cells, slug), *_formulas(cells)]
        command, found = _check(self._given(cells, slug, stored))
        problems += found
        for address in command.offices.values() if command else ():
            problems += self._taken(line, address, slug)
        if command is None or problems:
            return Row(line, slug, problems=problems)
        named = {
            column: value
            for column, value in command.values.items()
            if stored is None or (cells.get(column) and column != "name")
        }
        command = replace(command, values=named)
        for column in OWN:
            if cells.get(column):
                self._said.setdefault((slug, column), (cells[column], line.number))
        self._lines.setdefault((slug, key_of(cells.get("office", ""))), line.number)
        return Row(line, slug, *_effects(stored, command), command=command)

    def _given(self, cells: Mapping[str, str], slug: str, stored: CompanyRow | None) -> dict[str, object]:
        """Return the plain values that the rules judge: what is not in the line is as it stands."""
        given: dict[str, object] = {"slug": slug}
        for column in OWN:
            given[column] = cells.get(column) or getattr(stored, column, None) or self._before(slug, column)
        if any(cells.get(column) for column in _OFFICE):
            office = {column: cells[column] for column in _OFFICE if cells.get(column)}
            known = _find_office(stored, office.get("office", ""))
            if known is not None:
                office["office"] = known.office
                office.setdefault("address", known.address)
            given["executives"] = [{"office": "", "address": "", **office}]
        return given

    def _before(self, slug: str, column: str) -> str | None:
        value, _number = self._said.get((slug, column), (None, 0))
        return value

    def _beside(self, cells: Mapping[str, str], slug: str) -> Iterator[Problem]:
        """Yield where a line says what another one said, or something else of the same company."""
        before = self._lines.get((slug, key_of(cells.get("office", ""))))
        if before is not None:
            yield Problem(("office" if cells.get("office") else "name",), "twice", {"number": before})
        for column in OWN[1:]:
            value, number = self._said.get((slug, column), ("", 0))
            if value and cells.get(column) and cells[column] != value:
                yield Problem((column,), "otherwise", {"number": number, "value": value})

    def _taken(self, line: Line, address: str, slug: str) -> Iterator[Problem]:
        """Yield where an address is another company's, here or in the table."""
        company, office = self._mailboxes.get(address, (None, None))
        if company is not None and office is not None and company.slug != slug:
            names = {"address": address, "office": office.office, "company": company.name}
            yield Problem(("address",), "office_taken", names)
        other, number = self._addressed.setdefault(address, (slug, line.number))
        if other != slug:
            yield Problem(("address",), "twice", {"number": number})


def commands_of(rows: Sequence[Row]) -> list[SaveCompany]:
    """Return one command for each company that lines want anything of, in their order."""
    commands: dict[str, SaveCompany] = {}
    for row in rows:
        if row.command is None or not row.effects:
            continue
        one = commands.get(row.slug, SaveCompany(row.slug, {}, {}, None))
        commands[row.slug] = SaveCompany(
            row.slug,
            {**row.command.values, **one.values},  # a name as it was first written
            {**one.offices, **row.command.offices},
            None,
            {**one.office_values, **row.command.office_values},
        )
    return list(commands.values())


def _check(given: Mapping[str, object]) -> tuple[SaveCompany | None, list[Problem]]:
    from campaign.targets import rules  # noqa: PLC0415 - pydantic costs 150 ms, which no process that only serves pays

    command, problems = rules.check_company(given, now())
    return command, [Problem(_column(one), one.code, one.parameters) for one in problems]


def _column(problem: Problem) -> tuple[str]:
    """Return which column a problem is about; a name that gives no address of a page is wrong itself."""
    column = str(problem.field[2] if len(problem.field) > 2 else problem.field[0] if problem.field else "name")
    return ("name" if column in {"slug", "executives"} else column,)


def _formulas(cells: Mapping[str, str]) -> Iterator[Problem]:
    for column in _TEXTS:
        if is_formula(cells.get(column, "")):
            yield Problem((column,), "formula", {"sign": cells[column][0]})


def _effects(stored: CompanyRow | None, command: SaveCompany) -> tuple[list[str], str]:
    """Return what a command does to what is stored, and the address that another one is to take the place of."""
    effects, before = list[str](), ""
    if stored is None:
        effects.append("company")
    elif any(getattr(stored, column) != value for column, value in command.values.items()):
        effects.append("details")
    for office, address in command.offices.items():
        known, told = _find_office(stored, office), command.office_values.get(office, {})
        if known is None:
            effects.append("office")
        elif known.address != address:
            effects.append("address")
            before = known.address
        elif any(getattr(known, name) != value for name, value in told.items()):
            effects.append("checked")
    return effects, before


def _find_office(company: CompanyRow | None, office: str) -> OfficeRow | None:
    key = key_of(office)
    return next((one for one in company.offices if key_of(one.office) == key), None) if company and key else None


def _slug(name: str) -> str:
    return slug_of(name.translate({ord("'"): None, ord("\N{RIGHT SINGLE QUOTATION MARK}"): None}), "company")


def _country(given: str) -> str:
    """Return the code of a country that is given by its code, or by its name in a language of organizers."""
    return _names().get(sort_key(given), given.upper()) if given else ""


@cache
def _names() -> Mapping[str, str]:
    names = {sort_key(name): code for language in _LANGUAGES for code, name in list_countries(language)}
    return {**names, "usa": "US", "u.s.": "US", "ee. uu.": "US", "uk": "GB"}
