"""The whole way by keyboard alone: Tab, Shift+Tab, Enter and Space; where one is, is always seen and never covered."""

from urllib.parse import urlsplit

import pytest

from tests.events.manyplaces import SLUG
from tests.walks.content import slug_of
from tests.walks.stand_in import link_in
from tests.walks.steps import ANA
from tests.walks.traveller import Traveller

pytestmark = pytest.mark.browser

_MOST_TABS = 120
_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  // A visually hidden box is seen by what stands for it (its label), a card by its own frame.
  const shown = [at, at.closest("label"), at.closest("article"), at.nextElementSibling, at.parentElement].filter(Boolean);
  const style = (element) => getComputedStyle(element);
  const isRinged = shown.some((element) => {
    const {outlineStyle, outlineWidth} = style(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const box = at.getClientRects()[0] ?? at.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const over = document.elementFromPoint(x, y);
  const isFree = over && (at.contains(over) || over.contains(at) || [...(at.labels ?? [])].some((l) => l.contains(over)));
  return {
    number: [...document.querySelectorAll("*")].indexOf(at), id: at.id, name: at.name ?? "", text: at.textContent.trim().replace(/\\s+/g, " ").slice(0, 60),
    tag: at.localName, type: at.type ?? "", href: at.href ?? "", value: at.value ?? "",
    isRinged, isFree: Boolean(isFree), takes: at.matches("[data-takes-focus]"),
  };
}"""


class Keys:
    """Hands on a keyboard, and eyes on the focus."""

    def __init__(self, traveller: Traveller) -> None:
        self.page = traveller.page
        self.faults: list[str] = []

    def focus(self) -> dict | None:
        """Return what has the focus; note when it is not seen, or covered."""
        at = self.page.evaluate(_FOCUS)
        if at:
            where = f"{at['tag']}#{at['id']} {at['text']!r} on {urlsplit(self.page.url).path}"
            if not at["isRinged"]:
                self.faults.append(f"no ring: {where}")
            if not at["isFree"]:
                self.faults.append(f"covered: {where}")
        return at

    def tab_to(self, is_there, what: str, key: str = "Tab") -> dict:
        """Press Tab until there."""
        passed = []
        for _ in range(_MOST_TABS):
            self.page.keyboard.press(key)
            at = self.focus()
            if at and is_there(at):
                return at
            passed.append(at and (at["name"] or at["text"]))
        pytest.fail(f"never came to {what} on {self.page.url}: passed {passed}")

    def type_into(self, **values: str) -> None:
        """Tab to boxes in their order and type."""
        for name, value in values.items():
            self.tab_to(lambda at, name=name: at["name"] == name, name)
            self.page.keyboard.type(value)

    def enter(self) -> None:
        """Press what has the focus, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state("load")


def test_a_person_without_a_mouse_signs_mends_confirms_and_writes(travel, mailbox):
    me = travel()
    me.expected.add(422)
    keys, address = Keys(me), "ana.keyboard@pages.example"
    me.go(f"/campaigns/{slug_of('pages-keyboard')}")

    me.page.keyboard.press("Tab")
    assert keys.focus()["href"].endswith("#main"), "the first stop skips to the content"
    me.page.keyboard.press("Enter")
    keys.type_into(given_name=ANA["given_name"], family_name=ANA["family_name"], email="ana@nowhere")
    keys.tab_to(lambda at: at["name"] == "postal_code", "postal code")
    me.page.keyboard.type(ANA["postal_code"])
    keys.tab_to(lambda at: at["name"] == "show_name", "the first name's box")
    me.page.keyboard.press("Space")
    assert me.page.locator("[name=show_name]").is_checked()
    keys.tab_to(lambda at: at["tag"] == "button" and at["type"] == "submit", "the button")
    me.page.evaluate("for (const form of document.forms) form.noValidate = true")
    keys.enter()

    me.page.wait_for_function("document.activeElement?.matches('[data-takes-focus]')")
    assert me.page.locator("[data-takes-focus]").get_attribute("role") == "alert"
    keys.tab_to(lambda at: at["href"].endswith("#field-email"), "the mistake")
    me.page.keyboard.press("Enter")
    me.page.wait_for_function("document.activeElement?.id === 'field-email'")
    assert keys.focus()["name"] == "email"
    me.page.keyboard.press("Shift+Tab")
    assert keys.focus()["name"] == "family_name"
    me.page.keyboard.press("Tab")
    me.page.keyboard.press("Control+A")
    me.page.keyboard.type(address)
    keys.tab_to(lambda at: at["tag"] == "button" and at["type"] == "submit", "the button")
    keys.enter()
    assert me.heading() == "Check your email"

    (mail,) = mailbox.wait_for(address)
    me.go(link_in(mail, "confirm"))
    keys.tab_to(lambda at: at["tag"] == "button" and at["type"] == "submit", "confirm")
    keys.enter()
    assert me.heading().startswith("You’re supporter number ")

    keys.tab_to(lambda at: urlsplit(at["href"]).path.endswith("/letter"), "the letter")
    keys.enter()
    keys.type_into(personal="My mother picked tomatoes.")
    keys.tab_to(lambda at: at["value"] == "preview", "the preview")
    keys.enter()
    keys.tab_to(lambda at: at["value"] == "send", "sending")
    keys.enter()
    assert me.heading() == "Thank you for writing"
    assert not keys.faults, "\n".join(dict.fromkeys(keys.faults))


def _round(keys: Keys, key: str, stops: int) -> list[tuple[object, ...]]:
    """Return the stops of one round through the page. Backwards, some browsers pass from the first to the last at once."""
    passed: list[tuple[object, ...]] = []
    while len(passed) <= stops:
        keys.page.keyboard.press(key)
        at = keys.focus()
        # Two links may lead to the same page by the same words: which of them it is tells its number.
        here = None if at is None else (at["number"], at["tag"], at["name"], at["href"], at["value"], at["text"])
        if here is None or here in passed:
            return passed
        passed.append(here)
    raise AssertionError(f"{key} never leaves {keys.page.url}")


def test_the_focus_is_seen_all_over_a_page_and_leaves_it(travel):
    """There is no trap: going on, one comes past the last stop; and back again by Shift+Tab."""
    me = travel()
    me.page.set_viewport_size({"width": 1280, "height": 720})
    keys = Keys(me)
    events = ("/events", "/events/build-a-new-world", f"/events/{SLUG}?near=34142")
    for path in ("/", "/campaigns/fair-food", "/companies/kroger", "/my", *events):
        me.go(path)
        stops = me.page.evaluate(
            "document.querySelectorAll('a[href], button, input, select, textarea, summary').length"
        )
        rounds = [_round(keys, key, stops) for key in ("Tab", "Shift+Tab")]
        assert rounds[0] == list(reversed(rounds[1])), f"{path}: forth is not back"
    assert not keys.faults, "\n".join(dict.fromkeys(keys.faults))
