"""On a phone, with JavaScript and without: why one signed comes onto the page and off it; staying connected by one mail."""

import pytest

from campaign.actions.service.showing_comments import list_comments, release_comments
from campaign.console import Console
from campaign.kernel.actors import OPERATOR
from tests.walks.content import slug_of
from tests.walks.stand_in import link_in, until
from tests.walks.steps import my_link

pytestmark = pytest.mark.browser

by_script = pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
PLEDGE, CONNECT = "form[data-action-kind=pledge]", "form[data-action-kind=subscription]"


def release(running, slug):
    with Console(running.data, {"PATH": "/usr/bin:/bin"}).session(needs_secrets=False) as session:
        return release_comments(session, OPERATOR, [row.mark for row in list_comments(session, OPERATOR, slug=slug)])


@by_script
def test_why_one_signed_is_shown_once_it_was_read_and_as_long_as_one_likes(travel, running, mailbox, has_script):
    me, slug = travel(has_script=has_script), slug_of("scripts")
    address, words = f"why.{has_script}@journeys.example", f"My mother picked tomatoes ({has_script})."
    me.go(f"/campaigns/{slug}")
    assert not me.page.locator(f"{PLEDGE} [name=show_comment]").is_visible(), "it comes with the box for the words"
    me.page.locator(f"{PLEDGE} .more summary").first.click()
    assert not me.page.locator(f"{PLEDGE} [name=show_comment]").is_checked()
    me.fill(given_name="Ana", family_name="Ruiz", email=address, postal_code="34142", comment=words)
    me.page.locator(f"{PLEDGE} [name=show_comment]").check()
    me.press(f"{PLEDGE} button:not([type=button])")
    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    me.press("main form button")
    assert release(running, slug) == 1
    me.go(f"/campaigns/{slug}")
    shown = me.page.locator(".voice__words", has_text=words)
    # Each web process keeps the page for some seconds, so the next answer may be older than the last.
    until(lambda: me.page.reload() and shown.is_visible(), "the words on the page")
    me.go(my_link(running, mailbox, address))
    me.press("form[action*='/words/'] button")
    assert "Your words are not on the campaign’s page." in me.page.locator("main").inner_text()
    until(lambda: words not in me.context.request.get(f"{running.url}/campaigns/{slug}").text(), "the words gone")


@by_script
def test_staying_connected_takes_an_address_a_choice_and_one_mail(travel, running, mailbox, has_script):
    me, address = travel(has_script=has_script), f"connected.{has_script}@journeys.example"
    me.go("/")
    assert me.page.locator(f"{CONNECT} input:checked").count() == 0
    me.page.locator(f"{CONNECT} [name=email]").fill(address)
    me.press(f"{CONNECT} button", status=422)
    assert me.page.locator("[name=email]:visible").input_value() == address
    me.page.locator(f"{CONNECT} label", has_text="Coalition of Immokalee Workers").click()
    me.press(f"{CONNECT} button")
    (mail,) = mailbox.wait_for(address)
    me.go(link_in(mail, "confirm"))
    me.press("main form button")
    assert me.heading() == "You’ll get email updates"
    me.go(my_link(running, mailbox, address))
    assert "Email updates about its campaigns." in me.page.locator("main").inner_text()
