"""Cases of companies in one's care, whom a campaign addresses, and proposals."""

from uuid import uuid4

from sqlalchemy import select

from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member
from campaign.campaigns import agreement_care
from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.models import Organization
from campaign.events.queries.finding import list_findable
from campaign.kernel.actors import OPERATOR, Power
from campaign.kernel.clock import now
from campaign.organize.queries import list_member_names
from campaign.proposals import bringing, queries, service
from campaign.proposals.commands import Propose
from campaign.revisions.service import Edit
from campaign.targets import addressing
from campaign.targets.commands import SaveCompany

P = Power.PUBLISH
AGREEMENT = "fair-food-program"


def _edit():
    return Edit("form", now())


def _whom(session, actor, w):
    command = addressing.ChangeWhom(w.company.slug, "remove")
    return addressing.change_whom(session, actor, w.campaign_id, command, _edit())


def _command(w):
    return Propose(w.organization, SaveCompany(w.company.slug, {}, {}, None), w.company.name)


def _propose(session, actor, w):
    return service.propose(session, actor, _command(w))


def _proposed(session, w):
    """A proposal of the world's organization, made by the operator; the id of none in an unknown world."""
    if session.scalar(select(Organization.id).where(Organization.slug == w.organization)) is None:
        return uuid4()
    return service.propose(session, OPERATOR, _command(w))


def _accept(session, actor, w):
    return service.accept(session, actor, _proposed(session, w), _edit())


def _refuse(session, actor, w):
    return service.refuse(session, actor, _proposed(session, w), "No", now())


def _withdraw(session, actor, w):
    return service.withdraw(session, actor, _proposed(session, w), now())


def _list(session, actor, w):
    _proposed(session, w)
    return list(queries.list_proposals(session, actor))


def _get(session, actor, w):
    return queries.get_proposal(session, actor, _proposed(session, w))


def _members(session, actor, w):
    if session.scalar(select(Organization.id).where(Organization.slug == w.organization)) is None:
        return []
    add_member(session, OPERATOR, NewMember(f"{uuid4()}@new.example", w.organization, "viewer", "Eva"))
    return [name for _id, name in list_member_names(session, actor) if name == "Eva"]


def _events(session, actor, w):
    return [one for one in list_findable(session, actor, "en") if one.values["slug"] == w.event_slug]


def _list_care(session, actor, w):
    if session.scalar(select(Organization.id).where(Organization.slug == w.organization)) is None:
        return []
    agreement_care.give_agreement_care(session, OPERATOR, agreement=AGREEMENT, organization=w.organization)
    return list(agreement_care.list_agreement_care(session, actor))


def _bring_agreement(session, actor, w):
    command = SaveAgreement(AGREEMENT, {}, {"Aldi": 2026})
    return bringing.bring_agreement(session, actor, w.organization, command, _edit())


def cases(case):
    """Return the cases; `case` makes one."""
    return [
        case(list_findable, _events, is_found=True, takes_key=False),
        case(list_member_names, _members, Power.ADMINISTER, is_found=True, takes_key=False),
        case(addressing.change_whom, _whom, P, verb="change"),
        case(service.propose, _propose, P, verb="propose"),
        case(service.withdraw, _withdraw, P, verb="withdraw"),
        case(service.accept, _accept, P, verb="accept"),
        case(service.refuse, _refuse, P, verb="refuse"),
        case(queries.list_proposals, _list, P, is_found=True, takes_key=False),
        case(queries.get_proposal, _get, P),
        case(agreement_care.list_agreement_care, _list_care, is_found=True, takes_key=False),
        case(bringing.bring_agreement, _bring_agreement, P, verb="propose"),
        case(queries.get_proposal_id, lambda s, a, w: queries.get_proposal_id(s, a, _proposed(s, w))),
    ]


def for_the_operator(case):
    """Return the cases of what is the operator's alone."""
    give, end = agreement_care.give_agreement_care, agreement_care.end_agreement_care
    keys = {"agreement": AGREEMENT, "organization": "ciw"}
    return [
        case(give, lambda s, a, _: give(s, a, **keys), verb="give_care"),
        case(end, lambda s, a, _: (give(s, OPERATOR, **keys), end(s, a, **keys)), verb="end_care"),
    ]


ELSEWHERE = {
    "campaign.campaigns.agreement_care.check_agreement_care": "tests/organize/test_agreements.py",
    "campaign.campaigns.agreement_care.has_agreement_care": "what `save_agreement` and `accept` ask",
    "campaign.organize.agreement_queries.list_agreement_rows": "agreements are everybody's: tests/organize/test_agreements.py",
    "campaign.organize.agreement_queries.get_agreement_row": "as above",
    "campaign.organize.agreement_queries.list_wanted_by": "as above",
    "campaign.proposals.bringing.plan_company": "what `bring_company` does: tests/organize/test_companies.py",
    "campaign.proposals.bringing.bring_company": "`propose` and `save_company`: tests/organize/test_companies.py",
    "campaign.organize.company_queries.list_companies": "companies are everybody's: tests/organize/test_companies.py",
    "campaign.organize.company_queries.get_company_row": "as above",
    "campaign.organize.company_queries.list_addressed_by": "as above",
    "campaign.targets.offices.hold_office": "what is another's is forbidden, not hidden: tests/targets/test_office_changes.py",
    "campaign.targets.offices.resume_office": "as above",
    "campaign.targets.offices.check_office": "as above",
    "campaign.proposals.queries.is_decider": "what `accept` asks",
    "campaign.proposals.queries.has_care": "what `accept` asks",
}
