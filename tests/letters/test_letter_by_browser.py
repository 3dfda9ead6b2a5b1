"""Writing a letter on a phone, with JavaScript and without: it is read whole, and goes to whom one sees ticked."""

import re

import pytest

from tests.walks.content import slug_of
from tests.walks.stand_in import link_in
from tests.walks.steps import sign

pytestmark = pytest.mark.browser

LETTER = "/campaigns/fair-food/letter"
BOXES = "[name=executives]"
WORDS = "My uncle picked tomatoes. {his town}"


@pytest.mark.parametrize("has_script", [True, False])
def test_one_reads_the_letter_and_sees_to_whom_and_when_it_goes(travel, has_script):
    me = travel(has_script=has_script)
    me.go("/companies/wendys")
    assert not re.search(r"20(1\d|2[0-4])\b", me.page.locator(".company__record .dated").all_inner_texts()[-1])
    me.press("text=Write to Wendy’s >> visible=true >> nth=-1")
    assert me.page.locator(f"{BOXES}:checked").count() == 2

    me.go(LETTER)
    assert me.page.locator(f"{BOXES}:checked").count() == 6
    assert all(box.is_visible() for box in me.page.locator(BOXES).all())
    reading, own = me.page.locator(".letter-reading"), me.page.locator("[name=personal]")
    assert "Please sign, and tell us when." in reading.inner_text()
    assert "shelves" not in reading.inner_text()
    assert reading.bounding_box()["y"] < own.bounding_box()["y"]
    counted = """() => getComputedStyle(document.querySelector(".addressees__count"), "::after").content"""
    assert "counter(ticked)" in me.page.evaluate(counted)

    me.fill(personal=WORDS, given_name="Ana", family_name="Ruiz", email="ana@journeys.example", postal_code="34142")
    for box in me.page.locator(BOXES).all():
        box.uncheck()
    me.press("button[value=preview]", status=422)
    assert "Choose at least one recipient." in me.page.locator("[data-takes-focus]").inner_text()
    assert own.input_value() == WORDS
    me.page.locator(BOXES).first.check()
    me.press("button[value=preview]")
    assert me.heading() == "Ready to send: 1 letter"
    shown = me.page.locator(".writing__head").inner_text()
    assert "It goes out within minutes." in shown
    assert "We don’t fill in {his town}" in shown
    assert me.page.locator(".letter__sheet .typed").inner_text().index("tomatoes Kroger buys") > 0


@pytest.mark.parametrize("has_script", [True, False])
def test_who_comes_back_by_the_mailed_link_finds_what_they_ticked(travel, running, mailbox, has_script):
    me = travel(has_script=has_script)
    address = f"back-{has_script}@journeys.example".lower()
    sign(running, slug_of("links"), address, consent="yes")
    link = link_in(mailbox.wait_for(address)[0], "confirm")
    me.go(link)
    me.press("main form button")
    me.go(link)
    me.press("a.button[href*='/letter']")
    assert "Ana Z." in me.page.locator(".writing__from summary").inner_text()
    agreed = me.page.locator("#agreed-before")
    assert agreed.is_checked()
    assert agreed.is_disabled()
