"""Paused, won and closed campaigns keep what was typed and say what happened; drafts exist for nobody."""

import re

import pytest

from campaign.actions.commands import Recorded
from campaign.campaigns.service import change_status
from campaign.kernel.actors import OPERATOR
from tests.actions.stage import forget
from tests.actions.visitor import HIGH_SAFETY, OPEN

DRAFT = "fair-fish"


def bring_to(visitor, status, slug=OPEN):
    with visitor.sessions() as session, session.begin():
        change_status(session, OPERATOR, slug, status)


@pytest.mark.parametrize("status", ["paused", "won", "closed"])
def test_answers_409_and_keeps_the_text(visitor, status):
    bring_to(visitor, status)
    pledge = visitor.sign(comment="My <reason>", email="ana@example.org")
    assert pledge.status_code == 409
    for kept in ("My &lt;reason&gt;", "ana@example.org", "Ana Ruiz"):
        assert kept in pledge.text
    letter = visitor.write(personal="My <paragraph>", subject="My subject", body="The rest")
    assert letter.status_code == 409
    for kept in ("My &lt;paragraph&gt;", "My subject", "The rest"):
        assert kept in letter.text
    assert visitor.client.get(f"/campaigns/{OPEN}/letter").status_code == 409
    for table in ("actions", "people", "outbox_messages"):
        assert visitor.one(f"SELECT count(*) FROM {table}") == 0
    page = visitor.client.get(f"/campaigns/{OPEN}")
    assert page.status_code == 200
    assert "data-action-kind" not in page.text


def test_a_campaign_closed_between_door_and_batch_answers_409_too(visitor):
    """The door remembers the campaign for two seconds; the batch asks the database."""
    visitor.sign(email="first@example.org")
    visitor.do("UPDATE campaigns SET status = 'paused' WHERE slug = :slug", slug=OPEN)
    answer = visitor.sign(comment="kept words")
    assert answer.status_code == 409
    assert "kept words" in answer.text
    assert visitor.write(personal="kept words").status_code == 409
    assert visitor.one("SELECT count(*) FROM actions") == 1


def test_a_draft_is_404_at_every_address(visitor):
    visitor.sign()
    for method, path in (
        ("get", ""),
        ("get", "/pledge"),
        ("post", "/pledge"),
        ("get", "/thanks"),
        ("get", "/letter"),
        ("post", "/letter"),
        ("get", "/count.json"),
    ):
        for prefix in ("", "/es") if method == "get" and path != "/count.json" else ("",):
            answer = getattr(visitor.client, method)(f"{prefix}/campaigns/{DRAFT}{path}")
            assert answer.status_code == 404, (method, path)
            assert "Fair Fish" not in answer.text
            unknown = getattr(visitor.client, method)(f"{prefix}/campaigns/nothing-here{path}")
            assert unknown.status_code == 404
    for path in ("/", "/companies/kroger"):
        assert DRAFT not in visitor.client.get(path).text


def test_a_draft_takes_no_name_even_from_who_knows_its_form(visitor):
    assert visitor.sign(DRAFT).status_code == 404
    assert visitor.one("SELECT count(*) FROM actions") == 0


def test_the_form_alone_leads_to_the_campaign_when_it_takes_no_names(visitor):
    page = visitor.client.get(f"/campaigns/{OPEN}/pledge")
    assert page.status_code == 200
    assert re.search(rf'<link rel="canonical" href="http[^"]*/campaigns/{OPEN}">', page.text), "crawlers go there, too"
    bring_to(visitor, "closed")
    forget(visitor.client.application)
    answer = visitor.client.get(f"/campaigns/{OPEN}/pledge")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/campaigns/{OPEN}"


@pytest.mark.parametrize("language", ["es", "en", "xx", ""])
def test_the_field_language_decides_the_answer_and_the_mail(visitor, language):
    answer = visitor.sign(language=language, email="bad")
    assert answer.status_code == 422
    assert f'lang="{"es" if language == "es" else "en"}"' in answer.text
    visitor.sign(language=language)
    (mail,) = visitor.mails()
    assert mail.text.startswith("Hola" if language == "es" else "Hello")


def test_a_consent_is_kept_with_the_words_that_were_shown(visitor):
    import html

    shown = html.unescape(visitor.client.get(f"/campaigns/{OPEN}").text)
    visitor.pledge(consent="yes")
    row = visitor.all(
        "SELECT w.text, w.language, c.door, c.is_granted FROM consents c JOIN consent_wordings w ON w.id = wording_id"
    )[0]
    assert row.text in shown
    assert (row.language, row.door, row.is_granted) == ("en", "form", True)
    visitor.pledge(email="eva@example.org")
    assert visitor.one("SELECT count(*) FROM consents") == 1


def test_a_campaign_opened_a_moment_ago_takes_a_name_at_once(visitor):
    bring_to(visitor, "paused")
    assert visitor.sign().status_code == 409
    visitor.do("UPDATE campaigns SET status = 'open' WHERE slug = :slug", slug=OPEN)
    assert visitor.sign().status_code == 303


@pytest.mark.parametrize(
    ("status", "words"), [("closed", "is closed"), ("paused", "is paused"), ("draft", "is closed")]
)
def test_a_letter_that_met_the_end_of_its_campaign_is_told_the_truth_and_kept(app, visitor, monkeypatch, status, words):
    def take(_kind, _command):
        visitor.do("UPDATE campaigns SET status = :status WHERE slug = :slug", status=status, slug=OPEN)
        return Recorded("closed")

    monkeypatch.setattr(app.extensions["campaign.intake"], "take", take)
    answer = visitor.write(personal="kept words")
    assert answer.status_code == 409
    assert words in answer.text
    assert "kept words" in answer.text


@pytest.mark.parametrize("slug", [OPEN, HIGH_SAFETY])
def test_what_gives_back_typed_words_is_not_stored_by_browsers(visitor, slug):
    wrong = visitor.sign(slug, email="ana@nowhere")
    assert wrong.status_code == 422
    bring_to(visitor, "closed", slug)
    for answer in (wrong, visitor.sign(slug)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_form_of_ones_own_link_is_not_stored_by_browsers_either(visitor):
    answer = visitor.ask_for_my_link("ana@nowhere")
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_high_safety_form_asks_the_browser_to_remember_nothing(visitor):
    page = visitor.client.get(f"/campaigns/{HIGH_SAFETY}").text
    assert 'autocomplete="email"' not in page
