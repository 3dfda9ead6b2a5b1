"""Which language a page comes in, and where a browser is sent."""

import re

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign

FAIR = "/campaigns/fair-food"


def ask(client, path, accept=None, method="GET"):
    headers = {"Accept-Language": accept} if accept is not None else {}
    answer = client.open(path, method=method, headers=headers)
    return answer.status_code, answer.headers.get("Location"), "Accept-Language" in answer.headers.get("Vary", "")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "accept", "answer"),
    [
        # No prefix is the first language; a browser that prefers another which is there is sent on. Both answers vary.
        (FAIR, None, (200, None, True)),
        (FAIR, "en", (200, None, True)),
        (FAIR, "de,fr;q=0.9", (200, None, True)),
        (FAIR, "es", (302, f"/es{FAIR}", True)),
        (FAIR, "es-MX,es;q=0.9,en;q=0.1", (302, f"/es{FAIR}", True)),
        (FAIR, "en,es;q=0.9", (200, None, True)),
        (FAIR, "*", (200, None, True)),
        # Asked for by address: no negotiation.
        (f"{FAIR}?lang=en", "es", (200, None, False)),
        (f"{FAIR}?lang=es", "en", (302, f"/es{FAIR}", False)),
        (f"{FAIR}?lang=xx", "es", (302, f"/es{FAIR}", True)),
        (f"/es{FAIR}", "en", (200, None, False)),
        (f"/es{FAIR}?lang=en", "en", (200, None, False)),
        (f"/en{FAIR}", "es", (302, f"{FAIR}?lang=en", False)),
        # What came along stays, and nothing of it becomes part of the address.
        (f"{FAIR}?source=mail&source=x", "es", (302, f"/es{FAIR}?source=mail&source=x", True)),
        (
            f"{FAIR}?slug=//elsewhere.example&endpoint=x&language=y",
            "es",
            (302, f"/es{FAIR}?endpoint=x&language=y", True),
        ),
        # Pages of no campaign.
        ("/", "es", (302, "/es/", True)),
        ("/", "en", (200, None, True)),
        ("/es", "en", (200, None, False)),
        ("/es/", "en", (200, None, False)),
        ("/en/", "es", (302, "/?lang=en", False)),
        ("/companies/kroger", "es", (302, "/es/companies/kroger", True)),
        # Urdu, from right to left; a campaign that is not written in it is not where it leads by itself.
        ("/", "ur-PK,ur;q=0.9,en;q=0.8", (302, "/ur/", True)),
        ("/ur/", "en", (200, None, False)),
        ("/companies/kroger", "ur", (302, "/ur/companies/kroger", True)),
        (FAIR, "ur,en;q=0.5", (200, None, True)),
        (f"/ur{FAIR}", "en", (200, None, False)),
        (f"{FAIR}?lang=ur", "en", (302, f"/ur{FAIR}", False)),
        # No page there.
        ("/fr/campaigns/fair-food", "fr", (404, None, False)),
        ("/xx/", "ur", (404, None, False)),
        ("/bn/", "bn", (404, None, False)),
        (f"/ur{FAIR}/count.json", "ur", (404, None, False)),
        (f"/es{FAIR}/count.json", "es", (404, None, False)),
        (f"{FAIR}/count.json", "es", (200, None, False)),
        ("/es/robots.txt", "es", (404, None, False)),
        ("/es/es/", "es", (404, None, False)),
        ("/es//elsewhere.example", "es", (404, None, False)),
        ("/es/campaigns/fair-fish", "es", (404, None, False)),
    ],
)
def test_matrix(client, method, path, accept, answer):
    for _ in range(2):  # the second may come from the cache, and must say the same
        assert ask(client, path, accept, method) == answer


def test_posts_carry_no_prefix(client):
    assert client.post("/campaigns/fair-food/stand-in", data={"a": "b"}).status_code == 200
    assert client.post("/es/campaigns/fair-food/stand-in", data={"a": "b"}).status_code == 404


def test_the_language_switch_leads_to_addresses_that_stay(client):
    html = client.get(f"/es{FAIR}").get_data(as_text=True)
    assert f'href="{FAIR}?lang=en"' in html
    assert f'href="/es{FAIR}"' in html
    assert ask(client, f"{FAIR}?lang=en", "es")[0] == 200


def test_the_switch_of_an_answer_to_a_post_leads_to_the_page_of_its_form(client):
    html = client.post("/campaigns/fair-food/stand-in", data={"a": "x" * 300_000}).get_data(as_text=True)
    assert f'href="/es{FAIR}"' in html
    assert 'href="/es/"' in client.get("/none").get_data(as_text=True)


