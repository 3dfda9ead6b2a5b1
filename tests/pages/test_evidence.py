"""What walks see, they see: a fault that is planted is told."""

import pytest

from campaign.kernel.languages import INTERFACE
from tests.pages.evidence import DESK, LOOKS, NARROW, PHONE, Eyes, Seen, carry_axe, look

_PALE = """<!doctype html><html lang="en"><title>Pale</title><style>
body { color: #000; background: #fff }
@media (prefers-color-scheme: dark) { body { color: #333; background: #111 } }
</style><main><h1>Pale in the dark</h1><p>Words that nobody can read.</p></main></html>"""

_WRONG = """<!doctype html><html lang="en"><title>Wrong</title><style>
button, em { display: block; width: 30px; height: 30px; color: #000; background: #fff }
em { width: 2000px; background: #888; color: #777 }
@media (prefers-color-scheme: dark) { em { color: #999 } }
body { margin: 0 }
a { display: inline-block; width: 9px; height: 9px }
</style><main><h1>Wrong in all ways</h1><button></button><em>Wide and pale.</em><a href="#a">a</a><a href="#b">b</a></main></html>"""
_RULES = ("button-name", "color-contrast", "target-size")
"""A name, a colour, a size: of each class of rules one that is broken."""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context()
    carry_axe(context)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("scheme", "found"), [("light", False), ("dark", True)])
def test_pale_words_in_one_scheme_are_found_in_that_scheme(page, scheme, found):
    page.emulate_media(color_scheme=scheme)
    page.set_content(_PALE)
    told = look(page)
    assert any(fault.startswith("color-contrast") for fault in told) == found, told


@pytest.mark.parametrize("language", INTERFACE)
def test_what_is_wrong_is_told_of_each_look_at_each_page_whichever_the_page_came_up_in(page, language):
    eyes = Eyes(page, LOOKS[language])
    pages = [Seen(200, "", "", language, 1) for _ in range(3)]
    for seen in pages:
        page.goto("about:blank")
        page.set_content(_WRONG)
        eyes.look_over(seen)
    looks = {(size["width"], scheme) for size, scheme in LOOKS[language]}
    widths = {NARROW["width"], *(width for width, _ in looks)}
    pale = {"light": "#777777", "dark": "#999999"}
    for seen in pages:
        assert {fault.partition(",")[0] for fault in seen.wide} == {f"{width}: {2000 - width}px" for width in widths}
        told = {tuple(fault.split(": ")[:2]) for fault in seen.axe}
        assert told >= {(f"{width} {scheme}", rule) for width, scheme in looks for rule in _RULES}
        for width, scheme in looks:
            assert any(fault.startswith(f"{width} {scheme}: color") and pale[scheme] in fault for fault in seen.axe)


def test_each_language_is_looked_at_and_each_window_in_each_scheme():
    looks = [(language, size["width"], scheme) for language, all_ in LOOKS.items() for size, scheme in all_]
    assert {(width, scheme) for _, width, scheme in looks} == {
        (size["width"], scheme) for size in (PHONE, DESK) for scheme in ("light", "dark")
    }
    assert {language for language, _, _ in looks} == set(INTERFACE)
    assert NARROW["width"] not in {width for _, width, _ in looks}, "how wide a page is, is looked at there anyway"
