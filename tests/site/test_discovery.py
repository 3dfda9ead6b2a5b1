"""What machines read: canonical and other addresses, link previews, structured data, site map, feeds, cards."""

import json
import re
from html.parser import HTMLParser
from uuid import uuid5
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.cards import drawing
from campaign.cards.models import CampaignCard
from campaign.kernel.clock import now
from campaign.kernel.languages import split_prefix

HOST = "https://campaigns.example"
DIGEST = "0123456789abcdef"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Head(HTMLParser):
    """Collects the links, metas and JSON-LD of a page."""

    def __init__(self, page):
        super().__init__()
        self.links, self.metas, self.data, self._in_data = [], {}, "", False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "link":
            self.links.append(attrs)
        if tag == "meta":
            self.metas[attrs.get("property") or attrs.get("name")] = attrs.get("content")
        self._in_data = tag == "script" and attrs.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self._in_data:
            self.data += data

    def handle_endtag(self, _tag):
        self._in_data = False

    def one(self, rel):
        return [link["href"] for link in self.links if link.get("rel") == rel and "hreflang" not in link]

    @property
    def languages(self):
        return {link["hreflang"]: link["href"] for link in self.links if "hreflang" in link}


def head(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return Head(response.text)


@pytest.fixture
def writable(site_database):
    """Writes into the demonstration for one test: cards, and texts that are put back."""
    engine = create_engine(site_database)
    with Session(engine) as session:
        kept = {row.id: (dict(row.title), list(row.languages)) for row in session.scalars(select(Campaign))}
        yield session
        session.rollback()
        session.execute(delete(CampaignCard))
        session.execute(delete(CampaignUpdate).where(CampaignUpdate.body["en"].astext == "<b>&</b> ]]>"))
        for key, (title, languages) in kept.items():
            session.execute(update(Campaign).where(Campaign.id == key).values(title=title, languages=languages))
        session.commit()
    engine.dispose()


@pytest.fixture
def card(writable):
    """A stored card of one campaign."""
    key = writable.scalar(select(Campaign.id).where(Campaign.slug == "fair-food"))
    writable.add(CampaignCard(campaign_id=key, language="en", digest=DIGEST, png=b"\x89PNG-en", made_at=now()))
    writable.commit()


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", "/"),
        ("/?lang=en", "/"),
        ("/es/", "/es/"),
        ("/campaigns/fair-food", "/campaigns/fair-food"),
        ("/es/campaigns/fair-food", "/es/campaigns/fair-food"),
        # Urdu readers get the interface in Urdu and the campaign in its first language.
        ("/ur/campaigns/fair-food", "/campaigns/fair-food"),
        # Our own words are not all there in Urdu: what no list of languages names is no canonical page.
        ("/ur/", "/"),
        ("/ur/companies/kroger", "/companies/kroger"),
        ("/ur/privacy", "/privacy"),
        ("/privacy", "/privacy"),
        ("/privacy?lang=en", "/privacy"),
        ("/es/contact", "/es/contact"),
        ("/es/accessibility", "/es/accessibility"),
        ("/es/organizations/ciw/privacy", "/es/organizations/ciw/privacy"),
        ("/companies/kroger", "/companies/kroger"),
        ("/es/companies/kroger", "/es/companies/kroger"),
    ],
)
def test_each_page_names_its_one_address(client, path, canonical):
    found = head(client, path)
    assert found.one("canonical") == [HOST + canonical]
    assert found.metas.get("og:url", HOST + canonical) == HOST + canonical
    assert HOST + canonical in found.languages.values()


@pytest.mark.parametrize("path", ["/", "/companies/kroger"])
def test_what_link_previews_say_of_a_page_is_in_the_language_of_its_address(client, path):
    urdu, english = head(client, f"/ur{path}"), head(client, path)
    for name in ("og:title", "og:description", "og:locale", "og:locale:alternate"):
        assert urdu.metas[name] == english.metas[name]
    assert urdu.data == english.data


@pytest.mark.parametrize(
    "path", ["/", "/campaigns/fair-food", "/companies/kroger", "/privacy", "/organizations/ciw/privacy"]
)
def test_each_page_names_its_other_languages(client, path):
    expected = {"en": HOST + path, "es": f"{HOST}/es{path}", "x-default": HOST + path}
    if not path.startswith("/campaigns/"):  # those are written in two languages, our own pages in three
        expected["ht"] = f"{HOST}/ht{path}"
    assert head(client, path).languages == expected
    assert head(client, f"/es{path}").languages == expected


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_alternates_lead_to_pages_that_answer(client, prefix):
    for address in head(client, f"{prefix}/campaigns/fair-food").languages.values():
        language = "es" if "/es/" in address else "en"
        response = client.get(address.removeprefix(HOST), headers={"Accept-Language": language})
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.text


