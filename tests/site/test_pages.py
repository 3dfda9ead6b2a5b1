"""What the public pages say, and what they never show."""

import re

import pytest
from sqlalchemy import delete, select

from campaign.campaigns.models import Campaign
from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError
from campaign.site.queries import get_company_page
from campaign.targets.models import CampaignTarget, Company, Executive, Stance


def page(client, path, language="en"):
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
    return answer.get_data(as_text=True)


def test_home_lists_open_campaigns_and_wins_but_no_draft(client):
    html = page(client, "/")
    assert "join the Fair Food Program" in html
    assert "Trax Apparel" in html
    assert "Fair Fish" not in html


def test_campaign_page_says_demand_count_stances_and_who_leads(client):
    html = page(client, "/campaigns/fair-food")
    assert "Sign a binding Fair Food agreement" in html
    assert "Goal: 50,000" in html
    assert "Holdout" in html
    assert "Asked since 2009." in html
    assert re.search(r">14</strong>\s+companies have signed it\.", html)
    assert "<strong>Kroger, Publix and Wendy’s have not.</strong>" in html
    assert "https://ciw.example/give" in html
    assert "2023-12-31" not in html


def test_campaign_page_in_spanish_has_no_english_left_in_it(client):
    html = page(client, "/es/campaigns/fair-food")
    assert "Firmen un acuerdo vinculante" in html
    assert "Meta: 50" in html
    assert 'lang="en"' not in html.replace('lang="en" hreflang="en"', "").replace('hreflang="en"', "")
    for english in ("Skip to", "Goal", "Where the companies stand", "Led by", "Give to"):
        assert english not in html


def test_open_campaign_shows_the_kinds_panels_and_escapes_hostile_names(client):
    html = page(client, "/campaigns/fair-food")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_won_campaign_shows_no_form_and_says_how_it_was_won(client):
    html = page(client, "/campaigns/trax-apparel")
    assert "<form" not in html
    assert "won back pay and offers of rehire" in html


@pytest.mark.parametrize("path", ["/campaigns/fair-fish", "/campaigns/fair-fish/count.json", "/campaigns/none"])
def test_draft_does_not_exist(client, path):
    assert client.get(path).status_code == 404


def test_company_page_shows_no_address(client):
    html = page(client, "/companies/kroger")
    assert not re.search(r"\w@\w", html)
    assert "Named again in the network" in html


@pytest.fixture
def company(session):
    """A company that the campaign of the fixture's caller may address; taken back afterwards."""
    row = Company(slug="secret-farms", name="Secret Farms", country="US", timezone="America/New_York")
    session.add(row)
    session.flush()
    session.add(Executive(company_id=row.id, office="Buyer", address="buyer@secret-farms.example"))
    return row


def address(session, company, slug, stance=None):
    """Let a campaign address the company."""
    campaign = session.scalars(select(Campaign).where(Campaign.slug == slug)).one()
    session.add(CampaignTarget(campaign_id=campaign.id, company_id=company.id, position=9))
    if stance:
        row = Stance(campaign_id=campaign.id, company_id=company.id, stance=stance, as_of=now().date(), evidence={})
        session.add(row)
    session.flush()
    return campaign


def test_a_company_that_only_a_draft_addresses_does_not_exist_yet(session, company):
    address(session, company, "fair-fish", "holdout")
    with pytest.raises(NotFoundError):
        get_company_page(session, company, "en")
    address(session, company, "fair-food")
    page = get_company_page(session, company, "en")
    assert [entry.card.slug for entry in page.campaigns] == ["fair-food"]


def test_a_company_that_nobody_asks_any_more_keeps_its_page(session, company):
    address(session, company, "fair-food", "met")
    session.execute(delete(CampaignTarget).where(CampaignTarget.company_id == company.id))
    assert get_company_page(session, company, "en").campaigns == ()


def test_count_is_json_for_any_page_of_the_web(client):
    answer = client.get("/campaigns/fair-food/count.json")
    assert answer.json["goal"] == 50000
    assert answer.json["confirmed"] == 0
    assert answer.json["as_of"].endswith("Z")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=" in answer.headers["Cache-Control"]


def test_what_browsers_and_crawlers_ask_for_is_there(client):
    assert client.get("/robots.txt").status_code == 200
    icon = client.get("/favicon.ico", follow_redirects=True)
    assert icon.mimetype == "image/svg+xml"
    assert icon.get_data(as_text=True).startswith("<svg")


def test_every_asset_a_page_names_is_served_for_a_year(client):
    import re

    html = page(client, "/campaigns/fair-food")
    names = re.findall(r'"(/assets/[^"]+)"', html)
    assert len(names) >= 2
    for name in names:
        answer = client.get(name)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    old = client.get(names[0].replace(names[0].split("/")[2], "0" * 12))
    assert old.status_code == 200
    assert "max-age=60" in old.headers["Cache-Control"]
    assert client.get("/assets/x/../../pyproject.toml").status_code == 404


def test_nothing_inline_and_nothing_from_elsewhere(client):
    import re

    for path in ("/", "/campaigns/fair-food", "/companies/kroger", "/none"):
        html = client.get(path).get_data(as_text=True)
        assert "style=" not in html
        assert not re.search(r"\son\w+=", html)
        assert not re.search(r'<script(?! type="application/ld\+json">)(?![^>]*\ssrc=)', html), "data is no script"
        loaded = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", html)  # names, which no browser loads
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', loaded)
