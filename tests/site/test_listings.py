"""The pages that lead around: all campaigns, organizations, what all this is; and the way to them from everywhere."""

import re

import pytest
from sqlalchemy import update

from campaign.campaigns.models import Campaign
from campaign.kernel.errors import NotFoundError
from campaign.site.queries import get_organization_page

ABOUT = ("/campaigns", "/organizations/ciw", "/about")


def words_of(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize("path", ABOUT)
@pytest.mark.parametrize("language", ["en", "es", "ur"])
def test_each_is_there_in_each_language_has_one_heading_and_is_the_same_for_all(client, path, language):
    answer = client.get(path if language == "en" else f"/{language}{path}")
    assert answer.status_code == 200
    assert len(re.findall(r"<h1\b", answer.text)) == 1
    assert "max-age=" in answer.headers["Cache-Control"]
    assert "private" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ABOUT)
def test_each_names_its_address_and_stands_on_the_site_map(client, path):
    html = client.get(path).text
    assert f'<link rel="canonical" href="https://campaigns.example{path}">' in html
    assert f"<loc>https://campaigns.example/es{path}</loc>" in client.get("/sitemap.xml").text


def test_open_campaigns_come_before_those_that_were_won_and_no_draft_is_there(client):
    html = client.get("/campaigns").text
    slugs = re.findall(r'href="/campaigns/([\w-]+)"', html)
    assert slugs.index("fair-food") < slugs.index("trax-apparel")
    assert "fair-fish" not in slugs
    assert html.index(">Open campaigns<") < html.index(">Campaigns won<")


def test_an_organization_says_who_it_is_and_what_it_asks_and_won(client):
    html = client.get("/organizations/ciw").text
    words = words_of(html)
    assert "Farmworkers in Immokalee" in words
    assert set(re.findall(r'href="/campaigns/([\w-]+)"', html)) == {"fair-food", "fair-flowers"}
    assert 'href="https://ciw.example/give"' in html
    assert 'href="https://ciw.example/contact"' in html
    assert 'href="/organizations/ciw/privacy"' in html
    assert "Won" in words_of(client.get("/organizations/students").text)
    assert "Quienes cosechan en Immokalee" in words_of(client.get("/es/organizations/ciw").text)


@pytest.mark.parametrize("slug", ["nobody", "itf"])
def test_one_that_has_nothing_but_drafts_has_no_page(client, slug):
    assert client.get(f"/organizations/{slug}").status_code == 404


def test_it_has_one_as_soon_as_a_campaign_is_public_and_none_after(session):
    with pytest.raises(NotFoundError):
        get_organization_page(session, "itf", "en")
    session.execute(update(Campaign).where(Campaign.slug == "fair-fish").values(status="open"))
    assert [card.slug for card in get_organization_page(session, "itf", "en").campaigns.open] == ["fair-fish"]


def test_the_page_about_it_all_says_who_leads_and_who_sends_the_mail(app):
    app.extensions["campaign.about"] = {"is_demo": False, "sender": "Ana <b>"}
    words = words_of(app.test_client().get("/about").text)
    assert "Coalition of Immokalee Workers" in words
    assert "Email from this website comes from Ana &lt;b&gt;." in words
    assert "This is a demonstration" not in words


def test_a_demonstration_says_so(app):
    app.extensions["campaign.about"] = {"is_demo": True, "sender": ""}
    words = words_of(app.test_client().get("/about").text)
    assert "This is a demonstration." in words
    assert "Email from this website" not in words


@pytest.mark.parametrize("path", ["/", "/campaigns/fair-food", "/none"])
def test_the_head_of_every_page_leads_to_campaigns_and_to_ones_own(client, path):
    head = client.get(path).text.partition("</header>")[0]
    assert 'href="/campaigns"' in head
    assert 'href="/my"' in head
    assert 'href="/about"' in head


@pytest.mark.parametrize("slug", ["fair-food", "trax-apparel"])
def test_a_campaign_names_who_leads_it_before_its_demand(client, slug):
    html = client.get(f"/campaigns/{slug}").text
    poster = html.partition('class="poster ')[2].partition("</header>")[0]
    assert re.search(r'Led by <a href="/organizations/[\w-]+">', poster)
    assert poster.index("poster__by") < poster.index("poster__line") < poster.index("poster__standfirst")


def test_the_bar_ends_at_its_own_number_and_the_goal_is_told_apart(client):
    html = client.get("/campaigns/fair-food").text
    count = html.partition('class="count"')[2].partition("</header>")[0]
    assert re.search(r"Next milestone:</span> <span data-end>100<", count)
    assert "Goal: 50,000" in count.partition("data-end")[2]
    assert "Be the first to sign." in count
    assert "to go" not in count
    assert client.get("/campaigns/fair-food/count.json").json["milestone"] == 100


def test_the_bars_of_cards_carry_numbers(client):
    for card in re.findall(r'<article class="card card--open".*?</article>', client.get("/").text, re.DOTALL):
        assert re.search(r"<span data-end>\d", card) or "Goal: " in card
