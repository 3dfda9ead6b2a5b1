"""After signing: the mailbox's own address, a wrong address mended, then one step at a time, each of which can wait."""

import re
from urllib.parse import urlsplit

import pytest

from campaign.kernel.mailboxes import webmail_of
from tests.actions.visitor import HIGH_SAFETY, OPEN


def thanks_page(visitor, **values):
    answer = visitor.sign(**values)
    assert answer.status_code == 303
    return visitor.client.get(answer.headers["Location"])


def form_of(page):
    return dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text))


def test_a_known_mailbox_is_one_press_away_and_an_unknown_one_is_not_guessed(visitor):
    assert 'href="https://mail.google.com/' in thanks_page(visitor, email="ana@gmail.com").text
    page = thanks_page(visitor, email="ana@unknown.example").text
    assert 'class="mailbox"' not in page


@pytest.mark.parametrize("domain", ["gmail.com", "GMAIL.com", "outlook.com", "yahoo.com", "icloud.com"])
def test_well_known_mailboxes_have_an_address(domain):
    found = webmail_of(f"ana@{domain}")
    assert found is not None
    assert urlsplit(found.url).scheme == "https"


@pytest.mark.parametrize("address", ["ana@example.org", "ana@gmail.com.evil.example", "", "nonsense"])
def test_others_have_none(address):
    assert webmail_of(address) is None


def test_a_wrong_address_is_mended_and_the_wrong_one_is_not_reminded(visitor):
    page = thanks_page(visitor, email="ana@gmial.example", comment="Because.")
    form = form_of(page)
    assert form["given_name"] == "Ana"
    answer = visitor.client.post(f"/campaigns/{OPEN}/pledge", data={**form, "email": "ana@gmail.example"})
    assert answer.status_code == 303
    rows = visitor.all(
        "SELECT email_display, comment, reminded_at FROM actions JOIN people p ON p.id = person_id ORDER BY actions.id"
    )
    assert [(row.email_display, row.comment) for row in rows] == [
        ("ana@gmial.example", "Because."),
        ("ana@gmail.example", "Because."),
    ]
    assert rows[0].reminded_at is not None
    assert rows[1].reminded_at is None


def test_a_token_that_is_not_ours_mends_nothing(visitor):
    visitor.sign(email="eva@example.org")
    visitor.sign(mends="forged")
    assert visitor.one("SELECT count(*) FROM actions WHERE reminded_at IS NOT NULL") == 0


def test_after_confirming_one_thing_at_a_time_each_of_which_can_wait(visitor):
    visitor.sign()
    answer = visitor.confirm(visitor.last_link("confirm"))
    seen, address = [], answer.headers["Location"]
    while address:
        page = visitor.client.get(address)
        assert page.status_code == 200
        assert page.text.count('class="next next--first"') <= 1
        seen.append(re.search(r"<h1[^>]*>(.*?)</h1>", page.text)[1])
        onward = re.search(r'<a[^>]*href="([^"]*step=[^"]*)"[^>]*>\s*(?:Not now|Done, or not now)', page.text)
        address = onward[1].replace("&amp;", "&") if onward else None
        assert len(seen) < 10
    assert seen[0].startswith("You are number")
    assert seen[-1] == "Thank you"
    assert len(seen) == 4


def test_high_safety_leads_to_no_letter_and_no_code(visitor):
    visitor.sign(HIGH_SAFETY, given_name="Sun")
    answer = visitor.confirm(visitor.last_link("confirm"))
    page = visitor.client.get(answer.headers["Location"]).text
    assert "/letter" not in page
    assert "via=" not in page
