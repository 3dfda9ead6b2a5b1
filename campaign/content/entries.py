"""Check the entries of a content file by the rules of their domains, and make commands of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from campaign.campaigns import rules as campaigns
from campaign.content.sections import CampaignPart
from campaign.content.specs import LoadCampaign
from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check, members
from campaign.kernel.problems import Problem
from campaign.kernel.slugs import is_slug
from campaign.targets import rules as targets
from campaign.targets.commands import SaveCompany


class Campaign(campaigns.Campaign):
    """A campaign with the companies that it addresses."""

    companies: Annotated[tuple[targets.Standing, ...], fields.nothing(())] = ()

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of a company that stands twice, too."""
        yield from super().beside(given, context)
        known = set()
        for index, one in members(given, "companies"):
            company = str(one.get("company"))
            if company in known and is_slug(company):
                yield Problem(("companies", index, "company"), "company_twice", {"company": company})
            known.add(company)


class Office(Given):
    """An office that every company of the file has which names none of its own."""

    office: Annotated[str, fields.line()]
    local_part: Annotated[str, fields.line()]


class Shared(Given):
    """What a file says of all its companies."""

    executives: Annotated[tuple[Office, ...], fields.nothing(())] = ()
    executive_address: Annotated[str | None, fields.line(None)] = None

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterator[Problem]:
        """Tell of offices that stand twice, or have no pattern for their addresses."""
        if given.get("executive_address") is not None:
            yield from targets.offices_twice(given, "executives")
        else:
            yield from (Problem(("executives", index), "no_pattern") for index, _ in members(given, "executives"))

    def of_company(self, slug: object) -> list[dict[str, str]]:
        """Return the offices of the company of this slug, as it would name them itself."""
        if self.executive_address is None or not isinstance(slug, str) or not is_slug(slug):
            return []
        pattern = self.executive_address.replace("{company_slug}", slug)
        return [
            {"office": one.office, "address": pattern.replace("{local_part}", one.local_part)}
            for one in self.executives
        ]


def check_shared(given: Mapping[str, Any], now: datetime) -> tuple[Shared | None, Sequence[Problem]]:
    """Return what the file says of all its companies, or None with what is wrong with it."""
    return check(Shared, given, Context(now))


def check_company(
    given: Mapping[str, Any], now: datetime, shared: Shared | None
) -> tuple[SaveCompany | None, Sequence[Problem]]:
    """Return the command, or None with what is wrong; its offices are those of all, unless it lists its own."""
    if shared is not None and "executives" not in given:
        given = {**given, "executives": shared.of_company(given.get("slug"))}
    return targets.check_company(given, now)


def check_campaign(
    given: Mapping[str, Any], now: datetime, parts: Sequence[CampaignPart] = ()
) -> tuple[LoadCampaign | None, Sequence[Problem]]:
    """Return the command, or None with what is wrong; what kinds of action read of it is checked by them (`parts`)."""
    own = {part.name: given[part.name] for part in parts if part.name in given}
    context = campaigns.context_of(given, now)
    found, problems = check(Campaign, {key: value for key, value in given.items() if key not in own}, context)
    problems, read = list(problems), {}
    for part in parts:
        if own.get(part.name) is not None:
            is_high_safety = given.get("safety") == "high"
            read[part.name], wrong = part.check(own[part.name], now, context.languages, is_high_safety=is_high_safety)
            problems += (problem.below(part.name) for problem in wrong)
        elif part.name in own:
            read[part.name] = None
    if found is None or problems:
        return None, problems
    standings = tuple(one.command(now) for one in found.companies) if "companies" in found.model_fields_set else None
    return LoadCampaign(found.command(now), standings, read), problems
