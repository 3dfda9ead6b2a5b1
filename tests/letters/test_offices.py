"""A company's page names the offices that somebody can write to now, and no address; what has no letter names none."""

import re

import pytest
from sqlalchemy import delete, select

from campaign.campaigns.models import Campaign
from campaign.kernel.clock import now
from campaign.letters.models import LetterTemplate
from campaign.letters.queries import having_letters, list_offices
from campaign.targets.models import CampaignTarget, Company, Executive, Stance
from tests.actions.visitor import HIGH_SAFETY, OPEN


@pytest.fixture
def session(fresh, sessions):
    """A session whose work is taken back."""
    with sessions() as opened:
        yield opened


@pytest.fixture
def campaign(session):
    return session.scalars(select(Campaign).where(Campaign.slug == OPEN)).one()


@pytest.fixture
def company(session, campaign):
    """A company of its own that the campaign addresses."""
    row = Company(slug="secret-farms", name="Secret Farms", country="US", timezone="America/New_York")
    session.add(row)
    session.flush()
    session.add(Executive(company_id=row.id, office="Buyer", address="buyer@secret-farms.example"))
    session.add(CampaignTarget(campaign_id=campaign.id, company_id=row.id, position=9))
    session.flush()
    return row


def test_the_page_names_offices_and_no_address(visitor):
    html = visitor.client.get("/companies/kroger").text
    assert "Who supporters write to" in html
    assert "Chief Executive Officer" in html
    assert not re.search(r"\w@\w", html)
    assert "Who supporters write to" not in visitor.client.get("/companies/adidas").text


def test_an_open_campaign_with_a_letter_writes_to_all_offices(session, company):
    assert list_offices(session, company.id) == ["Buyer"]


@pytest.mark.parametrize("values", [{"status": "paused"}, {"status": "draft"}, {"is_high_safety": True}])
def test_none_is_named_by_a_campaign_that_writes_to_nobody(session, company, campaign, values):
    for name, value in values.items():
        setattr(campaign, name, value)
    session.flush()
    assert list_offices(session, company.id) == []


def test_none_is_named_without_a_letter(session, company, campaign):
    session.execute(delete(LetterTemplate).where(LetterTemplate.campaign_id == campaign.id))
    assert list_offices(session, company.id) == []


def test_a_company_that_met_the_demand_is_written_to_no_more(session, company, campaign):
    values = {"as_of": now().date(), "evidence": {}, "campaign_id": campaign.id, "company_id": company.id}
    session.add(Stance(stance="met", **values))
    session.flush()
    assert list_offices(session, company.id) == []


def test_a_campaign_has_a_letter_by_its_text_and_never_in_high_safety(session, campaign):
    safe = session.scalars(select(Campaign.id).where(Campaign.slug == HIGH_SAFETY)).one()
    session.add(LetterTemplate(campaign_id=safe, subjects={"en": ["S"]}, body={"en": "B"}))
    session.flush()
    assert having_letters(session, [campaign.id, safe]) == {campaign.id}
    assert having_letters(session, []) == frozenset()
