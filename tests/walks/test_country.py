"""The country that a browser is set to, and what that asks of a postal code; with JavaScript and without."""

import pytest

from tests.walks.content import slug_of
from tests.walks.traveller import PHONE, Traveller

pytestmark = pytest.mark.browser

PERSON = {"given_name": "Ana", "family_name": "Zúñiga"}
FORM = "form[data-action-kind=pledge]"


@pytest.fixture
def abroad(browser, running, mailbox):
    """Open a window of a browser that is set to a region and a clock."""
    opened = []

    def start(locale, clock, *, has_script=True):
        context = browser.new_context(
            viewport=PHONE, java_script_enabled=has_script, locale=locale, timezone_id=clock,
            extra_http_headers={"Accept-Language": "en"},
        )  # fmt: skip
        opened.append(Traveller(context, running, mailbox, "en", has_script))
        opened[-1].go(f"/campaigns/{slug_of('scripts')}?lang=en")
        return opened[-1]

    yield start
    for traveller in opened:
        traveller.end()


def chosen(me):
    return me.page.locator(f"{FORM} [name=country]").input_value()


def is_asked(me):
    return me.page.locator(f"{FORM} [name=postal_code]").evaluate("box => box.required")


def test_the_region_of_the_browser_is_chosen_unless_its_clock_is_at_home(abroad):
    assert chosen(abroad("en-GB", "Europe/London")) == "GB"
    assert chosen(abroad("es-MX", "America/New_York")) == "US", "a phone set to Spanish (Mexico) in Florida"
    me = abroad("en-QA", "Asia/Qatar")
    assert (chosen(me), is_asked(me)) == ("QA", False)
    me.page.locator(f"{FORM} [name=country]").select_option("US")
    assert is_asked(me)
    me.page.reload()
    assert (chosen(me), is_asked(me)) == ("US", True), "what one chose stays"


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_country_without_postal_codes_keeps_nobody_out(abroad, has_script):
    me = abroad("en-QA", "Asia/Qatar", has_script=has_script)
    me.fill(**PERSON, email=f"qatar.{has_script}@region.example".lower())
    if not has_script:
        assert chosen(me) == "US"
        me.page.locator(f"{FORM} [name=country]").select_option("QA")
        me.fill(postal_code="-")
    me.press(f"{FORM} button[type=submit]")
    assert me.heading() == "Check your email"


def test_a_required_box_that_is_empty_is_told_by_the_browser(abroad):
    me = abroad("en-US", "America/New_York", has_script=False)
    me.fill(**PERSON, email="empty@region.example")
    before = me.page.url
    me.page.locator(f"{FORM} button[type=submit]").click()
    assert me.page.locator("[name=postal_code]:invalid").count() == 1
    assert me.page.url == before
