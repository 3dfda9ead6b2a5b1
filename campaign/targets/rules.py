"""What companies, their offices and where they stand may hold, whichever door it comes in by."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check, members
from campaign.kernel.problems import Problem
from campaign.kernel.text import NAME_LENGTH
from campaign.people.addresses import BadAddressError, parse_address
from campaign.targets.commands import SaveCompany, TakesStance
from campaign.targets.models import STANCES

_COUNTRY = "[A-Z]{2}"  # ISO 3166-1 alpha-2
_MOST_LETTERS = 3_600  # an hour


def _read_address(given: object) -> str:
    address = fields.read_text(given, NAME_LENGTH, one_line=True)
    try:
        return parse_address(address).canonical
    except BadAddressError as error:
        raise fields.wrong("address", address=address, why="" if error.fault == "malformed" else f": {error}") from None


class Office(Given):
    """An office that gets letters, and its address."""

    office: Annotated[str, fields.line()]
    address: Annotated[str, fields.read_by(_read_address)]


class Company(Given):
    """A company. `letters_per_hour`: to each of its mailboxes."""

    slug: Annotated[str, fields.slug()]
    name: Annotated[str, fields.line()]
    country: Annotated[str, fields.matching(_COUNTRY, "country")]
    timezone: Annotated[str, fields.timezone()]
    sector: Annotated[str, fields.line("")] = ""
    letters_per_hour: Annotated[int | None, fields.whole(1, _MOST_LETTERS, None)] = None
    executives: Annotated[tuple[Office, ...], fields.nothing(())] = ()

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of an office that stands twice."""
        return offices_twice(given, "executives")

    def command(self) -> SaveCompany:
        """Return what saves it."""
        offices = {one.office: one.address for one in self.executives}
        values = self.columns("name", "country", "timezone", "sector")
        return SaveCompany(self.slug, values, offices, self.letters_per_hour)


def offices_twice(given: Mapping[str, Any], key: str) -> Iterator[Problem]:
    """Tell of each office that an earlier one of the list under `key` is called like."""
    known = set()
    for index, one in members(given, key):
        office = str(one.get("office") or "").strip()
        if office and office in known:
            yield Problem((key, index), "office_twice", {"office": office})
        known.add(office)


class Standing(Given):
    """A company that a campaign addresses, and where it stood since a day."""

    company: Annotated[str, fields.slug()]
    stance: Annotated[str | None, fields.choice(STANCES, None)] = None
    as_of: Annotated[date | None, fields.past_day(None)] = None
    evidence: Annotated[dict[str, str], fields.texts({})] = {}

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of a stance without a day: it would say nothing."""
        if "stance" in given and given.get("as_of") is None:
            yield Problem(("as_of",), "missing")

    def command(self) -> TakesStance:
        """Return what records it."""
        return TakesStance(self.company, self.stance, self.as_of, self.evidence)


def check_company(given: Mapping[str, Any], now: datetime) -> tuple[SaveCompany | None, list[Problem]]:
    """Return the command that saves the company `given`, or None with what is wrong with it."""
    found, problems = check(Company, given, Context(now))
    return found.command() if found else None, problems