def test_links_of_a_page_asked_for_in_a_language_keep_to_it(client):
    english = client.get("/?lang=en", headers={"Accept-Language": "es"}).get_data(as_text=True)
    assert f'href="{FAIR}?lang=en"' in english
    spanish = client.get("/es/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert f'href="/es{FAIR}"' in spanish
    negotiated = client.get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert f'href="{FAIR}"' in negotiated


@pytest.fixture
def fair_food_with(site_database):
    """Give Fair Food other values for the time of a test: `fair_food_with(languages=[…], demand={…})`."""
    engine = create_engine(site_database)
    fields = ("languages", "demand", "story")

    def change(**values):
        with Session(engine) as session:
            session.execute(update(Campaign).where(Campaign.slug == "fair-food").values(**values))
            session.commit()

    with Session(engine) as session:
        before = session.execute(
            select(*(getattr(Campaign, name) for name in fields)).filter_by(slug="fair-food")
        ).one()
    yield change
    change(**dict(zip(fields, before, strict=True)))
    engine.dispose()


def test_what_a_campaign_lacks_falls_back_visibly(client, fair_food_with):
    fair_food_with(languages=["en"], demand={"en": "Only English"})
    assert ask(client, FAIR, "es")[0] == 200
    html = client.get(f"/es{FAIR}").get_data(as_text=True)
    assert '<html lang="es"' in html
    assert '<h1 class="poster__line" lang="en" dir="ltr">Only English</h1>' in html


def test_a_story_that_is_missing_is_said_to_be(client, fair_food_with):
    fair_food_with(story={"en": "Only *English*"})
    html = client.get(f"/es{FAIR}").get_data(as_text=True)
    assert re.search(r'<span class="language-note">\(\w+ inglés\)</span><div class="prose" lang="en" dir="ltr">', html)
    assert '<div class="prose" lang="en" dir="ltr"><p>Only <em>English</em></p>' in html


def test_a_campaign_of_another_first_language_has_it_without_prefix(client, fair_food_with):
    fair_food_with(languages=["es", "en"], demand={"es": "Primero", "en": "Second"})
    assert ask(client, FAIR, "es") == (200, None, True)
    assert ask(client, FAIR, "en") == (302, f"/en{FAIR}", True)
    assert ask(client, f"/en{FAIR}", "es") == (200, None, False)
    assert ask(client, f"/es{FAIR}", "es") == (302, f"{FAIR}?lang=es", False)
    html = client.get("/es/").get_data(as_text=True)
    assert f'href="{FAIR}?lang=es"' in html


def test_a_first_language_the_interface_lacks_is_served_and_no_prefix_is_made_up(client, fair_food_with):
    fair_food_with(languages=["bn", "es"], demand={"bn": "সই করুন", "es": "Firmen"})
    assert ask(client, FAIR, "bn,es;q=0.5") == (200, None, True)
    assert ask(client, FAIR, "es,bn;q=0.5") == (302, f"/es{FAIR}", True)
    assert ask(client, f"{FAIR}?lang=en", "bn") == (302, f"/en{FAIR}", False)
    html = client.get(FAIR).get_data(as_text=True)
    assert 'lang="bn" dir="ltr">সই করুন</h1>' in html


def test_urdu_runs_from_right_to_left_around_what_is_in_other_languages(client):
    html = client.get(f"/ur{FAIR}").get_data(as_text=True)
    assert '<html lang="ur" dir="rtl"' in html
    assert "یہ صفحہ ابھی اردو میں نہیں ہے، اس لیے آپ اسے انگریزی میں پڑھ رہے ہیں۔" in html
    assert '<h1 class="poster__line" lang="en" dir="ltr">' in html
    assert '<div class="prose" lang="en" dir="ltr">' in html
    assert f'href="/ur{FAIR}" lang="ur" hreflang="ur" dir="rtl"' in html


def test_a_campaign_written_in_urdu_is_led_to_and_falls_back_in_nothing(client, fair_food_with):
    fair_food_with(
        languages=["en", "ur"],
        demand={"en": "Sign", "ur": "دستخط کریں"},
        story={"en": "Story", "ur": "کہانی"},
    )
    assert ask(client, FAIR, "ur,en;q=0.5") == (302, f"/ur{FAIR}", True)
    html = client.get(f"/ur{FAIR}").get_data(as_text=True)
    assert '<h1 class="poster__line">دستخط کریں</h1>' in html
    assert "میں نہیں ہے۔" not in html


def test_errors_speak_the_language_of_the_browser(client):
    html = client.get("/none", headers={"Accept-Language": "ur"}).get_data(as_text=True)
    assert '<html lang="ur" dir="rtl"' in html
    assert "صفحہ نہیں ملا" in html
