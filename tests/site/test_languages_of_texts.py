"""Which language a text is in, marked for screen readers and said to everybody, where it is not the page's."""

import re
from dataclasses import replace

import pytest
from flask import render_template

from campaign.campaigns.standfirsts import Standfirst
from campaign.campaigns.texts import Text
from campaign.kernel.localized import use_language
from campaign.site.panels import Acts
from campaign.site.styleguide import CAMPAIGNS

USUAL, WON = CAMPAIGNS["usual"](), CAMPAIGNS["won"]()


def spanish(page):
    """A campaign whose title, demand and story are in Spanish, and nothing else is."""
    card = replace(page.card, title=Text("Únanse", "es"), demand=Text("Firmen.", "es"))
    standfirst = Standfirst(Text("Agua.", "es"), is_cut=False)
    return replace(page, card=card, standfirst=standfirst, story=Text("Agua y sombra.", "es"))


@pytest.fixture
def written(app):
    """Returns the campaign's page in a language, without its head."""

    def write(page, language):
        with app.test_request_context(f"/{language}/"):
            use_language(language)
            return render_template("site/campaign.html", page=page, acts=Acts()).partition("<main")[2]

    return write


@pytest.mark.parametrize(
    ("language", "mark"), [("en", ""), ("es", ' lang="en" dir="ltr"'), ("ur", ' lang="en" dir="ltr"')]
)
def test_the_title_above_the_demand_says_its_language(written, language, mark):
    assert f'<p class="poster__kicker"{mark}>{USUAL.card.title.value}</p>' in written(USUAL, language)


def test_the_day_of_a_win_is_in_the_pages_language(written):
    assert re.search(r'<p class="poster__kicker">[^<]*2026</p>', written(WON, "es"))


@pytest.mark.parametrize("page", [USUAL, WON], ids=["open", "won"])
def test_what_alone_is_in_another_language_says_so(written, page):
    html = written(spanish(page), "es")
    notes = html.count('class="language-note"')
    assert notes == len(page.standings) + len(page.updates) + bool(page.won_text.value)
    assert 'class="fallback"' not in html
    assert re.search(r"<h3><span lang=.en. dir=.ltr.>Another season[^<]*</span> <span class=.language-note.>", html)


def test_a_story_in_another_language_does_not_say_that_the_whole_page_is(written):
    html = written(replace(spanish(USUAL), story=USUAL.story, updates=(), standings=()), "es")
    assert html.count('class="language-note"') == 1
    assert 'class="fallback"' not in html


def test_a_page_that_is_not_in_the_readers_language_says_so_once(written):
    html = written(USUAL, "es")
    assert html.count('class="fallback"') == 1
    assert "language-note" not in html
    mixed = replace(USUAL, updates=(replace(USUAL.updates[0], title=Text("Nouvelles", "fr")),))
    assert written(mixed, "es").count("language-note") == 1


def test_a_page_in_its_readers_language_says_nothing(written):
    html = written(USUAL, "en")
    assert "language-note" not in html
    assert "fallback" not in html


@pytest.mark.parametrize("path", ["/", "/companies/kroger"])
def test_lists_of_campaigns_say_it_too(client, path):
    assert 'class="language-note"' in client.get(f"/ur{path}").text
    assert 'class="language-note"' not in client.get(f"/es{path}").text


def test_evidence_and_the_words_of_a_win_may_have_paragraphs(written):
    two = Text("First.\n\nSecond.", "en")
    page = replace(WON, won_text=two, standings=(replace(USUAL.standings[0], evidence=two),))
    assert written(page, "en").count("<p>First.</p>\n<p>Second.</p>") == 2
