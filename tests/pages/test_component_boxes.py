"""The boxes of every component are where they were: a change of one that nobody meant shows here.

Boxes, not pixels: glyphs differ by machine. After a change that was meant, look at `/styleguide`, then

    CAMPAIGN_WRITE_BOXES=1 .venv/bin/python -m pytest tests/pages/test_component_boxes.py
"""

import json
import os
from pathlib import Path

import pytest

BOXES = Path(__file__).with_name("styleguide.json")
WIDTH, HEIGHT = 1000, 900
_SLACK_SHARE, _SLACK_PIXELS = 0.06, 4.0
# Letters that no face of ours draws are drawn by one of the machine's, or as boxes where it has none.
_MEASURE = """
() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    walk.currentNode.data = walk.currentNode.data.replace(/\\p{Script=Arabic}/gu, 'x');
  }
  return Object.fromEntries([...document.querySelectorAll('[data-specimen]')].map((shown) => {
  const boxes = [shown, ...shown.children].map((element) => element.getBoundingClientRect());
  return [shown.dataset.specimen, boxes.slice(0, 6).map((box) => [Math.round(box.width), Math.round(box.height)])];
  }));
}
"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    yield context.new_page()
    context.close()


def measure(page, running, *, direction: str, scheme: str) -> dict[str, list[list[int]]]:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{running.url}/styleguide?dir={direction}")
    page.evaluate("document.fonts.ready")
    found: dict[str, list[list[int]]] = page.evaluate(_MEASURE)
    return found


def is_near(one: int, other: int) -> bool:
    return abs(one - other) <= max(_SLACK_PIXELS, _SLACK_SHARE * max(one, other))


def moved(found: dict[str, list[list[int]]], wanted: dict[str, list[list[int]]]) -> list[str]:
    """Return the components whose boxes differ by more than fonts may make them."""
    assert sorted(found) == sorted(wanted), "a component came or went: measure anew"
    return [
        f"{name}: {found[name]}, was {wanted[name]}"
        for name in wanted
        if len(found[name]) != len(wanted[name])
        or any(
            not is_near(a, b)
            for box, old in zip(found[name], wanted[name], strict=True)
            for a, b in zip(box, old, strict=True)
        )
    ]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_boxes_are_where_they_were(page, running, direction):
    found = measure(page, running, direction=direction, scheme="light")
    if os.environ.get("CAMPAIGN_WRITE_BOXES"):
        kept = json.loads(BOXES.read_text()) if BOXES.exists() else {}
        lines = json.dumps(dict(sorted({**kept, direction: found}.items())), separators=(",", ":")).replace(
            '],"', '],\n"'
        )
        BOXES.write_text(lines + "\n")
    assert moved(found, json.loads(BOXES.read_text())[direction]) == []


def test_the_dark_has_the_same_boxes(page, running):
    bright = measure(page, running, direction="ltr", scheme="light")
    assert measure(page, running, direction="ltr", scheme="dark") == bright


def test_a_component_that_moved_is_told():
    assert moved({"a": [[100, 40]]}, {"a": [[100, 40]]}) == []
    assert moved({"a": [[100, 43]]}, {"a": [[100, 40]]}) == []
    assert len(moved({"a": [[100, 60]]}, {"a": [[100, 40]]})) == 1
    assert len(moved({"a": [[100, 40], [1, 1]]}, {"a": [[100, 40]]})) == 1
