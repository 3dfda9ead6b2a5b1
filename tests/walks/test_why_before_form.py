"""A campaign's page on a phone: who asks and why before the form, the story after it, and the form always in reach."""

import pytest

from tests.walks.content import slug_of
from tests.walks.curl import get
from tests.walks.stand_in import until
from tests.walks.steps import signed

pytestmark = pytest.mark.browser

_TOPS = """() => Object.fromEntries(Object.entries({
  by: ".poster__by a", standfirst: ".poster__standfirst", form: ".campaign__act form", story: ".campaign__story .prose",
  more: ".campaign__more",
}).map(([name, selector]) => [name, Math.round(document.querySelector(selector).getBoundingClientRect().top + scrollY)]))"""
_CALL = """() => {
  const box = document.querySelector(".campaign__call").getBoundingClientRect();
  return box.top < innerHeight && box.bottom <= innerHeight + 1 && box.bottom > 0;
}"""
_COVERED = """() => {
  const at = document.activeElement, call = document.querySelector(".campaign__call");
  if (call.contains(at) || at === document.body) return false;
  const one = at.getBoundingClientRect(), bar = call.getBoundingClientRect();
  return one.bottom > bar.top + 1 && one.top < bar.bottom - 1 && one.right > bar.left && one.left < bar.right;
}"""


@pytest.mark.parametrize(("language", "has_script"), [("en", True), ("es", False)])
def test_who_asks_and_why_come_first_and_the_way_back_stays_in_reach(travel, language, has_script):
    me = travel(language, has_script=has_script)
    me.go("/campaigns/fair-food")
    tops = me.page.evaluate(_TOPS)
    assert tops["by"] < tops["standfirst"] < tops["form"] < tops["story"] < tops["more"]
    assert tops["standfirst"] < 844, "the why is on the first screen"
    call = me.page.locator(".campaign__call a")
    assert not me.page.evaluate(_CALL), "beside the form it would ask twice"
    me.page.evaluate("document.querySelector('.campaign__story .prose').scrollIntoView()")
    assert me.page.evaluate(_CALL)
    call.click()
    assert me.page.url.endswith("#pledge")
    assert me.page.locator("#pledge form").evaluate("form => form.getBoundingClientRect().top < innerHeight")
    me.page.emulate_media(media="print")
    assert not call.is_visible()


def test_what_is_focused_is_never_behind_it(travel):
    me = travel()
    me.go("/campaigns/fair-food")
    me.page.evaluate("document.querySelector('.campaign__story').scrollIntoView()")
    me.page.locator(".campaign__more a, .campaign__more button").first.focus()
    for _ in range(12):
        assert not me.page.evaluate(_COVERED), me.page.evaluate("document.activeElement.outerHTML")
        me.page.keyboard.press("Tab")


_COUNT_AND_LEFT = """(box) => ["[data-count]", "[data-next]"].map((one) => box.querySelector(one).innerText.trim())"""
"""Both at one moment: other tests sign this campaign, too, and a script keeps the numbers true."""


@pytest.mark.parametrize(("language", "has_script"), [("en", False), ("es", True)])
def test_the_bar_says_where_it_ends_and_the_week_has_days_and_numbers(travel, running, mailbox, language, has_script):
    slug = slug_of("scripts")
    signed(running, mailbox, slug, f"bar@{language}.example")
    until(lambda: "data-count=" in get(f"{running.url}/campaigns/{slug}").html, "a page with a name")
    me = travel(language, has_script=has_script)
    me.go(f"/campaigns/{slug}")
    assert me.page.locator(".count__end").inner_text().endswith("100")
    count, left = me.page.locator(".count").evaluate(_COUNT_AND_LEFT)
    assert int(count) >= 1
    assert left == {"en": "{} to go", "es": "Faltan {}"}[language].format(100 - int(count))
    assert me.page.locator(".count__goal").inner_text().endswith(" 500")
    me.go("/campaigns/fair-food")
    days = me.page.locator(".week__day")
    assert days.count() >= 3
    for words in days.all_inner_texts():
        number, _, day = words.partition("\n")
        assert number.strip().isdigit(), words
        assert day.strip(), words


@pytest.mark.parametrize("has_script", [True, False])
def test_the_head_leads_to_campaigns_events_and_ones_own_page(travel, has_script):
    me = travel("es", has_script=has_script)
    me.go("/es/organizations/ciw")
    for path in ("/es/campaigns", "/es/events", "/es/my"):
        link = me.page.locator(f'.masthead__nav a[href^="{path}"]')
        box = link.bounding_box()
        assert box["height"] >= 44
        assert box["y"] < 200
        link.click()
        me.look()
        assert f"{path}" in me.page.url