def test_a_campaign_in_one_language_has_no_other_address(client, writable):
    writable.execute(update(Campaign).where(Campaign.slug == "fair-food").values(languages=["es"]))
    writable.commit()
    found = head(client, "/campaigns/fair-food")
    assert found.languages == {
        "es": f"{HOST}/campaigns/fair-food",
        "x-default": f"{HOST}/campaigns/fair-food",
    }
    assert found.metas["og:locale"] == "es_ES"
    assert "og:locale:alternate" not in found.metas


def test_link_previews_have_words_and_no_picture_before_it_is_drawn(client):
    found = head(client, "/campaigns/fair-food").metas
    assert found["og:title"].startswith("Kroger, Publix, Wendy’s")
    assert found["og:description"].startswith("Sign a binding")
    assert (found["og:type"], found["og:locale"], found["twitter:card"]) == ("article", "en_US", "summary")
    assert "og:image" not in found


def test_link_previews_show_the_card(client, card):
    found = head(client, "/campaigns/fair-food").metas
    assert found["og:image"] == f"{HOST}/campaigns/fair-food/card/{DIGEST}-en.png"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert "Sign a binding" in found["og:image:alt"]
    assert found["twitter:card"] == "summary_large_image"
    assert "og:image" not in head(client, "/es/campaigns/fair-food").metas


def test_a_request_never_draws(client, card, monkeypatch):
    def draw(_showing):
        raise AssertionError("drawn by a request")

    monkeypatch.setattr(drawing, "draw", draw)
    monkeypatch.setattr(drawing, "compose", draw)
    for path in ("/", "/campaigns/fair-food", "/es/campaigns/fair-food", "/campaigns/milk-with-dignity"):
        assert client.get(path).status_code == 200
    assert client.get(f"/campaigns/fair-food/card/{DIGEST}-en.png").status_code == 200
    assert client.get(f"/campaigns/fair-food/card/{DIGEST}-es.png").status_code == 404


def test_a_card_is_kept_for_a_year(client, card):
    response = client.get(f"/campaigns/fair-food/card/{DIGEST}-en.png")
    assert (response.data, response.mimetype) == (b"\x89PNG-en", "image/png")
    assert response.cache_control.max_age == 31_536_000
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(
        f"/campaigns/fair-food/card/{DIGEST}-en.png", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_outdated_address_shows_todays_card_for_a_minute(client, card):
    response = client.get("/campaigns/fair-food/card/fedcba9876543210-en.png")
    assert response.data == b"\x89PNG-en"
    assert response.cache_control.max_age == 60
    assert "immutable" not in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        f"/campaigns/fair-food/card/{DIGEST}-xx.png",
        f"/campaigns/nobody/card/{DIGEST}-en.png",
        f"/campaigns/fair-fish/card/{DIGEST}-en.png",
        f"/es/campaigns/fair-food/card/{DIGEST}-en.png",
        "/campaigns/fair-food/card/0-en.png",
        f"/campaigns/fair-food/card/{DIGEST}-%00.png",
    ],
)
def test_an_unknown_card_is_not_there(client, card, path):
    assert client.get(path).status_code == 404


def test_structured_data_says_what_the_page_is(client, card):
    data = json.loads(head(client, "/campaigns/fair-food").data)
    assert data["@context"] == "https://schema.org"
    assert (data["@type"], data["url"]) == ("WebPage", f"{HOST}/campaigns/fair-food")
    assert data["publisher"]["name"] == "Coalition of Immokalee Workers"
    assert data["primaryImageOfPage"]["url"].endswith(f"{DIGEST}-en.png")
    assert json.loads(head(client, "/es/").data)["inLanguage"] == "es"
    about = json.loads(head(client, "/companies/kroger").data)["about"]
    assert about["name"] == "Kroger"
    assert about["address"] == {"@type": "PostalAddress", "addressCountry": "US"}


def test_a_text_cannot_leave_the_structured_data(client, writable):
    evil = "</script><script>alert(1)</script> & <!-- \u2028"
    writable.execute(update(Campaign).where(Campaign.slug == "fair-food").values(title={"en": evil}))
    writable.commit()
    page = client.get("/campaigns/fair-food").text
    assert "<script>alert" not in page
    assert json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL)[1])["name"] == evil.strip()


def test_the_site_map_lists_every_public_page_in_its_languages(client):
    response = client.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    root = ET.fromstring(response.data)
    found = [url.findtext(f"{MAP}loc") for url in root]
    assert len(found) == len(set(found))
    for path in ("/", "/es/", "/campaigns/fair-food", "/es/campaigns/fair-food", "/es/companies/kroger", "/privacy"):
        assert HOST + path in found
    assert not any("fair-fish" in address for address in found), "a draft exists for nobody"
    first = next(url for url in root if url.findtext(f"{MAP}loc") == f"{HOST}/campaigns/fair-food")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", first.findtext(f"{MAP}lastmod"))
    assert {link.get("hreflang") for link in first if link.get("hreflang")} == {"en", "es", "x-default"}


