"""Tries what a stranger can do with a copied `?t=`: read who it is of, write under another name, act after its end."""

import html
import re

import pytest

from tests.actions.visitor import OPEN
from tests.events.coming import MARCH, legs_of
from tests.events.coming import post as come

PRIVATE = ("Ruiz", "34142", "ana@example.org")
BLANK = {"given_name": "", "family_name": "", "email": "", "postal_code": ""}


@pytest.fixture
def token(visitor):
    """What stands in the address bar of somebody who has just confirmed."""
    visitor.sign()
    return visitor.confirm(visitor.last_link("confirm")).headers["Location"].partition("?t=")[2]


def letters(visitor):
    rows = visitor.all("SELECT state, count(*) FROM outbox_messages WHERE lane = 'letters' GROUP BY state")
    return {row.state: row.count for row in rows}


@pytest.mark.parametrize("address", [f"/campaigns/{OPEN}/thanks", f"/campaigns/{OPEN}/letter", f"/events/{MARCH}/rsvp"])
def test_a_copied_link_says_little_of_whose_it_is(visitor, token, tell, address):
    page = visitor.client.get(f"{address}?t={token}").text
    shown = [trace for trace in PRIVATE if trace in page]
    tell("of name, postal code and address shown", len(shown))
    assert shown == []


def test_nor_does_a_form_that_came_back(visitor, token):
    for answer in (
        visitor.write(t=token, subject="x" * 200, **BLANK),
        come(visitor, t=token, legs="x", **BLANK),
        visitor.write(t=token, step="change", **BLANK),
    ):
        assert "Continue as Ana R., a…@example.org" in answer.text
        assert [trace for trace in PRIVATE if trace in answer.text] == []


def test_the_preview_shows_the_letter_and_no_more(visitor, token):
    page = visitor.write(t=token, step="preview", body="{personal} {given_name} {family_name}", **BLANK)
    assert "Please sign. Ana Ruiz" in page.text
    assert "34142" not in page.text
    assert "ana@example.org" not in page.text


@pytest.mark.parametrize("post", [lambda visitor, **values: visitor.write(**values), come], ids=["letter", "rsvp"])
def test_nor_does_the_page_that_asks_to_look_into_the_mail(visitor, token, post):
    """What is filled in behind the form, and waits for a confirmation after all, is told to nobody in full."""
    more = {"legs": legs_of(visitor)[0]} if post is come else {}
    assert post(visitor, t=token, **BLANK, **more).status_code == 303
    again = {**more, "personal": "See http://evil.example", "guests": "2"}
    answer = post(visitor, t=token, **BLANK, **again)
    page = visitor.client.get(answer.headers["Location"]).text
    assert "Open our email and tap the button" in page
    assert [trace for trace in PRIVATE if trace in page] == []


def test_the_page_that_thanks_leads_to_nothing_that_lives_longer(visitor, token, tell):
    answer = come(visitor, legs=legs_of(visitor)[0], t=token)
    page = visitor.client.get(answer.headers["Location"]).text
    assert "Confirmed" in page
    private = re.findall(r"/rsvp/[^\"/]{40,}", page)
    tell("private links shown", len(private))
    assert private == []


@pytest.mark.parametrize(
    "changed",
    [{"given_name": "Eva"}, {"family_name": "Killjoy"}, {"postal_code": "30301"}, {"email": "eva@example.org"}],
    ids=lambda changed: next(iter(changed)),
)
def test_under_another_name_or_address_it_vouches_for_nobody(visitor, token, tell, changed):
    visitor.write(t=token, **changed)
    tell("letters in line", letters(visitor).get("due", 0))
    assert set(letters(visitor)) == {"waiting"}


def test_after_erasing_everything_it_sends_and_knows_nothing(visitor, token, tell):
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    assert visitor.write(t=token).status_code == 303
    tell("letters in line", letters(visitor).get("due", 0))
    assert set(letters(visitor)) == {"waiting"}
    assert visitor.write(t=token, **BLANK).status_code == 422
    assert "As Ana" not in visitor.client.get(f"/campaigns/{OPEN}/letter?t={token}").text


def test_after_taking_the_signature_back_it_sends_nothing(visitor, token, tell):
    visitor.client.post(f"{visitor.my_page()}/withdraw/{visitor.one('SELECT public_id FROM actions')}")
    visitor.write(t=token)
    tell("letters in line", letters(visitor).get("due", 0))
    assert set(letters(visitor)) == {"waiting"}


def test_it_is_good_once_whatever_for(visitor, token):
    assert come(visitor, legs=legs_of(visitor)[0], t=token, **BLANK).status_code == 303
    assert visitor.write(t=token, **BLANK).status_code == 303
    assert set(letters(visitor)) == {"waiting"}


def test_left_blank_its_owner_writes_as_who_they_are(visitor, token):
    page = visitor.write(t=token, step="preview", personal="Mine.", **BLANK).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]* value="([^"]*)"', page))
    sent = visitor.client.post(
        f"/campaigns/{OPEN}/letter", data={**{k: html.unescape(v) for k, v in fields.items()}, "step": "send"}
    )
    assert sent.status_code == 303
    assert set(letters(visitor)) == {"due"}
    assert visitor.all("SELECT DISTINCT given_name, family_name, postal_code FROM actions") == [
        ("Ana", "Ruiz", "34142")
    ]
