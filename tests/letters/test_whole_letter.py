"""The letter as one reads it before it goes: whole, with a place for one's own words, and with everybody it goes to."""

import html
import re

import pytest

from campaign.actions.tokens import known_signer
from campaign.letters.placeholders import find_unfilled, pieces, with_personal
from tests.actions.visitor import HIGH_SAFETY, OPEN

PAGE = f"/campaigns/{OPEN}/letter"
_BOX = re.compile(r'name="executives"[^>]*value="([0-9a-f-]{36})"([^>]*)>')


def boxes(page):
    return {public_id: "checked" in rest for public_id, rest in _BOX.findall(page)}


def text_of(page):
    return html.unescape(" ".join(re.sub(r"<[^>]+>", "", page.partition("<main")[2]).split()))


@pytest.mark.parametrize(
    ("body", "placed"),
    [
        ("Dear {executive},\n\nFirst.\n\nLast.", "Dear {executive},\n\nFirst.\n\n{personal}\n\nLast."),
        ("Estimada dirección:\r\n\r\nUno.\r\n\r\nDos.", "Estimada dirección:\n\nUno.\n\n{personal}\n\nDos."),
        ("First.\n\nLast.", "First.\n\n{personal}\n\nLast."),
        ("Only this.", "Only this.\n\n{personal}"),
        ("Dear all,\n\n{given_name} {family_name}", "Dear all,\n\n{personal}\n\n{given_name} {family_name}"),
        ("Dear all,", "Dear all,\n\n{personal}"),
        ("", "{personal}"),
        ("  \n ", "{personal}"),
        ("A {personal} B", "A {personal} B"),
    ],
)
def test_a_letter_without_a_place_has_it_behind_its_first_paragraph(body, placed):
    assert with_personal(body) == placed


def test_what_stands_in_braces_and_is_not_filled_in_is_found():
    assert find_unfilled("{town} {first name} {Town} {} {first name} {{personal}} {a\nb}") == ["{first name}", "{Town}"]
    assert find_unfilled("{town}", ()) == ["{town}"]


def test_a_template_is_read_in_pieces():
    said = pieces("Dear {executive},\r\n{given_name} {family_name} {x}")
    assert said == [("", "Dear "), ("executive", ""), ("", ",\n"), ("name", ""), ("", " {x}")]


def test_the_whole_letter_stands_above_one_s_own_paragraph(visitor):
    page = visitor.client.get(PAGE).text
    assert (
        page.index('id="reading-heading"') < page.index("Please sign, and tell us when.") < page.index("field-personal")
    )
    assert "your paragraph goes here" in page
    assert "the recipient’s title" in page


def test_all_recipients_are_ticked_and_in_sight(visitor):
    page = visitor.client.get(PAGE).text
    assert len(boxes(page)) == 6
    assert all(boxes(page).values())
    assert "6 letters, one to each office. All are checked" in page
    form = page.partition("addressees")[0]
    assert form.count("<details") == form.count("</details>"), "no box is folded away"


def test_a_company_s_page_leads_to_its_own_offices(visitor):
    link = re.search(
        r'href="([^"]*letter[^"]*to=wendys[^"]*)">Write to Wendy’s<', visitor.client.get("/companies/wendys").text
    )
    ticked = boxes(visitor.client.get(html.unescape(link[1])).text)
    assert sorted(ticked.values()) == [False] * 4 + [True] * 2
    assert all(boxes(visitor.client.get(f"{PAGE}?to=nobody").text).values())


def test_no_ticked_box_is_nobody_and_is_said(visitor):
    answer = visitor.write(ticking="yes", personal="Kept words")
    assert answer.status_code == 422
    assert "Choose at least one recipient." in answer.text
    assert "Kept words" in answer.text
    assert not any(boxes(answer.text).values())
    assert visitor.write().status_code == 303, "who posts without the page writes to all"


def test_what_was_unticked_stays_so_all_the_way(visitor):
    chosen = list(boxes(visitor.client.get(PAGE).text))[:2]
    preview = visitor.write(ticking="yes", executives=chosen, step="preview").text
    assert "Ready to send: 2 letters" in preview
    assert 'name="ticking" value="yes"' in preview
    ticked = boxes(visitor.write(ticking="yes", executives=chosen, step="change").text)
    assert [public_id for public_id, is_ticked in ticked.items() if is_ticked] == chosen


def test_words_in_braces_that_nothing_fills_in_are_pointed_out(visitor):
    typed = {"body": "Dear {boss},\n\n{personal}", "personal": "From {town}", "subject": "{personal}: {company}"}
    said = text_of(visitor.write(step="preview", **typed).text)
    assert "We don’t fill in {personal}, {town}, and {boss}, so it goes out exactly as you see it." in said
    assert "We don’t fill in" not in visitor.write(step="preview").text


def confirmed(visitor, **values):
    assert visitor.sign(**values).status_code == 303
    link = visitor.last_link("confirm")
    assert visitor.confirm(link).status_code == 303
    return link


def letter_behind(visitor, link):
    """The letter's page, by the step that the page of a confirmed link offers."""
    page = visitor.client.get(link).text
    found = re.search(r'href="([^"]*/letter\?[^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def test_who_comes_back_by_the_mailed_link_is_known(visitor):
    address = letter_behind(visitor, confirmed(visitor))
    assert "Ana R." in visitor.client.get(address).text
    token = re.search(r"[?&]t=([^&]+)", address)[1]
    answer = visitor.write(given_name="", family_name="", email="", postal_code="", t=token)
    assert answer.status_code == 303
    assert visitor.mails() == [], "the voucher is good"
    assert visitor.write(
        given_name="", family_name="", email="", postal_code="", t=token, personal="Another"
    ).status_code
    assert visitor.mails() != [], "and good once, however often the link is opened"


def test_who_comes_by_their_receipt_finds_the_form_filled_in_and_confirms(visitor):
    confirmed(visitor)
    link = known_signer(visitor.installation).sign(str(visitor.one("SELECT public_id FROM actions")))
    answer = visitor.client.get(f"{PAGE}?lang=en&by={link}")
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert link not in address
    assert "Ana R." in visitor.client.get(address).text
    token = re.search(r"[?&]t=([^&]+)", address)[1]
    blank = {"given_name": "", "family_name": "", "email": "", "postal_code": ""}
    assert visitor.write(t=token, **blank).status_code == 303
    assert len(visitor.mails()) == 1, "a receipt is passed on: it vouches for nothing"
    assert visitor.one("SELECT count(*) FROM actions WHERE kind = 'letter' AND state = 'waiting'") == 1


@pytest.mark.parametrize("by", ["x", "IjAxODkwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCI.aw.forged"])
def test_a_receipt_s_link_that_is_not_ours_knows_nobody(visitor, by):
    address = visitor.client.get(f"{PAGE}?lang=en&by={by}").headers["Location"]
    assert "t=" not in address
    assert 'autocomplete="given-name"' in visitor.client.get(address).text


@pytest.mark.parametrize("consent", ["yes", None])
def test_what_one_agreed_to_when_signing_stays_ticked(visitor, consent):
    page = visitor.client.get(letter_behind(visitor, confirmed(visitor, consent=consent))).text
    assert ("You’ve already agreed." in page) == (consent is not None)
    assert ('id="agreed-before" checked disabled' in page) == (consent is not None)
    assert ('name="consent"' in page) == (consent is None)


def test_a_high_safety_link_knows_nobody(visitor):
    visitor.sign(HIGH_SAFETY, given_name="Wren", consent=None)
    link = visitor.last_link("confirm")
    visitor.confirm(link)
    assert "letter?" not in visitor.client.get(link).text
