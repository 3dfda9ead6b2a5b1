"""A company's page: what is asked and since when, the answer or that there is none, letters by month, and what one can do."""

import re
from datetime import date

import pytest
from sqlalchemy import text

from campaign.outbox.commands import NewMessage
from campaign.outbox.queries import count_letters_by_month
from campaign.outbox.service import append
from tests.site.test_pages import page


def said(client, path):
    return " ".join(re.sub(r"<[^>]+>", " ", page(client, path)).split())


def test_it_offers_to_sign(client):
    html = page(client, "/companies/wendys")
    assert re.search(r'<a class="button[^>]*/campaigns/fair-food#pledge"[^>]*>Sign the petition</a>', html)


@pytest.mark.parametrize(
    ("slug", "asked", "answer"),
    [
        ("publix", "Asked since 2009", "No answer yet."),
        ("hannaford", "Asked since October 2019", "Hannaford has declined to join."),
        ("wendys", "On record since ", "No answer yet."),
        ("adidas", "Since ", "Back pay, and offers of rehire."),
    ],
)
def test_it_says_since_when_and_the_answer(client, slug, asked, answer):
    shown = said(client, f"/companies/{slug}")
    assert asked in shown
    assert answer in shown


def test_a_company_that_met_the_demand_is_no_dead_end(client):
    html = page(client, "/companies/adidas")
    assert "See how it was won" in html
    assert "See all campaigns" in html
    assert "Write to Adidas" not in html


def test_nothing_on_it_is_years_old(client):
    for slug in ("kroger", "publix", "hannaford", "adidas", "ikea"):
        days = {int(year) for year in re.findall(r'<time datetime="(\d{4})-', page(client, f"/companies/{slug}"))}
        assert days, slug
        assert min(days) > 2024, slug


def test_letters_are_counted_by_the_company_s_months(session):
    message = NewMessage(
        lane="letters", topic="letters.letter", campaign_id=7, company_id=2, mailbox="ceo@kroger.example"
    )
    append(session, [message] * 4)
    ids = session.scalars(text("SELECT id FROM outbox_messages ORDER BY id")).all()
    moments = ["now()", "date_trunc('month', now()) + interval '2 hours'", "now() - interval '3 years'"]
    for id_, moment in zip(ids, moments, strict=False):
        session.execute(
            text(
                f"UPDATE outbox_messages SET state = 'sent', sent_at = {moment}, settled_at = {moment} WHERE id = :id"
            ),
            {"id": id_},
        )
    counted = count_letters_by_month(session, 2, "America/New_York")
    assert sum(count for _, count in counted) == 2, "what was never sent, and what is long ago, is not in it"
    assert all(isinstance(month, date) and month.day == 1 for month, _ in counted)
    assert count_letters_by_month(session, 3, "UTC") == []
