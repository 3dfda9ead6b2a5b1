"""The main job with `curl` alone, from a page fetched a moment before, in both languages."""

import json
import re
from html import unescape

import pytest

from tests.walks.content import MAIN, slug_of
from tests.walks.curl import get, post
from tests.walks.stand_in import link_in, until
from tests.walks.words import WORDS

PERSONAL = "Compro aquí desde hace once años.\nMi madre cosechaba tomates – al sol. {company} <b>no</b>"


@pytest.mark.parametrize("language", ["en", "es"])
def test_curl_signs_and_writes_and_sees_it_delivered(running, mailbox, language):
    words, journey = WORDS[language], f"curl-{language}"
    slug, company, address = slug_of(journey), MAIN[journey], f"ana.{journey}@journeys.example"
    count = f"{running.url}/campaigns/{slug}/count.json"

    page = get(f"{running.url}/campaigns/{slug}", language)
    assert (page.status, page.language) == (200, language)
    form = page.form("pledge")
    assert dict(form.fields)["country"] == "US"
    before = json.loads(get(count).html)["confirmed"]
    ana = {"given_name": "Ana", "family_name": "Zúñiga", "email": address, "postal_code": "34142"}
    page = post(page, form, form.filled(**ana, consent="yes"))
    assert (page.status, page.language, page.heading) == (200, language, words["look_into_mail"])

    (mail,) = mailbox.wait_for(address)
    assert mail["subject"].startswith(words["subject"])
    link = link_in(mail, "confirm")
    get(link, language)
    page = get(link, language)
    assert page.heading == words["confirm"]
    assert json.loads(get(count).html)["confirmed"] == before
    page = post(page, page.form(), [])
    assert page.heading == words["number"].format(number=before + 1)
    assert until(lambda: json.loads(get(count).html)["confirmed"] == before + 1, "the tally")

    page = get(page.link("/letter"), language)
    assert (page.status, page.language) == (200, language)
    form = page.form("letter")
    assert dict(form.fields)["email"] == "", "who writes is known behind the page"
    assert f"{address[0]}…@{address.rpartition('@')[2]}" in unescape(page.html)
    page = post(page, form, form.filled(press="preview", personal=PERSONAL, subject="{company}: ¿cuándo?"))
    assert (page.status, page.heading) == (200, words["letters_go"])
    bodies = sorted(
        unescape(body) for body in re.findall(r'<p class="typed" dir="auto">(.*?)</p>', page.html, re.DOTALL)
    )
    assert all(PERSONAL in body and body.endswith("Ana Zúñiga\nImmokalee, FL") for body in bodies)
    form = page.form("letter")
    page = post(page, form, form.filled(press="send"))
    assert page.heading == words["letters_went"]

    letters = [mailbox.wait_for(f"{box}@{company}.example")[0] for box in ("chief.executive", "sourcing")]
    assert sorted(letter["text"].strip() for letter in letters) == bodies
    for letter in letters:
        assert letter["reply_to"] == [address]
        assert letter["subject"].endswith(": ¿cuándo?")
        assert "{" not in letter["subject"]
    page = get(mailbox.page_of(letters[0]))
    tell = next(form for form in page.forms if ("kind", "delivered") in form.buttons)
    page = post(page, tell, tell.filled(press="delivered"))
    assert "accepted: the service answered 2" in page.html

    page = get(f"{running.url}/my", language)
    page = post(page, page.form(), page.form().filled(email=address))
    assert page.heading == words["look_into_mail"]
    link = link_in(mailbox.wait_for(address, 2)[0], "my")
    assert until(
        lambda: _states(get(link, language).html) == [words["delivered"], words["sent"]], "the letters' states"
    )
    page = get(f"{running.url}/companies/{company}", language)
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.html))
    assert told == {words["page_delivered"]: "1", words["page_sent"]: "1"}
    assert address not in page.html


def _states(html: str) -> list[str]:
    return sorted(unescape(words) for words in re.findall(r'<span class="letter-state[^>]*>(.*?)</span>', html))
