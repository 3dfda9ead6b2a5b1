"""Where a company stands is a history; what it did last decides whether it is written to."""

from datetime import UTC, date, datetime

import pytest

from campaign.campaigns.models import Campaign
from campaign.campaigns.service import add_campaign, add_organization, change_status
from campaign.kernel.actors import OPERATOR
from campaign.kernel.errors import InvalidError, NotFoundError
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.revisions.service import Edit
from campaign.targets.models import CampaignTarget, Company, Executive
from campaign.targets.queries import (
    find_company,
    get_company,
    list_company_executives,
    list_company_stances,
    list_executives,
    list_stances,
    stance_history,
)
from campaign.targets.service import record_stance
from tests.outbox.states_told import stand as states

EDIT = Edit("form", datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture
def campaign(session):
    organization = add_organization(session, OPERATOR, "ciw", "Coalition")
    texts = {"title": {"en": "T"}, "demand": {"en": "D"}}
    campaign = Campaign(slug="fair-food", organization_id=organization.id, goal=10, languages=["en"], **texts)
    add_campaign(session, OPERATOR, campaign, EDIT, status="open")
    for position, slug in enumerate(("wendys", "kroger")):
        company = Company(slug=slug, name=slug, country="US", timezone="America/New_York")
        session.add(company)
        session.flush()
        session.add(CampaignTarget(campaign_id=campaign.id, company_id=company.id, position=position))
        session.add(Executive(company_id=company.id, office="CEO", address=f"ceo@{slug}.example"))
    session.flush()
    session.expire_all()
    return campaign


def record(session, campaign, stance, as_of="2023-12-31", *, slug="kroger", evidence=None):
    company = get_company(session, slug)
    return record_stance(
        session,
        OPERATOR,
        EDIT,
        campaign_id=campaign.id,
        company_id=company.id,
        stance=stance,
        as_of=date.fromisoformat(as_of),
        evidence=evidence or {"en": "Said so."},
    )


def letter(session, campaign, slug="kroger"):
    message = NewMessage(
        lane="letters",
        topic="letters.letter",
        campaign_id=campaign.id,
        company_id=get_company(session, slug).id,
        mailbox=f"ceo@{slug}.example",
        domain=f"{slug}.example",
    )
    append(session, [message])


def now_at(session, campaign):
    return {s.company.slug: s.stance and s.stance.stance for s in list_stances(session, campaign.id)}


def test_the_latest_by_date_is_where_it_stands(session, campaign):
    record(session, campaign, "in_talks", "2024-02-01")
    record(session, campaign, "holdout", "2023-12-31")
    assert now_at(session, campaign) == {"wendys": None, "kroger": "in_talks"}
    history = stance_history(session, get_company(session, "kroger").id, campaign.id)
    assert [row.stance for row in history] == ["in_talks", "holdout"]


def test_of_two_on_one_day_the_one_recorded_last_holds(session, campaign):
    record(session, campaign, "holdout")
    record(session, campaign, "in_talks")
    assert now_at(session, campaign)["kroger"] == "in_talks"


def test_the_same_again_is_not_recorded_twice(session, campaign):
    assert record(session, campaign, "holdout")
    assert not record(session, campaign, "holdout")
    assert record(session, campaign, "holdout", evidence={"en": "Better evidence."})


def test_letters_to_a_company_that_met_the_demand_are_held(session, campaign):
    letter(session, campaign)
    letter(session, campaign, "wendys")
    record(session, campaign, "met")
    letter(session, campaign)
    assert states(session) == [("held", "met"), ("due", None), ("held", "met")]


def test_they_go_on_when_it_breaks_its_word(session, campaign):
    letter(session, campaign)
    record(session, campaign, "met")
    record(session, campaign, "holdout", "2024-06-01")
    assert states(session) == [("due", None)]


def test_a_stance_of_the_past_moves_no_letter(session, campaign):
    letter(session, campaign)
    record(session, campaign, "holdout", "2024-06-01")
    record(session, campaign, "met", "2023-06-01")
    assert states(session) == [("due", None)]


def test_a_met_demand_outlasts_a_pause(session, campaign):
    letter(session, campaign)
    record(session, campaign, "met")
    change_status(session, OPERATOR, "fair-food", "paused")
    change_status(session, OPERATOR, "fair-food", "open")
    assert states(session) == [("held", "met")]


def test_a_pause_outlasts_a_broken_word(session, campaign):
    letter(session, campaign)
    record(session, campaign, "met")
    change_status(session, OPERATOR, "fair-food", "paused")
    record(session, campaign, "holdout", "2024-06-01")
    assert [state for state, _ in states(session)] == ["held"]
    change_status(session, OPERATOR, "fair-food", "open")
    assert states(session) == [("due", None)]


def test_nobody_writes_to_a_company_that_met_the_demand(session, campaign):
    assert [e.company.slug for e in list_executives(session, campaign.id)] == ["wendys", "kroger"]
    record(session, campaign, "met")
    assert [e.company.slug for e in list_executives(session, campaign.id)] == ["wendys"]
    assert len(list_executives(session, campaign.id, include_met=True)) == 2


def test_a_companys_page_finds_its_campaigns_and_offices(session, campaign):
    record(session, campaign, "holdout")
    company = get_company(session, "kroger")
    standing = list_company_stances(session, company.id)
    assert [(s.campaign_id, s.stance and s.stance.stance) for s in standing] == [(campaign.id, "holdout")]
    assert [e.office for e in list_company_executives(session, company.id)] == ["CEO"]


def test_an_unknown_stance_or_company_is_told(session, campaign):
    with pytest.raises(InvalidError):
        record(session, campaign, "signed")
    with pytest.raises(NotFoundError):
        get_company(session, "nobody")
    assert find_company(session, "nobody") is None
