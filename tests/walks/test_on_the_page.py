"""What only a browser shows: mistakes that take focus, words that survive, pages that ask nobody else for anything."""

import pytest

from tests.walks.content import slug_of
from tests.walks.stand_in import link_in
from tests.walks.steps import sign
from tests.walks.words import WORDS

pytestmark = pytest.mark.browser

TYPED = "Because my mother picked tomatoes.\n\n  <i>And</i> I remember."


@pytest.mark.parametrize(("language", "has_script"), [("en", True), ("es", False)])
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(travel, language, has_script):
    me, words = travel(language, has_script=has_script), WORDS[language]
    me.go(f"/campaigns/{slug_of('mistakes')}")
    me.page.locator("form[data-action-kind=pledge] .more summary").click()
    me.fill(given_name="Ana", family_name="Zúñiga", email="ana@nowhere", postal_code="34142", comment=TYPED)
    me.page.locator("[name=consent]").check()
    me.press("form[data-action-kind=pledge] button", status=422)
    summary = me.page.locator("[data-takes-focus]")
    assert summary.locator("h2").inner_text() == words["mistakes"]
    link = summary.locator("a")
    assert link.all_inner_texts() == [words["no_email"]]
    box = me.page.locator("#field-email")
    assert box.get_attribute("aria-invalid") == "true"
    assert words["no_email"] in me.page.locator(f"#{box.get_attribute('aria-describedby')}").inner_text()
    typed = {name: me.page.locator(f"[name={name}]").input_value() for name in ("given_name", "email", "comment")}
    assert typed == {"given_name": "Ana", "email": "ana@nowhere", "comment": TYPED}
    assert me.page.locator("[name=consent]").is_checked()
    assert me.page.locator("[name=comment]").is_visible()
    if has_script:
        me.page.wait_for_function("document.activeElement?.matches('[data-takes-focus]')")
        link.click()
        me.page.wait_for_function("document.activeElement?.id === 'field-email'")


def test_a_letter_survives_a_reload_and_is_forgotten_once_it_went(travel, mailbox):
    me = travel()
    address = "draft@journeys.example"
    letter = f"/campaigns/{slug_of('draft')}/letter"
    me.go(letter)
    me.fill(personal=TYPED, subject="My own subject")
    me.page.locator("[name=executives]").last.uncheck()
    me.page.reload()
    assert me.page.locator("[name=personal]").input_value() == TYPED
    assert me.page.locator("[name=subject]").input_value() == "My own subject"
    assert me.page.locator("[name=executives]").first.is_checked()
    assert not me.page.locator("[name=executives]").last.is_checked()
    me.fill(given_name="Ana", family_name="Zúñiga", email=address, postal_code="34142")
    me.press("button[value=preview]")
    assert me.page.locator("article.letter").count() == 1
    assert me.page.locator("article.letter .typed").inner_text().count(TYPED) == 1
    me.press("button[value=change]")
    assert me.page.locator("[name=personal]").input_value() == TYPED
    me.press("button[value=preview]")
    me.press("button[value=send]")
    assert me.heading() == "Check your email"
    mailbox.wait_for(address)
    me.go(letter)
    assert me.page.locator("[name=personal]").input_value() == "", "the next at this phone"
    me.page.go_back()
    me.page.go_back()
    assert me.page.locator("[name=personal]").input_value() == TYPED, "the address may have been wrong"
    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    me.press("main form button")
    assert not [key for key in me.page.evaluate("Object.keys(sessionStorage)") if key.startswith(("draft:", "sent:"))]


def test_reload_after_confirming_takes_nothing_back_and_stays_at_its_step(travel, running, mailbox):
    me, address, slug = travel(), "reload@journeys.example", slug_of("scripts")
    sign(running, slug, address)
    me.go(link_in(mailbox.wait_for(address)[0], "confirm"))
    me.press("main form button")
    assert me.heading().startswith("You’re supporter number ")
    me.press(".next__skip a")
    step = me.heading()
    me.page.reload()
    assert me.heading() == step
    me.page.go_back()
    me.look()
    me.page.wait_for_load_state("networkidle")
    assert me.heading().startswith("You’re supporter number ")


def test_a_draft_that_is_not_ours_is_passed_over(travel):
    me, slug = travel(), slug_of("scripts")
    me.go(f"/campaigns/{slug}")
    me.page.evaluate("key => sessionStorage.setItem(key, '{')", f"draft:{slug}-pledge-en")
    me.page.reload()
    me.fill(given_name="Ana")
    me.page.reload()
    assert me.page.locator("[name=given_name]:visible").input_value() == "Ana"


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_no_page_says_a_word_in_the_console_or_asks_anybody_else(travel, has_script):
    """The traveller collects what must not be; here are the pages no other journey passes."""
    me = travel(has_script=has_script)
    for path in ("/", "/companies/kroger", "/my", "/campaigns/fair-food/thanks", "/campaigns/fair-food/pledge"):
        me.go(path)
    me.go("/campaigns/trax-apparel")
    me.go("/campaigns/justice-for-shahidul")
    assert me.page.locator("form[data-keep]").count() == 0, "a borrowed phone would remember who signed"
    for path, status in (
        (f"/campaigns/{slug_of('won')}/letter", 409),
        ("/campaigns/none", 404),
        ("/confirm/forged", 404),
        ("/campaigns/fair-fish", 404),
    ):
        me.go(path, status=status)