UNMAPPED = {
    "actions.my_ask": "a form that leads to one's own page: nothing to be found",
    "site.flyer": "paper, which its campaign's page leads to",
    "site.petition_sheet": "paper, which its campaign's page leads to",
    "site.preview": "a draft, for the holder of a link",
    "site.preview_room": "a draft, for the holder of a link",
    "site.updates": "a feed, which its campaign's page names",
}


def test_every_localized_page_is_on_the_site_map(app, client):
    """A page for everybody that is new has to be put there, or among those that are not, with the reason."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    localized = {name for name in endpoints if hasattr(app.view_functions[name], "__campaign_localized__")}
    matcher = app.url_map.bind("campaigns.example")
    addresses = ET.fromstring(client.get("/sitemap.xml").data).iter(f"{MAP}loc")
    mapped = {matcher.match(split_prefix(address.text.removeprefix(HOST))[1])[0] for address in addresses}
    assert localized - mapped == set(UNMAPPED)


def test_everything_on_the_site_map_answers(client):
    for url in ET.fromstring(client.get("/sitemap.xml").data):
        address = url.findtext(f"{MAP}loc")
        language = split_prefix(address.removeprefix(HOST))[0] or "en"
        assert client.get(address.removeprefix(HOST), headers={"Accept-Language": language}).status_code == 200, address


def test_robots_are_led_to_the_site_map(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {HOST}/sitemap.xml" in lines
    assert lines[:2] == ["User-agent: *", "Disallow:"], "who is shut out cannot read that a page is not to be listed"
    assert client.get("/private").headers["X-Robots-Tag"] == "noindex"


def test_news_are_fed_in_the_pages_language(client, session):
    campaign = session.scalars(select(Campaign).where(Campaign.slug == "fair-food")).one()
    news = session.scalars(select(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign.id)).one()
    assert head(client, "/es/campaigns/fair-food").one("alternate") == [f"{HOST}/es/campaigns/fair-food/updates.atom"]
    response = client.get("/es/campaigns/fair-food/updates.atom")
    assert response.mimetype == "application/atom+xml"
    assert response.cache_control.max_age
    root = ET.fromstring(response.data)
    assert root.findtext(f"{ATOM}id") == f"urn:uuid:{uuid5(campaign.public_id, 'es')}"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Coalition of Immokalee Workers"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "self": f"{HOST}/es/campaigns/fair-food/updates.atom",
        "alternate": f"{HOST}/es/campaigns/fair-food",
    }
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{uuid5(news.public_id, 'es')}"
    assert entry.findtext(f"{ATOM}title") == "Otra temporada con las normas de calor"
    assert entry.findtext(f"{ATOM}published") == news.published_at.isoformat(timespec="seconds")
    assert entry.findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}updated")
    assert entry.findtext(f"{ATOM}updated") == news.updated_at.isoformat(timespec="seconds")
    assert entry.find(f"{ATOM}content").get("type") == "html"
    assert entry.findtext(f"{ATOM}content").startswith("<p>Agua, sombra")


def test_feeds_of_two_languages_are_two_feeds_and_the_first_keeps_its_ids(client, session):
    ids = {
        prefix: re.findall(r"urn:uuid:([0-9a-f-]{36})", client.get(f"{prefix}/campaigns/fair-food/updates.atom").text)
        for prefix in ("", "/es", "/ur")
    }
    campaign = session.scalars(select(Campaign).where(Campaign.slug == "fair-food")).one()
    assert ids[""][0] == str(campaign.public_id)
    assert not set(ids[""]) & set(ids["/es"])
    assert ids["/ur"] == ids[""], "told in the campaign's first language, so it is the same feed"


def test_what_news_say_does_not_break_the_feed(client, writable):
    key = writable.scalar(select(Campaign.id).where(Campaign.slug == "fair-food"))
    text = {"en": "<b>&</b> ]]>"}
    writable.add(CampaignUpdate(campaign_id=key, published_at=now(), title=text, body=text))
    writable.commit()
    entry = ET.fromstring(client.get("/campaigns/fair-food/updates.atom").data).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "<b>&</b> ]]>"
    assert entry.findtext(f"{ATOM}content").strip() == "<p>&lt;b&gt;&amp;&lt;/b&gt; ]]&gt;</p>"


def test_a_campaign_without_news_has_an_empty_feed_and_does_not_speak_of_it(client):
    assert head(client, "/campaigns/building-dignity").one("alternate") == []
    root = ET.fromstring(client.get("/campaigns/building-dignity/updates.atom").data)
    assert root.findall(f"{ATOM}entry") == []
    assert root.findtext(f"{ATOM}updated")
    assert client.get("/campaigns/fair-fish/updates.atom").status_code == 404
