"""Campaigns that take nothing now: 409, what happened in words, and no word lost; letters held and let go."""

import pytest

from tests.walks.content import RESTING, slug_of
from tests.walks.curl import Page, get, post
from tests.walks.stand_in import link_in, until
from tests.walks.steps import ANA, my_link

WROTE = "I have waited & hoped <three> years."
NO_PLEDGE = {
    "paused": "This campaign is paused, so you can’t sign right now. We didn’t save your name.",
    "closed": "This campaign has ended, so signing has closed.",
    "won": "This campaign won, so signing has closed.",
}
NO_LETTER = {
    "paused": "This campaign is paused, so no letters are going out right now.",
    "closed": "This campaign is closed, so no more letters are going out.",
    "won": "This campaign has been won, so no more letters are needed.",
}


@pytest.mark.parametrize("status", RESTING)
def test_a_pledge_comes_too_late_and_keeps_its_words(running, status):
    page = get(f"{running.url}/campaigns/{slug_of('links')}")
    form = page.form("pledge")
    form.action = f"/campaigns/{slug_of(status)}/pledge"
    page = post(page, form, form.filled(**ANA, email="late@journeys.example", comment=WROTE))
    assert page.status == 409
    assert NO_PLEDGE[status] in page.html
    assert "I have waited &amp; hoped &lt;three&gt; years." in page.html
    assert "Ana Zúñiga" in page.html
    assert "late@journeys.example" in page.html
    assert get(page.link(f"/campaigns/{slug_of(status)}")).status == 200


@pytest.mark.parametrize("status", RESTING)
def test_a_letter_comes_too_late_and_keeps_its_words(running, status):
    page = get(f"{running.url}/campaigns/{slug_of('links')}/letter")
    form = page.form("letter")
    form.action = f"/campaigns/{slug_of(status)}/letter"
    sent = form.filled(press="send", **ANA, email="late@journeys.example", personal=WROTE, subject="When?")
    page = post(page, form, sent)
    assert page.status == 409
    assert NO_LETTER[status] in page.html
    assert "Your words, to keep" in page.html
    assert "I have waited &amp; hoped &lt;three&gt; years." in page.html
    assert 'value="When?"' in page.html
    page = get(f"{running.url}/campaigns/{slug_of(status)}/letter")
    assert page.status == 409
    assert "Your words, to keep" not in page.html


def test_letters_of_a_paused_campaign_are_held_and_go_when_it_opens(running, mailbox):
    slug, address = slug_of("held"), "held@journeys.example"
    page = get(f"{running.url}/campaigns/{slug}/letter")
    form = page.form("letter")
    page = post(page, form, form.filled(press="preview", **ANA, email=address, personal=WROTE))
    page = post(page, page.form("letter"), page.form("letter").filled(press="send"))
    assert page.heading == "Check your email"
    (mail,) = mailbox.wait_for(address)
    assert mail["subject"].startswith("Please confirm your letter")
    assert WROTE not in mail["text"], "a stranger could be sent a message"

    assert running.campaign("status", slug, "paused") == f"campaign {slug}: open → paused\n"
    page = get(link_in(mail, "confirm"))
    assert "I have waited &amp; hoped" in page.html
    page = post(page, page.form(), [])
    assert page.status == 200
    link = my_link(running, mailbox, address)
    assert _states(get(link)) == ["On hold for now"] * 2
    told = running.campaign("letters", "list", "--state", "held")
    assert len(told.splitlines()) == 2
    assert address not in told
    assert not mailbox.letters_of(address, "chief.executive@adidas.example")

    running.campaign("status", slug, "open")
    for box in ("chief.executive", "sourcing"):
        (letter,) = until(
            lambda office=f"{box}@adidas.example": mailbox.letters_of(address, office), f"the letter to {box}"
        )
        assert WROTE in letter["text"]
    until(lambda: _states(get(link)) == ["Sent, delivery not yet confirmed"] * 2, "both letters to be sent")


def _states(page: Page) -> list[str]:
    return [part.partition("<")[0].partition(">")[2] for part in page.html.split('<span class="letter-state ')[1:]]
