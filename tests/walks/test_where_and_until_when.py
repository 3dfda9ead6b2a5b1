"""A march's headline on every page that names it, and what its mail says of places that are held: by a phone's browser."""

import re

import pytest

from tests.walks.march_steps import Marcher
from tests.walks.traveller import PHONE

pytestmark = pytest.mark.browser

MARCH = "build-a-new-world"


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_march_leads_from_its_first_start_to_its_last_end_on_each_page(browser, running, has_script):
    context = browser.new_context(viewport=PHONE, java_script_enabled=has_script, locale="en")
    try:
        page = context.new_page()
        page.goto(f"{running.url}/events?lang=en")
        ticket = page.locator(".ticket", has=page.locator(f"[href*='/events/{MARCH}']"))
        assert ticket.locator(".ticket__where").inner_text() == "Pahokee to Palm Beach"
        ticket.locator("a").click()
        assert page.locator(".event__where").inner_text() == "Pahokee to Palm Beach"
        assert page.locator(".route__whole").inner_text().startswith("Pahokee to Palm Beach")
        assert re.fullmatch(r"[A-Z][a-z]+ \d+–(?:[A-Z][a-z]+ )?\d+, 20\d\d", page.locator(".event__when").inner_text())
        assert page.get_by_text("All times Eastern.").last.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    finally:
        context.close()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_the_mail_that_asks_names_event_days_party_and_until_when(travel, has_script):
    address = f"ana.held-{'script' if has_script else 'plain'}@marches.example"
    ana = Marcher(travel("en", has_script=has_script), MARCH, "Ana", "Zúñiga", address)
    ana.go(f"/events/{MARCH}")
    ana.read_days()
    ana.ask(2, 5, guests=3)
    (mail,) = ana.me.mailbox.wait_for(ana.address)
    assert len(mail["subject"]) < 60
    assert mail["subject"].endswith(": confirm your RSVP")
    assert re.search(
        r"We’re holding your places until \w{3}, \w{3} \d+, [^.]+[ap]\.m\. Eastern\.|holding your places until .*noon",
        mail["text"],
    )
    assert mail["text"].count("4 people") >= 2
