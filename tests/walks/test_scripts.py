"""What JavaScript adds: a count that moves, a slip in an address seen, a second press that sends nothing, no word lost."""

import re

import pytest

from tests.walks.content import slug_of
from tests.walks.curl import get
from tests.walks.stand_in import until
from tests.walks.steps import signed

pytestmark = pytest.mark.browser

PERSON = {"given_name": "Ana", "family_name": "Zúñiga", "postal_code": "34142"}


def test_the_count_moves_while_the_page_is_looked_at(travel, running, mailbox):
    me, slug = travel(), slug_of("livecount")
    signed(running, mailbox, slug, "first@livecount.example")
    me.page.clock.install()
    page = f"{running.url}/campaigns/{slug}"
    # The page from before the first name is kept for some seconds, whatever is appended to its address.
    until(lambda: "data-count=" in get(page).html, "a page with the first name")
    me.page.goto(page)
    assert me.page.locator("[data-count]").inner_text() == "1"
    signed(running, mailbox, slug, "second@livecount.example")

    def moves() -> bool:
        me.page.clock.fast_forward(20_000)  # by leaps: to run through it would draw each of a thousand frames
        return bool(me.page.locator("[data-count]").inner_text() == "2")

    until(moves, "the second name on the page")
    assert me.page.locator("[data-next]").inner_text().startswith("98 ")


def test_a_slip_in_the_address_is_seen_and_mended_by_a_press(travel):
    me = travel()
    me.go(f"/campaigns/{slug_of('scripts')}")
    me.fill(email="ana.ruiz@gmial.com")
    offer = me.page.locator(".field__mend-button")
    offer.wait_for()
    assert "ana.ruiz@gmail.com" in offer.inner_text()
    offer.click()
    assert me.page.locator("[name=email]:visible").input_value() == "ana.ruiz@gmail.com"
    assert offer.count() == 0
    me.fill(email="ana.ruiz@unknown.example")
    me.page.wait_for_timeout(800)  # longer than it waits before it offers
    assert offer.count() == 0


def test_without_a_network_nothing_is_sent_and_nothing_is_lost(travel):
    me = travel()
    me.go(f"/campaigns/{slug_of('scripts')}")
    me.fill(**PERSON, email="ana@offline.example")
    me.page.context.set_offline(True)
    me.page.locator("form[data-action-kind=pledge] button[type=submit]").click()
    said = me.page.locator("form[data-action-kind=pledge] .notice")
    said.wait_for()
    assert "Nothing is lost" in said.inner_text()
    assert me.page.locator("[name=given_name]:visible").input_value() == "Ana"
    me.page.context.set_offline(False)
    said.wait_for(state="detached")
    me.press("form[data-action-kind=pledge] button[type=submit]")
    assert me.heading() == "Check your email"


def test_a_second_press_sends_nothing_more(travel):
    me = travel()
    me.go(f"/campaigns/{slug_of('scripts')}")
    me.fill(**PERSON, email="ana@twice.example")
    posted = []
    me.page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    button = me.page.locator("form[data-action-kind=pledge] button[type=submit]")
    with me.page.expect_navigation():
        button.evaluate("(button) => { button.click(); button.click(); button.click(); }")
    assert me.heading() == "Check your email"
    assert len(posted) == 1


def test_what_was_typed_comes_back_after_a_reload_but_not_on_a_high_safety_campaign(travel):
    me = travel()
    me.go(f"/campaigns/{slug_of('scripts')}")
    me.fill(**PERSON, email="ana@reload.example")
    me.page.reload()
    assert me.page.locator("[name=given_name]:visible").input_value() == "Ana"
    me.go("/campaigns/justice-for-shahidul")
    me.fill(given_name="Sun", email="sun@reload.example")
    me.page.reload()
    assert not re.search("Sun|sun@", me.page.evaluate("JSON.stringify(sessionStorage)"))
    assert me.page.locator("[name=given_name]:visible").input_value() == ""


@pytest.mark.parametrize("has_script", [True, False])
def test_where_a_link_has_somebody_come_from_reaches_the_form_and_the_letter(travel, has_script):
    me = travel(has_script=has_script)
    me.go(f"/campaigns/{slug_of('scripts')}?utm_source=Radio&utm_medium=air&fbclid=x")
    me.fill(given_name="www.spam.example", family_name="Ruiz", postal_code="34142", email="ana@source.example")
    me.press("form[data-action-kind=pledge] button[type=submit]", status=422)
    assert me.page.locator("form[data-action-kind=pledge] [name=source]").input_value().lower() in (
        "radio/air",
        "radio/air/",
    )
    me.go(f"/campaigns/{slug_of('scripts')}?utm_source=Radio&utm_medium=air")
    me.press(f'a[href^="/campaigns/{slug_of("scripts")}/letter"]')
    assert me.page.locator("form[data-action-kind=letter] [name=source]").input_value() == "radio/air"
