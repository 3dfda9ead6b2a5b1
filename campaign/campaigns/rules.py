"""What organizations, agreements and campaigns may hold, whichever door it comes in by."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field

from campaign.campaigns.commands import Moment, News, NewsText, SaveAgreement, SaveCampaign, SaveOrganization, Win
from campaign.campaigns.look import ARTS, PALETTES
from campaign.campaigns.models import STATUSES
from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, attempt, check, members
from campaign.kernel.moments import is_shown_twice
from campaign.kernel.problems import Problem
from campaign.kernel.slugs import RESERVED_ORGANIZATIONS
from campaign.kernel.wallclock import instant, read_clock
from campaign.people.addresses import BadAddressError, parse_address

_SAFETIES = ("normal", "high")
_TITLE_LENGTH = 200  # characters
_DEMAND_LENGTH = 1_000
_STANDFIRST_LENGTH = 160  # four lines on a phone; two read better
_ABOUT_LENGTH = 4_000
_ADDRESS_LENGTH = 2_000
_POSTAL_ADDRESS_LENGTH = 300
_DOMAIN_LENGTH = 253  # RFC 1035, §2.3.4, without the dot at its end
_MOST_AGO = 36_500  # days
_LAST_DAY = date(2199, 12, 31)
_LONGEST_AHEAD = timedelta(days=730)
_WHICH = ("first", "second")
_YEAR = fields.whole(1800, 2200, None)
_ART = fields.choice(ARTS, "")
_PALETTE = fields.choice(PALETTES, "")


def _read_link(given: object) -> str:
    value = fields.read_text(given, _ADDRESS_LENGTH, one_line=True)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in value
    except ValueError:
        is_good = False
    if not is_good:
        raise fields.wrong("link")
    return value


def _read_contact(given: object) -> str:
    value = fields.read_text(given, _ADDRESS_LENGTH, one_line=True)
    if value.startswith("https://"):
        return _read_link(value)
    try:
        return f"mailto:{parse_address(value).display}"
    except BadAddressError:
        raise fields.wrong("contact") from None


def _read_postal_address(given: object) -> str:
    value = fields.read_text(given, _POSTAL_ADDRESS_LENGTH, one_line=False)
    return "\n".join(line for line in (line.strip() for line in value.splitlines()) if line)


def _read_domain(given: object) -> str:
    value = fields.read_text(given, _DOMAIN_LENGTH, one_line=True)
    try:
        return parse_address(f"a@{value.removeprefix('@')}").canonical.removeprefix("a@")
    except BadAddressError:
        raise fields.wrong("mail_domain") from None


class Organization(Given):
    """An organization. `contact_url`: where questions go, a web address or a mail address.

    `postal_address`: where a letter on paper reaches it, in lines, without its name. Source: 15 U.S.C. 7704(a)(5)(A)
    wants it in mail that advertises.
    `about`: who they are, in Markdown, in as many languages as they like.
    """

    slug: Annotated[str, fields.own_slug(RESERVED_ORGANIZATIONS)]
    name: Annotated[str, fields.line()]
    place: Annotated[str, fields.line("")] = ""
    donate_url: Annotated[str | None, fields.read_by(_read_link, None)] = None
    contact_url: Annotated[str | None, fields.read_by(_read_contact, None)] = None
    postal_address: Annotated[str | None, fields.read_by(_read_postal_address, None)] = None
    about: Annotated[dict[str, str], fields.texts({}, longest=_ABOUT_LENGTH)] = {}

    def command(self) -> SaveOrganization:
        """Return what saves it."""
        return SaveOrganization(
            self.slug, self.columns("name", "place", "donate_url", "contact_url", "postal_address", "about")
        )


class Signatory(Given):
    """A company that signed, known by its name; `since`: the year."""

    name: Annotated[str, fields.line()]
    since: Annotated[int | None, _YEAR] = None


class Agreement(Given):
    """An agreement: how many signed it as of a day, and some of them by name."""

    slug: Annotated[str, fields.own_slug()]
    name: Annotated[str, fields.line()]
    since: Annotated[int | None, _YEAR] = None
    signatories: Annotated[int | None, fields.whole(otherwise=None)] = None
    as_of: Annotated[date | None, fields.past_day(None)] = None
    signatories_known: Annotated[tuple[Signatory, ...], fields.nothing(())] = ()

    def command(self) -> SaveAgreement:
        """Return what saves it."""
        values = self.columns("name", "since", "signatories", "as_of")
        for field, column in (("signatories", "signatories_count"), ("as_of", "signatories_as_of")):
            if field in values:
                values[column] = values.pop(field)
        return SaveAgreement(self.slug, values, {one.name: one.since for one in self.signatories_known})


class Dated(Given):
    """Something that was on a `date`, or so many `days_ago`."""

    day: Annotated[date | None, fields.past_day(None)] = Field(default=None, alias="date")
    days_ago: Annotated[int | None, fields.whole(most=_MOST_AGO, otherwise=None)] = None

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell where neither is said, or both."""
        said = "date" if "date" in given else "days_ago"
        if given.get(said) is None:
            yield Problem((said,), "missing")
        if said == "date" and "days_ago" in given:
            yield Problem(("days_ago",), "unknown")

    def moment(self, now: datetime) -> Moment:
        """Return noon of that day in UTC, which is that day nearly everywhere; at the latest now."""
        day = self.day or now.date() - timedelta(days=self.days_ago or 0)
        return Moment(min(datetime.combine(day, time(12), UTC), now), is_counted=self.day is None)


