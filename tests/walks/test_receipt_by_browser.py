"""After confirming, with a browser: one receipt that leads on and can be stopped; and letters that went are not called back."""

import pytest

from tests.walks.content import slug_of
from tests.walks.stand_in import link_in, until
from tests.walks.steps import ANA, confirm, my_link, sign, signed

pytestmark = pytest.mark.browser

PARAGRAPH = "I buy my running shoes here."


@pytest.mark.parametrize("has_script", [True, False])
def test_a_receipt_comes_at_once_leads_on_and_can_be_stopped(travel, running, mailbox, has_script):
    slug, address = slug_of("receipt"), f"leads-{has_script}@receipt.example".lower()
    me = travel(has_script=has_script)
    signed(running, mailbox, slug, address)
    (receipt,) = until(lambda: mailbox.receipts_to(address), "the receipt")
    (own,) = (link for link in receipt["links"] if "/my?" in link)
    me.go(own)
    assert me.page.locator("[name=email]").is_visible(), "a receipt may be forwarded: it opens nobody's page"
    (shared,) = (link for link in receipt["links"] if "?via=" in link)
    me.go(shared)
    assert me.page.locator("form[data-action-kind=pledge]").is_visible()
    (letter,) = (link for link in receipt["links"] if "/letter?" in link)
    me.go(letter)
    assert "Ana Z." in me.page.locator("main").inner_text()
    me.go(link_in(receipt, "unsubscribe"))
    me.press("main form button")
    assert me.heading() == "You’re unsubscribed."
    sign(running, slug_of("withdraw"), address)
    mailbox.wait_for(address, 2)
    confirm(mailbox, address)
    assert my_link(running, mailbox, address), "what is asked for still comes"
    assert len(mailbox.receipts_to(address)) == 1, "a receipt came after all"


@pytest.mark.parametrize("has_script", [True, False])
def test_letters_that_went_are_not_said_to_be_taken_back(travel, running, mailbox, has_script):
    slug, address = slug_of("ending"), f"went-{has_script}@ending.example".lower()
    me = travel(has_script=has_script)
    me.go(f"/campaigns/{slug}/letter")
    me.fill(personal=PARAGRAPH, email=address, **ANA)
    me.press("button[value=preview]")
    me.press("main form button[value=send]")
    mailbox.wait_for(address)
    confirm(mailbox, address)
    until(lambda: mailbox.letters_of(address, "chief.executive@adidas.example"), "the letter at the office")
    me.go(my_link(running, mailbox, address))
    me.press(".way-out a[href*='/withdraw/']")
    said = me.page.locator("main").inner_text()
    assert "We can’t take back letters that have been sent" in said
    me.press(".ask-first button")
    assert "We can’t take back letters that have been sent." in me.page.locator(".deed").inner_text()
