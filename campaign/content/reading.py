"""Read a content file into plain values, telling all that is wrong with it at once.

What is read here needs no database; whether the slugs it names exist is asked when it is applied.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from campaign.content import values
from campaign.content.campaign_entries import read_campaign
from campaign.content.errors import ContentError
from campaign.content.nodes import Entry, read_yaml
from campaign.content.sections import Brought, Section, parts_of, sections_of
from campaign.content.specs import AgreementSpec, CompanySpec, Content, OrganizationSpec, SectionSpec
from campaign.people.addresses import BadAddressError, parse_address

OPTIONAL = ("events", "groups")
"""Sections of the file's shape that are loaded where a kind of action reads them; else it is said that they are not."""

SECTIONS = ("organizations", "agreements", "companies", "executives", "executive_address", "campaigns", *OPTIONAL)
"""All that a file may have at its top."""

_COUNTRY = "[A-Z]{2}"  # ISO 3166-1 alpha-2


class _Named(Protocol):
    @property
    def slug(self) -> str: ...

    @property
    def line(self) -> int: ...


Spec = TypeVar("Spec", bound=_Named)


def read_content(raw: bytes, now: datetime, brought: Brought = ()) -> Content:
    """Return what the file says.

    Args:
        raw: the file.
        now: the moment of loading, from which `days_ago` is counted.
        brought: what kinds of action read of it.

    Raises:
        ContentError: with every problem and its line.
    """
    top = read_yaml(raw)
    offices = _shared_offices(top)
    sections, parts = sections_of(brought), parts_of(brought)
    read = {section.name for section in sections}
    content = Content(
        organizations=_all(top, "organizations", "organization", _organization),
        agreements=_all(top, "agreements", "agreement", lambda entry: _agreement(entry, now)),
        companies=_all(top, "companies", "company", lambda entry: _company(entry, offices)),
        campaigns=_all(top, "campaigns", "campaign", lambda entry: read_campaign(entry, now, parts)),
        more={section.name: _section(top, section, now) for section in sections},
        left_out={name: len(top.nodes(name)) for name in OPTIONAL if name not in read and top.is_given(name)},
    )
    top.finish()
    if top.problems:
        raise ContentError(top.problems)
    return content


def read_section(raw: bytes, now: datetime, section: Section) -> tuple[tuple[SectionSpec, ...], list[str]]:
    """Return what the file says in one section, and the names of the others it has, which nobody looks into here.

    Raises:
        ContentError: with every problem of the section and its line; there is no such section, or an unknown one.
    """
    top = read_yaml(raw)
    others = [name for name in SECTIONS if name != section.name and top.is_given(name)]
    if not top.nodes(section.name) and not top.problems:
        top.wrong(top.line, f"there are no {section.name} in this file")
    specs = _section(top, section, now)
    top.finish()
    if top.problems:
        raise ContentError(top.problems)
    return specs, others


def _all(top: Entry, section: str, singular: str, read: Callable[[Entry], Spec | None]) -> tuple[Spec, ...]:
    specs: dict[str, Spec] = {}
    for entry in top.entries(section, singular):
        spec = read(entry)
        entry.finish()
        if spec is None:
            continue
        if spec.slug in specs:
            entry.wrong(spec.line, f"stands twice in this file (first in line {specs[spec.slug].line})")
        specs.setdefault(spec.slug, spec)
    return tuple(specs.values())


def _section(top: Entry, section: Section, now: datetime) -> tuple[SectionSpec, ...]:
    return _all(top, section.name, section.singular, lambda entry: section.read(entry, now))


def _organization(entry: Entry) -> OrganizationSpec | None:
    slug = values.slug(entry)
    columns: dict[str, object] = {"name": values.text(entry, "name", required=True)}
    if entry.is_given("place"):
        columns["place"] = values.text(entry, "place") or ""
    if entry.is_given("donate_url"):
        columns["donate_url"] = values.link(entry, "donate_url")
    if entry.is_given("contact_url"):
        columns["contact_url"] = values.contact(entry, "contact_url")
    return OrganizationSpec(slug, entry.line, columns) if slug else None


def _agreement(entry: Entry, now: datetime) -> AgreementSpec | None:
    slug = values.slug(entry)
    columns: dict[str, object] = {"name": values.text(entry, "name", required=True)}
    if entry.is_given("since"):
        columns["since"] = values.whole(entry, "since", least=1800, most=2200)
    if entry.is_given("signatories"):
        columns["signatories_count"] = values.whole(entry, "signatories")
    if entry.is_given("as_of"):
        columns["signatories_as_of"] = values.day(entry, "as_of", latest=now.date())
    named = {}
    for signatory in entry.entries("signatories_known", "signatory"):
        name = values.text(signatory, "name", required=True)
        since = values.whole(signatory, "since", least=1800, most=2200)
        signatory.finish()
        if name:
            named[name] = since
    return AgreementSpec(slug, entry.line, columns, named) if slug else None


def _company(entry: Entry, shared: dict[str, str]) -> CompanySpec | None:
    slug = values.slug(entry)
    columns: dict[str, object] = {
        "name": values.text(entry, "name", required=True),
        "country": values.matching(entry, "country", _COUNTRY, "two capital letters, such as US"),
        "timezone": values.timezone(entry, "timezone"),
    }
    if entry.is_given("sector"):
        columns["sector"] = values.text(entry, "sector") or ""
    per_hour = values.whole(entry, "letters_per_hour", least=1, most=3600)
    offices: dict[str, str] = {}
    if entry.is_given("executives"):
        for executive in entry.entries("executives", "executive"):
            office = values.text(executive, "office", required=True)
            address = values.text(executive, "address", required=True)
            executive.finish()
            _add_office(executive, offices, office, address)
    else:
        for office, pattern in shared.items():
            _add_office(entry, offices, office, slug and pattern.replace("{company_slug}", slug))
    return CompanySpec(slug, entry.line, columns, offices, per_hour) if slug else None


def _add_office(entry: Entry, offices: dict[str, str], office: str | None, address: str | None) -> None:
    if not office or not address:
        return
    if office in offices:
        entry.wrong(entry.line, f"the office {office!r} stands twice")
    try:
        offices[office] = parse_address(address).canonical
    except BadAddressError:
        entry.wrong(entry.line, f"{address!r} is not an address that mail can reach")


def _shared_offices(top: Entry) -> dict[str, str]:
    """Return the address pattern of each office that every company of the file has."""
    pattern = values.text(top, "executive_address")
    offices: dict[str, str] = {}
    for entry in top.entries("executives", "executive"):
        office = values.text(entry, "office", required=True)
        local_part = values.text(entry, "local_part", required=True)
        entry.finish()
        if pattern is None:
            entry.wrong(entry.line, "needs an executive_address for all, such as {local_part}@{company_slug}.example")
        elif office in offices:
            entry.wrong(entry.line, f"the office {office!r} stands twice")
        elif office and local_part:
            offices[office] = pattern.replace("{local_part}", local_part)
    return offices