class Appointment(Given):
    """When something is to happen: a day and a time by the clocks of a zone.

    `which`: of a time that the clocks show twice that day, the first or the second.
    """

    day: Annotated[date, fields.read_by(lambda given: fields.read_day(given, _LAST_DAY))]
    clock: Annotated[time, fields.read_by(read_clock)]
    timezone: Annotated[str, fields.timezone()]
    which: Annotated[str, fields.choice(_WHICH, "")] = ""

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of a time that is not there that day, is there twice, or is over."""
        day = attempt(lambda one: fields.read_day(one, _LAST_DAY), given.get("day"))
        clock = attempt(read_clock, given.get("clock"))
        name = attempt(fields.read_timezone, given.get("timezone"))
        if day is None or clock is None or name is None:
            return
        at = instant(day, _of_two(clock, given.get("which")), ZoneInfo(name))
        named = {"clock": f"{clock:%H:%M}", "day": str(day), "zone": name}
        if at is None:
            yield Problem(("clock",), "skipped", named)
        elif is_shown_twice(at.astimezone(ZoneInfo(name))) and given.get("which") not in _WHICH:
            yield Problem(("which",), "twice", named)
        elif at <= context.now:
            yield Problem(("day",), "over", named)
        elif at > context.now + _LONGEST_AHEAD:
            yield Problem(("day",), "too_far", {"days": _LONGEST_AHEAD.days})

    def at(self) -> datetime:
        """Return the instant."""
        found = instant(self.day, _of_two(self.clock, self.which), ZoneInfo(self.timezone))
        if found is None:
            raise ValueError("what the clocks skip was refused before")
        return found


def _of_two(clock: time, which: object) -> time:
    return clock.replace(fold=1 if which == "second" else 0)


class Update(Dated):
    """News."""

    title: Annotated[dict[str, str], fields.texts(longest=_TITLE_LENGTH, one_line=True)]
    body: Annotated[dict[str, str], fields.texts()]


class Won(Dated):
    """A win, and what is said of it."""

    text: Annotated[dict[str, str], fields.texts()]


class Campaign(Given):
    """A campaign. Its title names its languages: the demand, which people sign, must be in all of them.

    Every other text must be in the first at least; the rest falls back visibly. `standfirst`: why, in one sentence or
    two, for readers who have not come to the story yet. `mail_domains`: those of companies,
    whose addresses take no part in it, nor do any below them.
    """

    slug: Annotated[str, fields.own_slug()]
    organization: Annotated[str, fields.slug()]
    agreement: Annotated[str | None, fields.slug(None)] = None
    title: Annotated[dict[str, str], fields.title_texts(_TITLE_LENGTH)]
    demand: Annotated[dict[str, str], fields.texts(longest=_DEMAND_LENGTH, one_line=True, complete=True)]
    goal: Annotated[int, fields.whole(1)]
    standfirst: Annotated[dict[str, str], fields.texts({}, longest=_STANDFIRST_LENGTH, one_line=True)] = {}
    story: Annotated[dict[str, str], fields.texts({})] = {}
    art: Annotated[str, _ART] = ""
    palette: Annotated[str, _PALETTE] = ""
    safety: Annotated[str, fields.choice(_SAFETIES, "normal")] = "normal"
    status: Annotated[str | None, fields.choice(STATUSES, None)] = None
    won: Won | None = None
    mail_domains: Annotated[tuple[Annotated[str, fields.read_by(_read_domain)], ...], fields.nothing(())] = ()
    updates: Annotated[tuple[Update, ...], fields.nothing(())] = ()

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of news that could not be told apart."""
        known = set()
        for index, update in members(given, "updates"):
            title = update.get("title")
            name = title.get(context.languages[0]) if context.languages and isinstance(title, Mapping) else None
            if name is not None and str(name).strip() in known:
                yield Problem(("updates", index), "update_twice")
            known.add(str(name).strip())

    def command(self, now: datetime) -> SaveCampaign:
        """Return what saves it."""
        values = {
            "languages": list(self.title),
            **self.columns("title", "demand", "goal", "standfirst", "story", "art", "palette"),
        }
        if "safety" in self.model_fields_set:
            values["is_high_safety"] = self.safety == "high"
        if "mail_domains" in self.model_fields_set:
            values["mail_domains"] = list(dict.fromkeys(self.mail_domains))
        if "won" in self.model_fields_set:
            values["won_text"] = self.won.text if self.won else {}
        return SaveCampaign(
            slug=self.slug,
            values=values,
            organization=self.organization,
            agreement=self.agreement,
            says_agreement="agreement" in self.model_fields_set,
            status=self.status,
            won=self.won.moment(now) if self.won else None,
            news=tuple(News(one.moment(now), one.title, one.body) for one in self.updates),
        )


