"""What a campaign's or an event's page weighs on the wire, and what a browser must have before it draws."""

from urllib.parse import urlsplit

import pytest

from campaign.kernel.languages import INTERFACE
from tests.events.manyplaces import SLUG
from tests.walks.traveller import PHONE

pytestmark = pytest.mark.browser

PAGE_BYTES = 60 * 1024
"""HTML, styles and scripts, as compressed as they come."""

ALL_BYTES = 160 * 1024
"""With faces and art."""

NASTALIQ_BYTES = 116 * 1024
"""What a page in Urdu may weigh more, where its reader's system has no Nastaliq: no smaller cut of one joins its letters."""

BLOCKING_REQUESTS = 2
_BLOCKING = """() => performance.getEntriesByType("resource")
  .filter((entry) => entry.renderBlockingStatus === "blocking").map((entry) => entry.name)"""


PATHS = [
    *(f"/campaigns/{slug}" for slug in ("fair-food", "milk-with-dignity", "trax-apparel")),
    *("/events", "/events/build-a-new-world", f"/events/{SLUG}", f"/events/{SLUG}?near=34142"),
]
IN_EVERY_LANGUAGE = ["/campaigns/fair-food", "/events/build-a-new-world"]
"""The heaviest of campaigns and of events: a language adds its words and its faces, to one page as to another."""


@pytest.fixture(scope="module")
def wire(browser):
    """A page and what tells of its requests, for all tests: a page of one's own costs five times what it weighs one."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield page, session
    context.close()


@pytest.mark.parametrize(
    ("language", "path"),
    [(language, path) for language in INTERFACE for path in (PATHS if language == "en" else IN_EVERY_LANGUAGE)],
)
def test_a_page_is_light(wire, running, language, path):
    prefix = "" if language == "en" else f"/{language}"
    page, session = wire
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    listeners = {
        "Network.responseReceived": lambda told: kinds.update(
            {told["requestId"]: (told["type"], told["response"]["url"])}
        ),
        "Network.loadingFinished": lambda told: sizes.update({told["requestId"]: int(told["encodedDataLength"])}),
    }
    for event, hear in listeners.items():
        session.on(event, hear)
    page.goto(f"{running.url}{prefix}{path}", wait_until="networkidle")
    # Pictures below the window load when one comes near.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    blocking = page.evaluate(_BLOCKING)
    for event, hear in listeners.items():
        session.remove_listener(event, hear)

    weights = [(kind, urlsplit(url).path, sizes.get(request, 0)) for request, (kind, url) in kinds.items()]
    told = "\n".join(f"{size:7} {kind} {path}" for kind, path, size in sorted(weights, key=lambda row: -row[2]))
    assert sum(size for kind, _, size in weights if kind in ("Document", "Stylesheet", "Script")) <= PAGE_BYTES, told
    most = ALL_BYTES + (NASTALIQ_BYTES if language == "ur" else 0)
    assert sum(size for _, _, size in weights) <= most, told
    assert len(blocking) <= BLOCKING_REQUESTS, blocking
    assert any(kind == "Document" and size > 1000 for kind, _, size in weights), told
