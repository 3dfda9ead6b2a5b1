"""What the eye meets: no drawing lies behind words, nothing jumps when a face arrives, a script is loaded where it is read,
and paper is one leaf."""

import re

import pytest
from playwright.sync_api import Route

from campaign.kernel.languages import INTERFACE
from tests.walks.content import slug_of

pytestmark = pytest.mark.browser

_PHONE, _DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
_MOST_SHIFT = 0.02
_LEAST_ROOM = 32
"""Pixels between a panel and a card above it: more than between two cards of one list."""
_COVERED = """() => {
  const drawing = document.querySelector(".poster .art-box--hero").getBoundingClientRect();
  const words = document.createTreeWalker(document.querySelector(".poster__inner"), NodeFilter.SHOW_TEXT);
  const covered = [];
  while (words.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    for (const box of range.getClientRects()) {
      const isOver = box.left < drawing.right - 1 && box.right > drawing.left + 1
        && box.top < drawing.bottom - 1 && box.bottom > drawing.top + 1;
      if (isOver && words.currentNode.data.trim()) covered.push(words.currentNode.data.trim());
    }
  }
  return covered;
}"""
_NAME_LINES = """() => {
  const words = document.createRange();
  words.selectNodeContents(document.querySelector(".masthead__name"));
  return new Set([...words.getClientRects()].map((box) => Math.round(box.top))).size;
}"""
_HEAD_ROWS = """() => {
  const box = (part) => document.querySelector(part).getBoundingClientRect();
  const [name, languages, menu] = [".masthead__name", ".language-switch", ".masthead__nav"].map(box);
  const isBeside = languages.top < name.bottom && languages.bottom > name.top;
  const links = [...document.querySelectorAll(".masthead__link")].filter((link) => link.checkVisibility());
  const tops = new Set(links.map((link) => Math.round(link.getBoundingClientRect().top)));
  return (isBeside ? 1 : 2) + (menu.top >= name.bottom - 1 ? tops.size : 0);
}"""
_ROOM_ABOVE = """() => {
  const panel = document.querySelector(".panel.connect");
  return panel.getBoundingClientRect().top - panel.previousElementSibling.getBoundingClientRect().bottom;
}"""
_WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; })
  .observe({type: "layout-shift", buffered: true});
"""


def _hold(held):
    """Playwright wants a function of Python's own."""
    return lambda route: held.append(route)  # noqa: PLW0108


@pytest.fixture
def open_page(browser):
    """Opens a page of its own kind: size of the window, with scripts or without."""
    contexts = []

    def open_(viewport=_PHONE, *, has_script=True):
        contexts.append(browser.new_context(viewport=viewport, java_script_enabled=has_script, locale="en-US"))
        return contexts[-1].new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("has_script", [True, False])
def test_no_drawing_lies_behind_words(open_page, running, has_script):
    for viewport in (_PHONE, _DESK):
        page = open_page(viewport, has_script=has_script)
        for path in ("/", "/es/", "/ur/", "/events", "/ur/events", "/nowhere", "/es/nowhere"):
            page.goto(f"{running.url}{path}")
            assert page.evaluate(_COVERED) == [], (path, viewport)


def test_nothing_jumps_when_the_faces_arrive_late(open_page, running):
    for path in ("/", f"/campaigns/{slug_of('pages-en')}", f"/es/campaigns/{slug_of('pages-en')}", "/ur/", "/events"):
        page = open_page()
        page.add_init_script(_WATCH_SHIFTS)
        late: list[Route] = []
        page.route("**/*.woff2", _hold(late))
        page.goto(f"{running.url}{path}", wait_until="domcontentloaded")
        page.wait_for_timeout(700)  # long enough to be read in the stand-ins
        assert late, "the faces came at once: nothing was seen"
        page.unroute("**/*.woff2")  # and what was held goes on
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(200)
        assert page.evaluate("window.shift") < _MOST_SHIFT, path


def test_the_head_of_a_page_has_two_rows_on_a_phone_in_every_language(open_page, running):
    page = open_page()
    for language in INTERFACE:
        page.goto(f"{running.url}/{'' if language == 'en' else f'{language}/'}")
        page.evaluate("document.fonts.ready")
        assert page.evaluate(_NAME_LINES) <= 2, language
        assert page.evaluate(_HEAD_ROWS) == 2, language


def test_the_panel_of_an_organization_stands_apart_from_what_is_above_it(open_page, running):
    page = open_page()
    page.goto(f"{running.url}/organizations/ciw")
    assert page.evaluate(_ROOM_ABOVE) >= _LEAST_ROOM


@pytest.mark.parametrize("has_script", [True, False])
def test_a_script_is_loaded_where_it_is_read(open_page, running, has_script):
    def loaded(path):
        page, names = open_page(has_script=has_script), set()
        page.on("request", lambda request: names.add(request.url.rpartition("/")[2]))
        page.goto(f"{running.url}{path}")
        page.wait_for_load_state("networkidle")
        return names & {"urdu.woff2", "bengali.woff2", "khmer.woff2", "autonym-ur.woff2"}

    assert loaded("/") == {"autonym-ur.woff2"}
    assert loaded("/ur/") >= {"urdu.woff2"}
    assert not loaded("/ur/") & {"bengali.woff2", "khmer.woff2"}


@pytest.mark.parametrize("has_script", [True, False])
def test_paper_is_one_leaf_of_either_size(open_page, running, has_script):
    page = open_page(has_script=has_script)
    for prefix in ("", "/es"):
        for paper in ("flyer", "petition-sheet"):
            page.goto(f"{running.url}{prefix}/campaigns/{slug_of('pages-en')}/{paper}")
            page.wait_for_load_state("networkidle")
            for size in ("Letter", "A4"):
                printed = page.pdf(format=size, print_background=False)
                assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, (prefix, paper, size)
