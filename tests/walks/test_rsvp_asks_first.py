"""On a phone: the choice one sees is the choice one gets, what one answered is seen again, and no single tap gives it up."""

import pytest

from tests.walks.march_steps import FORM, SUBMIT, Marcher
from tests.walks.marches import march_of

pytestmark = pytest.mark.browser

SCRIPT = pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
APART = 16
"""Pixels between what undoes something and whatever else can be tapped."""

_NEAREST = """(one) => {
  const a = one.getBoundingClientRect();
  const others = [...document.querySelectorAll("main a, main button, main summary, main input:not([type=hidden])")]
    .filter((other) => other !== one && other.checkVisibility());
  return Math.min(...others.map((other) => {
    const b = other.getBoundingClientRect();
    const x = Math.max(0, a.left - b.right, b.left - a.right), y = Math.max(0, a.top - b.bottom, b.top - a.bottom);
    return Math.hypot(x, y);
  }));
}"""


def marcher(travel, has_script, name):
    journey = "script" if has_script else "plain"
    me = travel(has_script=has_script)
    return Marcher(me, march_of("asks"), "Ana", "Zúñiga", f"{name}.{journey}@asks.example")


@SCRIPT
def test_all_days_and_a_ticked_one_never_book_one_day(travel, has_script):
    ana = marcher(travel, has_script, "all")
    page, form = ana.me.page, ana.me.page.locator(FORM)
    ana.go(f"/events/{ana.slug}/rsvp")
    page.locator(f"{FORM} [name=part][value=days]").check()
    page.locator("#field-legs-2").check()
    page.locator(f"{FORM} [name=part][value=all]").check()
    ana.me.fill(given_name="Ana", email=ana.address, postal_code="34142")
    if has_script:
        assert form.locator("[name=legs]:checked").count() == 0, "all of them is all of them"
    else:
        assert page.locator("#field-legs-2").is_visible(), "what is ticked is seen"
        ana.me.press(SUBMIT, status=422)
        assert "You also checked single days" in ana.text
        assert page.locator("#field-legs-2").is_checked()
        assert page.locator(f"{FORM} [name=part][value=all]").is_checked()
        assert page.locator("[name=given_name]").input_value() == "Ana"
        page.locator("#field-legs-2").uncheck()
    ana.me.press(SUBMIT)
    assert ana.me.heading() == ana.say("look_into_mail")
    ana.open_confirmation()
    assert page.locator(".own-leg").count() == 5


@SCRIPT
def test_answers_are_seen_again_and_nothing_is_given_up_by_one_tap(travel, has_script):
    ana = marcher(travel, has_script, "needs")
    page = ana.me.page
    ana.go(f"/events/{ana.slug}")
    ana.read_days()
    ana.go(f"/events/{ana.slug}/rsvp")
    more = page.locator("details.more--group")
    assert more.get_attribute("open") is None
    page.locator(f"{FORM} [name=part][value=days]").check()
    for day in (1, 2):
        page.locator(f"#field-legs-{day}").check()
    if has_script:
        assert more.get_attribute("open") is not None, "these days have beds, or steps"
    else:
        more.locator("summary").click()
    page.locator("[name=needs][value=wheelchair]").check()
    page.locator("[name=ride][value=asked]").check()
    page.locator("[name=phone]").fill("239-555-0100")
    ana.me.fill(given_name="Ana", email=ana.address, postal_code="34142")
    ana.me.press(SUBMIT)
    ana.open_confirmation()
    answers = ("Step-free route (wheelchair)", "I need a ride", "239-555-0100")
    assert [words for words in answers if words not in ana.text] == []
    assert "Not step-free" in ana.text
    ana.confirm()
    assert [words for words in answers if words not in ana.text] == []

    ana.open_own()
    assert page.locator("[name=phone]").input_value() == "239-555-0100"
    for way in page.locator("main a[href*='ask=']").all():
        assert way.evaluate(_NEAREST) >= APART
    page.locator("main a[href*='ask=drop']").first.click()
    ana.look()
    assert ana.me.heading() == "Give up this place?"
    assert page.locator("main button[name=sure]").evaluate(_NEAREST) >= APART
    page.locator("main .ask-first a").click()
    ana.look()
    both = dict.fromkeys((1, 2), f"{ana.say('going')} · 1 person")
    assert ana.states() == both

    page.locator("main a[href*='ask=cancel']").click()
    ana.look()
    assert page.locator("main button[name=sure]").evaluate(_NEAREST) >= APART
    ana.me.press("main button[name=sure]")
    assert ana.say("all_gone") in ana.text
    ana.me.page.reload()
    ana.me.page.wait_for_load_state("networkidle")
    assert ana.say("all_gone") in ana.text, "Reload keeps it"
    ana.me.press("main button[value=undo]")
    assert "Undone." in ana.text
    assert ana.states() == both
    assert page.locator("[name=phone]").input_value() == "239-555-0100"
