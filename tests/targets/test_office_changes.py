"""Offices: held, let go on, checked again, by who has the care; whom a campaign addresses, one change at a time."""

from datetime import date

import pytest
from sqlalchemy import select, text

from campaign.campaigns.models import Campaign
from campaign.campaigns.service import add_campaign, add_organization
from campaign.kernel.actors import OPERATOR, Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.errors import ForbiddenError, NotFoundError, RefusedError
from campaign.outbox.holds import hold
from campaign.outbox.mailboxes import NOTHING, RETURNED, find_mailbox_states
from campaign.revisions.service import Edit
from campaign.targets.addressing import ChangeWhom, change_whom
from campaign.targets.care import give_care
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company, Executive
from campaign.targets.offices import HELD, check_office, hold_office, resume_office
from campaign.targets.queries import list_stances
from campaign.targets.saving import save_company


def _edit():
    return Edit("form", now())


@pytest.fixture
def ana(session):
    organization = add_organization(session, OPERATOR, "ciw", "Coalition of Immokalee Workers")
    for slug in ("wendys", "kroger", "publix"):
        values = {"name": slug.capitalize(), "country": "US", "timezone": "UTC"}
        save_company(session, OPERATOR, SaveCompany(slug, values, {"CEO": f"ceo@{slug}.example"}, None), _edit())
    give_care(session, OPERATOR, company="wendys", organization="ciw")
    return Actor("Ana", frozenset({Power.PUBLISH}), frozenset({organization.id}))


@pytest.fixture
def campaign(session, ana):
    (organization_id,) = ana.organizations
    values = {"goal": 10, "languages": ["en"], "title": {"en": "T"}, "demand": {"en": "D"}}
    made = Campaign(slug="fair", organization_id=organization_id, **values)
    add_campaign(session, ana, made, _edit())
    return made


def _office(session, slug="wendys"):
    return session.scalars(select(Executive).join(Company).where(Company.slug == slug)).one()


def _state(session):
    office = _office(session)
    return find_mailbox_states(session, [(office.company_id, office.address)])[office.company_id, office.address]


def test_an_office_is_held_and_let_go_on(session, ana):
    office = _office(session)
    assert _state(session) == NOTHING
    hold_office(session, ana, "wendys", office.public_id)
    assert _state(session).holds == (HELD,)
    hold(session, mailbox=office.address, reason=RETURNED["bounce"])
    assert len(_state(session).holds) == 2
    resume_office(session, ana, "wendys", office.public_id)
    assert _state(session) == NOTHING
    verbs = session.scalars(text("SELECT verb FROM audit_entries WHERE thing = 'office' ORDER BY id")).all()
    assert verbs == ["hold", "resume"]


@pytest.mark.parametrize("do", [hold_office, resume_office])
def test_an_office_in_others_care_is_not_theirs(session, ana, do):
    with pytest.raises(ForbiddenError):
        do(session, ana, "kroger", _office(session, "kroger").public_id)
    with pytest.raises(NotFoundError):
        do(session, ana, "wendys", _office(session, "kroger").public_id)


def test_an_address_is_checked_again(session, ana):
    office = _office(session)
    check_office(session, ana, "wendys", office.public_id, _edit(), source="Web page", on=date(2026, 11, 1))
    assert (office.source, office.checked_on) == ("Web page", date(2026, 11, 1))
    other = _office(session, "kroger").public_id
    with pytest.raises(ForbiddenError):
        check_office(session, ana, "kroger", other, _edit(), source="", on=date(2026, 11, 1))


def _addressed(session, campaign):
    return [one.company.slug for one in list_stances(session, campaign.id)]


def test_whom_a_campaign_addresses_changes_one_at_a_time(session, ana, campaign):
    for company in ("wendys", "kroger", "publix"):
        change_whom(session, ana, campaign.id, ChangeWhom(company, "add"), _edit())
    for company, step, after in [
        ("kroger", "up", ["kroger", "wendys", "publix"]),
        ("kroger", "up", ["kroger", "wendys", "publix"]),
        ("kroger", "down", ["wendys", "kroger", "publix"]),
        ("wendys", "remove", ["kroger", "publix"]),
    ]:
        change_whom(session, ana, campaign.id, ChangeWhom(company, step), _edit())
        assert _addressed(session, campaign) == after


@pytest.mark.parametrize(
    ("company", "step", "code"),
    [("kroger", "add", "addressed_already"), ("nobody", "add", "no_company"), ("wendys", "up", "no_company")],
)
def test_what_cannot_be_is_told(session, ana, campaign, company, step, code):  # noqa: PLR0917 - fixtures and cases
    change_whom(session, ana, campaign.id, ChangeWhom("kroger", "add"), _edit())
    with pytest.raises(RefusedError) as refused:
        change_whom(session, ana, campaign.id, ChangeWhom(company, step), _edit())
    assert refused.value.problem.code == code
    assert _addressed(session, campaign) == ["kroger"]
