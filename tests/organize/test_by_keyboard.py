"""By keyboard alone: finding by Ctrl-K, the list of keys; and what was typed outlives a session that ended."""

import pytest

from campaign.accounts.made_up import FIRST_OWNER

pytestmark = pytest.mark.browser

_PATIENCE = 20_000  # milliseconds
_OURS = "Object.keys({...sessionStorage}).filter((key) => key.startsWith('organizer:'))"


@pytest.fixture
def window(browser, running):
    """Open windows: each a browser of its own, in which nothing may go wrong."""
    contexts, faults = [], []

    def start(*, has_script=True):
        context = browser.new_context(
            java_script_enabled=has_script, locale="en", viewport={"width": 1440, "height": 900}
        )
        context.set_default_timeout(_PATIENCE)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def sign_in(running):
    """Sign a page's browser in, by a link that is printed."""

    def go(page):
        page.goto(running.campaign("organizer", "link", "--bare", FIRST_OWNER).strip())
        with page.expect_navigation():
            page.locator("main button[type=submit]").click()

    return go


def test_ctrl_k_finds_by_name_and_leads_there(window, sign_in, running):
    page = window()
    sign_in(page)
    page.goto(f"{running.url}/organize/ciw/companies")
    box = page.locator("#palette-box")
    page.locator("a", has_text="Adidas").first.focus()
    page.keyboard.press("Control+k")
    box.wait_for()
    assert box.evaluate("(at) => at === document.activeElement")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Escape")
    box.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "Adidas", "the focus is back where it was"

    page.keyboard.press("Control+k")
    page.keyboard.type("fair")
    page.locator("[role=option]", has_text="Fair Food Program").last.wait_for()
    chosen = page.locator("[role=option][aria-selected=true]")
    first = chosen.inner_text()
    page.keyboard.press("ArrowDown")
    assert chosen.inner_text() != first
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert chosen.inner_text() == first

    page.keyboard.press("Control+a")
    page.keyboard.type("krog")
    page.locator("[role=option][aria-selected=true]", has_text="Kroger").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url(f"{running.url}/organize/ciw/**")
    assert "Kroger" in page.locator("h1").inner_text()


def test_the_question_mark_lists_the_keys_and_is_a_letter_where_one_types(window, sign_in, running):
    page = window()
    sign_in(page)
    page.goto(f"{running.url}/organize/ciw/companies")
    keys = page.locator("[data-keys]")
    page.locator("main").focus()
    page.keyboard.press("?")
    keys.wait_for()
    assert "Keyboard shortcuts" in keys.inner_text()
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.keyboard.press("?")
    assert not keys.is_visible()
    page.evaluate("localStorage.clear()")
    page.goto(f"{running.url}/organize/ciw/search")
    page.locator("main input[name=q]").focus()
    page.keyboard.type("why?")
    assert page.locator("main input[name=q]").input_value() == "why?"
    assert not keys.is_visible()


def test_without_javascript_search_is_a_page(window, sign_in, running):
    plain = window(has_script=False)
    sign_in(plain)
    plain.goto(f"{running.url}/organize/ciw/companies")
    with plain.expect_navigation():
        plain.locator("header a", has_text="Search").click()
    plain.locator("main input[name=q]").fill("krog")
    with plain.expect_navigation():
        plain.keyboard.press("Enter")
    with plain.expect_navigation():
        plain.locator("main a", has_text="Kroger").last.click()
    assert "Kroger" in plain.locator("h1").inner_text()


def test_what_was_typed_outlives_a_session_that_ended(window, sign_in, running):
    page = window()
    sign_in(page)
    page.goto(f"{running.url}/organize/ciw/companies/new")
    page.locator("[name=name]").fill("Aldi of the North")
    page.locator("[name=slug]").fill("aldi-north")
    page.locator("[name=note]").fill("They opened in May")
    assert page.evaluate(_OURS), "kept in this tab"

    elsewhere = window()
    sign_in(elsewhere)
    elsewhere.goto(f"{running.url}/organize/account/devices/end")
    with elsewhere.expect_navigation():
        elsewhere.locator("main form button").first.click()

    with page.expect_navigation():
        page.locator("main form button", has_text="Propose this company").click()
    assert "signed out" in page.locator("h1").inner_text()
    page.locator("main a", has_text="Sign in in a new tab").focus()
    sign_in(page.context.new_page())
    for _ in range(2):  # the page of the session that ended, then that of the new one, which bears its token
        with page.expect_navigation():
            page.locator("form[data-kept] button").click()
    assert page.url.endswith("/organize/ciw/proposals?done=proposed")
    assert "Aldi of the North" in page.locator("main").inner_text()
    assert "They opened in May" in page.locator("main").inner_text()

    page.goto(f"{running.url}/organize/ciw/companies/new")
    page.locator("[name=name]").fill("Half typed")
    assert page.evaluate(_OURS)
    with page.expect_navigation():
        page.locator("header button", has_text="Sign out").click()
    assert page.evaluate(_OURS) == []
    assert "Half typed" not in str(page.evaluate("[{...sessionStorage}, {...localStorage}]"))
