"""The small print says what the code does: its figures are the constants, its links lead somewhere, no mailbox is made up."""

import re
from datetime import timedelta

import pytest
from flask import render_template
from sqlalchemy import select

from campaign.actions.service.links import KEPT_FOR
from campaign.actions.service.taking_back import UNCONFIRMED_KEPT_FOR
from campaign.actions.tokens import CONFIRM_SECONDS, UNDO_SECONDS, VISIT_SECONDS
from campaign.campaigns.models import Organization
from campaign.delivery.upkeep import CONFIRMATIONS_KEPT, EVENTS_KEPT
from campaign.site.discovery import discover_plain
from campaign.site.organizations import get_organization
from campaign.site.small_print import FIGURES
from campaign.translations.catalogues import extract

PAGES = ("/privacy", "/organizations/ciw/privacy", "/contact", "/accessibility")


def words_of(client, path, language="en"):
    html = client.get(path if language == "en" else f"/{language}{path}").get_data(as_text=True)
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_figures_are_the_constants_the_code_goes_by():
    assert timedelta(days=FIGURES.unconfirmed_days) == UNCONFIRMED_KEPT_FOR
    assert timedelta(days=FIGURES.own_link_days) == KEPT_FOR
    assert timedelta(days=FIGURES.mail_record_days) == CONFIRMATIONS_KEPT
    assert timedelta(days=FIGURES.mail_event_days) == EVENTS_KEPT
    assert timedelta(days=FIGURES.confirm_link_days).total_seconds() == CONFIRM_SECONDS
    assert timedelta(days=365 * FIGURES.undo_link_years).total_seconds() == UNDO_SECONDS
    assert FIGURES.visit_minutes * 60 == VISIT_SECONDS


@pytest.mark.parametrize("language", ["en", "es", "ur"])
def test_the_page_shows_every_figure(client, language):
    words = words_of(client, "/organizations/ciw/privacy", language)
    for figure in (30, 14, 90, 7):
        assert re.search(rf"\b{figure}\b", words), figure
    assert "Coalition of Immokalee Workers" in words


@pytest.mark.parametrize(
    ("words", "length"),
    [
        (r"not confirmed within (\d+) days", UNCONFIRMED_KEPT_FOR),
        (r"link expires in (\d+) days", timedelta(seconds=CONFIRM_SECONDS)),
        (r"(?:The link|It) works for (\d+) days", KEPT_FOR),
    ],
)
def test_what_other_pages_and_mails_say_of_time_is_true_too(words, length):
    said = [found for message in extract() for found in re.findall(words, str(message.id))]
    assert said
    assert set(said) == {str(length.days)}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "es", "ur"])
def test_pages_have_a_heading_each_and_can_be_kept(client, path, language):
    answer = client.get(path if language == "en" else f"/{language}{path}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert html.count("<h1>") == 1
    assert f'<html lang="{language}"' in html
    assert "Set-Cookie" not in answer.headers


def test_every_page_leads_to_the_small_print(client):
    html = client.get("/es/").get_data(as_text=True)
    for path in ("/es/privacy", "/es/contact", "/es/accessibility"):
        assert f'href="{path}"' in html


def test_organizations_have_a_page_each_and_those_without_a_public_campaign_none(client):
    html = client.get("/privacy").get_data(as_text=True)
    paths = set(re.findall(r'href="(/organizations/[^"]+)"', html))
    assert len(paths) > 3
    assert all(client.get(path).status_code == 200 for path in paths)
    assert client.get("/organizations/nobody/privacy").status_code == 404


def test_high_safety_is_explained_where_a_campaign_needs_it(client):
    assert "Where signing can be dangerous" in words_of(client, "/organizations/bgiwf/privacy")
    assert f"{FIGURES.undo_link_years} years" in words_of(client, "/organizations/bgiwf/privacy")
    assert "Where signing can be dangerous" not in words_of(client, "/organizations/ciw/privacy")


@pytest.fixture
def written(app, session):
    """Returns the words and links of a page about the one organization of that slug, with values of its own."""

    def write(page, slug, **values):
        organization = session.scalars(select(Organization).where(Organization.slug == slug)).one()
        for name, value in values.items():
            setattr(organization, name, value)
        entry = get_organization(session, slug, "en")
        with app.test_request_context("/"):
            addresses = discover_plain("site.contact", "en")
            return render_template(
                f"site/{page}.html", organizations=[entry], organization=entry, figures=FIGURES, discovery=addresses
            ).partition("<main")[2]

    return write


@pytest.mark.parametrize("page", ["contact", "organization_privacy"])
@pytest.mark.parametrize(
    ("url", "words"), [("mailto:ask@ciw.example", "ask@ciw.example"), ("https://ciw.example/ask", "ciw.example/ask")]
)
def test_questions_go_where_the_organization_says(written, page, url, words):
    html = written(page, "ciw", contact_url=url)
    assert f'<a href="{url}" dir="ltr">{words}</a>' in html
    assert "listed a contact" not in html


@pytest.mark.parametrize("page", ["contact", "organization_privacy"])
@pytest.mark.parametrize("url", [None, "javascript:alert(1)"])
def test_where_there_is_no_address_the_page_says_so_and_leads_to_ones_own(written, page, url):
    html = written(page, "ciw", contact_url=url)
    assert "listed a contact" in html
    assert "javascript:" not in html
    assert 'href="/my"' in html


def test_who_keeps_no_address_is_not_said_to_keep_one(written):
    html = written("organization_privacy", "bgiwf")
    assert "Where signing can be dangerous" in html
    for untrue in ("Your email address", "Your postal code", "Companies get the letters", "letters were sent"):
        assert untrue not in html
        assert untrue in written("organization_privacy", "ciw")


def test_contact_names_organizations_and_makes_no_mailbox_up(client):
    words = words_of(client, "/contact")
    assert "Coalition of Immokalee Workers Immokalee, Florida" in words
    assert "@" not in words
