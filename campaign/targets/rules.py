"""What companies, their offices and where they stand may hold, whichever door it comes in by."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check, members
from campaign.kernel.problems import Problem
from campaign.kernel.text import NAME_LENGTH
from campaign.people.addresses import BadAddressError, parse_address
from campaign.targets.commands import SaveCompany, TakesStance
from campaign.targets.models import ASKED_SINCE, STANCES

_COUNTRY = "[A-Z]{2}"  # ISO 3166-1 alpha-2
_MOST_LETTERS = 3_600  # an hour
_MOST_AGO = 36_500  # days


def _read_address(given: object) -> str:
    address = fields.read_text(given, NAME_LENGTH, one_line=True)
    try:
        return parse_address(address).canonical
    except BadAddressError as error:
        raise fields.wrong("address", address=address, why="" if error.fault == "malformed" else f": {error}") from None


def _read_since(given: object, context: Context) -> str:
    """Return since when, as exactly as it is given: a year, a month, a day; none of them still to come."""
    value = given if isinstance(given, str) else ""
    if not value or re.fullmatch(ASKED_SINCE, value) is None:
        raise fields.wrong("since")
    fields.read_day(f"{value}-01-01"[: len("2019-10-05")], context.now.date())
    return value


class Office(Given):
    """An office that gets letters, and its address: where that was found, and the day on which it was last checked."""

    office: Annotated[str, fields.line()]
    address: Annotated[str, fields.read_by(_read_address)]
    source: Annotated[str, fields.line("")] = ""
    checked_on: Annotated[date | None, fields.past_day(None)] = None


class Company(Given):
    """A company. `letters_per_hour`: to each of its mailboxes."""

    slug: Annotated[str, fields.own_slug()]
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
        told = {one.office: said for one in self.executives if (said := one.columns("source", "checked_on"))}
        values = self.columns("name", "country", "timezone", "sector")
        return SaveCompany(self.slug, values, offices, self.letters_per_hour, told)


def offices_twice(given: Mapping[str, Any], key: str) -> Iterator[Problem]:
    """Tell of each office that an earlier one of the list under `key` is called like."""
    known = set()
    for index, one in members(given, key):
        office = str(one.get("office") or "").strip()
        if office and office in known:
            yield Problem((key, index), "office_twice", {"office": office})
        known.add(office)


class Standing(Given):
    """A company that a campaign addresses, and where it stood since a day: `as_of`, or so many `days_ago`.

    `asked_since`: a year, a month or a day. `answer`: what the company answered, on the day `answered_on` if known.
    """

    company: Annotated[str, fields.slug()]
    stance: Annotated[str | None, fields.choice(STANCES, None)] = None
    as_of: Annotated[date | None, fields.past_day(None)] = None
    days_ago: Annotated[int | None, fields.whole(most=_MOST_AGO, otherwise=None)] = None
    evidence: Annotated[dict[str, str], fields.texts({})] = {}
    asked_since: Annotated[str, fields.read_by(_read_since, "", needs_context=True)] = ""
    answer: Annotated[dict[str, str], fields.texts({})] = {}
    answered_on: Annotated[date | None, fields.past_day(None)] = None

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of a stance without a day, which would say nothing, or with two; and of a day without its answer."""
        if "as_of" in given and "days_ago" in given:
            yield Problem(("days_ago",), "unknown")
        elif "stance" in given and given.get("as_of") is None and given.get("days_ago") is None:
            yield Problem(("as_of",), "missing")
        if given.get("answered_on") is not None and given.get("answer") is None:
            yield Problem(("answer",), "missing")

    def command(self, now: datetime) -> TakesStance:
        """Return what records it; days are counted back from `now`."""
        counted = None if self.days_ago is None else now.date() - timedelta(days=self.days_ago)
        return TakesStance(
            self.company,
            self.stance,
            self.as_of or counted,
            self.evidence,
            self.columns("asked_since", "answer", "answered_on"),
            is_counted=counted is not None,
        )


def check_company(given: Mapping[str, Any], now: datetime) -> tuple[SaveCompany | None, list[Problem]]:
    """Return the command that saves the company `given`, or None with what is wrong with it."""
    found, problems = check(Company, given, Context(now))
    return found.command() if found else None, problems


def check_standing(
    given: Mapping[str, Any], languages: Sequence[str], now: datetime
) -> tuple[TakesStance | None, list[Problem]]:
    """Return where a company of a campaign in these languages stands, or None with what is wrong with what is given."""
    found, problems = check(Standing, given, Context(now, tuple(languages)))
    return found.command(now) if found else None, problems