class Look(Given):
    """What a campaign wears; nothing chosen is no art, and the colours that suit it."""

    art: Annotated[str, _ART] = ""
    palette: Annotated[str, _PALETTE] = ""


class Address(Given):
    """Where a campaign is found."""

    slug: Annotated[str, fields.own_slug()]


def check_slug(given: object, now: datetime) -> list[Problem]:
    """Return what is wrong with a slug that a campaign is to have."""
    return check(Address, {"slug": given}, Context(now))[1]


def context_of(given: Mapping[str, Any], now: datetime) -> Context:
    """Return what the rules of the campaign `given` need: its languages are those of its title."""
    return Context(now, fields.languages_of(given.get("title"), _TITLE_LENGTH))


def check_organization(given: Mapping[str, Any], now: datetime) -> tuple[SaveOrganization | None, list[Problem]]:
    """Return the command that saves the organization `given`, or None with what is wrong with it."""
    found, problems = check(Organization, given, Context(now))
    return found.command() if found else None, problems


def check_agreement(given: Mapping[str, Any], now: datetime) -> tuple[SaveAgreement | None, list[Problem]]:
    """Return the command that saves the agreement `given`, or None with what is wrong with it."""
    found, problems = check(Agreement, given, Context(now))
    return found.command() if found else None, problems


def check_look(given: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], list[Problem]]:
    """Return the columns that dress a campaign as `given`, or none with what is wrong with it."""
    found, problems = check(Look, given, Context(now))
    return ({"art": found.art, "palette": found.palette} if found else {}), problems


def check_appointment(given: Mapping[str, Any], now: datetime) -> tuple[Appointment | None, list[Problem]]:
    """Return when something is to happen, or None with what is wrong with it."""
    return check(Appointment, given, Context(now))


def check_update(
    given: Mapping[str, Any], languages: Sequence[str], now: datetime
) -> tuple[NewsText | None, list[Problem]]:
    """Return the news `given` (`title` and `body` by language), or None with what is wrong with them."""
    found, problems = check(Update, {"days_ago": 0, **given}, Context(now, tuple(languages)))
    return NewsText(found.title, found.body) if found else None, problems


def check_won(given: Mapping[str, Any], languages: Sequence[str], now: datetime) -> tuple[Win | None, list[Problem]]:
    """Return the win `given` (`date`, and `text` by language), or None with what is wrong with it."""
    found, problems = check(Won, given, Context(now, tuple(languages)))
    return Win(found.moment(now).at, found.text) if found else None, problems
