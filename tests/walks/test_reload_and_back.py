"""Reload, Back and Forward cost nothing on a page behind a link or after a post, and a copied address shares nothing."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.walks.content import slug_of
from tests.walks.stand_in import link_in
from tests.walks.steps import my_link, sign

pytestmark = pytest.mark.browser

SCRIPT = pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
HOUR = 3_600_000


def bar(me):
    """Return path and query of the address bar."""
    parts = urlsplit(me.page.url)
    return parts.path, parse_qs(parts.query)


def assert_bare(me, path):
    """With JavaScript the address bar shows `path` and no token; without, it keeps what a reload needs."""
    me.page.wait_for_load_state("load")
    if me.has_script:
        shown, query = bar(me)
        assert (shown, "t" in query) == (path, False)


def again(me, move):
    """Reload, or go back or forward; wait until the page that is led to is there."""
    move()
    me.page.wait_for_load_state("load")
    if me.has_script:  # it may be led on from the bare address
        me.page.wait_for_load_state("networkidle")


def said(me):
    """Return what the page says."""
    return me.page.locator("main").inner_text()


@SCRIPT
def test_after_signing_reload_and_back_keep_address_number_and_steps(travel, mailbox, has_script):
    me, slug = travel(has_script=has_script), slug_of("scripts")
    address, thanks = f"again.{has_script}@gmail.com".lower(), f"/campaigns/{slug}/thanks"
    me.go(f"/campaigns/{slug}")
    me.fill(given_name="Ana", family_name="Zúñiga", email=address, postal_code="34142")
    me.press("form[data-action-kind=pledge] button[type=submit]")
    before = said(me)
    assert address in before
    assert_bare(me, thanks)
    again(me, me.page.reload)
    assert said(me) == before
    assert me.page.locator(".mailbox a").count() == 1
    assert me.page.locator("[name=mends]").count() == 1, "a wrong address can still be fixed"
    assert_bare(me, thanks)

    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    again(me, me.page.reload)
    assert_bare(me, thanks)
    me.press("main form button")
    number = said(me)
    again(me, me.page.reload)
    assert said(me) == number
    me.press(".next a.button")
    assert urlsplit(me.page.url).path.endswith("/letter")
    known = me.page.locator(".writing__from summary").inner_text()
    again(me, me.page.reload)
    assert me.page.locator(".writing__from summary").inner_text() == known
    again(me, me.page.go_back)
    assert said(me) == number
    again(me, me.page.go_forward)
    assert me.page.locator(".writing__from summary").inner_text() == known
    again(me, me.page.go_back)
    me.press(".next__skip a")
    step = said(me)
    again(me, me.page.reload)
    assert said(me) == step


@SCRIPT
def test_my_page_stays_on_reload_and_its_bare_address_shows_nothing(travel, running, mailbox, has_script):
    me, address = travel(has_script=has_script), f"my.{has_script}@again.example".lower()
    sign(running, slug_of("scripts"), address)
    mailbox.wait_for(address)
    me.go(my_link(running, mailbox, address))
    mine = said(me)
    assert_bare(me, "/my")
    again(me, me.page.reload)
    assert said(me) == mine
    me.go("/")
    again(me, me.page.go_back)
    assert said(me) == mine
    if has_script:
        copied, other = me.page.url, travel()
        other.go(copied)
        assert other.page.locator("[name=email]:visible").count() == 1


def test_a_visit_is_over_when_it_is_done_or_after_half_an_hour(travel, running, mailbox):
    """Somebody else takes the phone: Back shows them nothing of who had it before."""
    me, address, slug = travel(), "done@again.example", slug_of("scripts")
    sign(running, slug, address)
    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    me.press("main form button")
    number = said(me)
    me.page.evaluate("sessionStorage.setItem('draft:x', '[]')")
    me.page.evaluate(f"history.replaceState({{...history.state, until: Date.now() - {HOUR}}}, '')")
    again(me, me.page.reload)
    assert said(me) != number, "half an hour is over"
    again(me, me.page.reload)
    assert said(me) != number

    me.go(my_link(running, mailbox, address))
    mine = said(me)
    me.press("[data-forgets]")
    assert me.page.evaluate("Object.keys(sessionStorage)") == ["forgotten"]
    again(me, me.page.go_back)
    assert said(me) != mine

    me.go(my_link(running, mailbox, address))
    me.go(f"/campaigns/{slug}/thanks?step=end")
    assert me.page.evaluate("Object.keys(sessionStorage)") == ["forgotten"]
    again(me, me.page.go_back)
    assert said(me) != mine


def test_a_high_safety_campaign_leaves_nothing_in_the_browser(travel, running, mailbox):
    me, slug, address = travel(), "justice-for-shahidul", "sun@again.example"
    me.go(f"/campaigns/{slug}")
    me.fill(given_name="Sun", email=address)
    me.press("form[data-action-kind=pledge] button[type=submit]")
    assert me.page.evaluate("[history.state, sessionStorage.length]") == [None, 0]
    assert_bare(me, f"/campaigns/{slug}/thanks")
    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    assert me.page.evaluate("[history.state, sessionStorage.length]") == [None, 0]
    again(me, me.page.reload)
    me.press("main form button")
    assert me.page.evaluate("[history.state, sessionStorage.length]") == [None, 0]


@SCRIPT
def test_what_was_typed_outlives_another_language_and_goes_when_it_is_sent(travel, has_script):
    """With JavaScript; without it the browser's own Back has the words."""
    me, slug = travel(has_script=has_script), slug_of("draft")
    typed = {"given_name": "Ana", "family_name": "Zúñiga", "email": "tongue@again.example", "postal_code": "34142"}
    me.go(f"/campaigns/{slug}")
    me.fill(**typed)
    me.page.locator("form[data-action-kind=pledge] [name=consent]").check()
    me.language = "es"
    me.press(".language-switch [lang=es]")
    boxes = {name: me.page.locator(f"form[data-action-kind=pledge] [name={name}]") for name in typed}
    if has_script:
        assert {name: box.input_value() for name, box in boxes.items()} == typed
        assert me.page.locator("form[data-action-kind=pledge] [name=consent]").is_checked()
    else:
        me.fill(**typed)
    me.press("form[data-action-kind=pledge] button[type=submit]")
    me.go(f"/es/campaigns/{slug}")
    assert [box.input_value() for box in boxes.values()] == [""] * 4, "the next at this phone sees nothing of it"
    me.page.go_back()
    me.page.go_back()
    me.page.wait_for_load_state("load")
    assert boxes["email"].input_value() == typed["email"], "the address may have been wrong"


@SCRIPT
def test_the_number_given_is_in_the_count_of_the_page_one_comes_back_to(travel, running, mailbox, has_script):
    me, slug = travel(has_script=has_script), slug_of("mistakes")
    address = f"count.{has_script}@again.example".lower()
    me.go(f"/campaigns/{slug}")  # a copy is kept of it for some seconds
    sign(running, slug, address)
    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    me.press("main form button")
    number = int("".join(letter for letter in me.heading() if letter.isdigit()))
    me.press(".ribbon__title a")
    assert int(me.page.locator("[data-count]").get_attribute("data-count")) == number
