"""Which companies a campaign addresses, changed one at a time.

Each change is made of what is stored when its turn comes, so that two organizers who change the list at once both have
their way.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError, UnknownNameError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import lock_campaign
from campaign.revisions.differences import Difference
from campaign.revisions.service import Edit
from campaign.targets.commands import TakesStance
from campaign.targets.queries import find_company, list_stances
from campaign.targets.saving import address_companies

Step = Literal["add", "remove", "up", "down"]


@dataclass(frozen=True, slots=True)
class ChangeWhom:
    """One change of whom a campaign addresses: a company, by slug, is added last, taken away, or moved by one."""

    company: str
    step: Step


def change_whom(session: Session, actor: Actor, campaign_id: int, command: ChangeWhom, edit: Edit) -> list[Difference]:
    """Change whom a campaign addresses; return what differs: nothing where it was so already.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: the company that is to be added is addressed already.
        UnknownNameError: there is no such company, or the campaign does not address it.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    slugs = [standing.company.slug for standing in list_stances(session, campaign_id)]
    after = _changed(slugs, command, is_known=find_company(session, command.company) is not None)
    if after == slugs:
        return []
    standings = [TakesStance(slug, None, None, {}) for slug in after]
    return address_companies(session, actor, campaign_id, standings, edit)


def _changed(slugs: list[str], command: ChangeWhom, *, is_known: bool) -> list[str]:
    company, is_there = command.company, command.company in slugs
    if not (is_known if command.step == "add" else is_there):
        raise UnknownNameError(Problem(("company",), "no_company", {"given": company}))
    if command.step == "add":
        if is_there:
            raise RefusedError(Problem(("company",), "addressed_already"))
        return [*slugs, company]
    others = [slug for slug in slugs if slug != company]
    if command.step == "remove":
        return others
    place = slugs.index(company) + (-1 if command.step == "up" else 1)
    place = min(max(place, 0), len(others))
    return [*others[:place], company, *others[place:]]
