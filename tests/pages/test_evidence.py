"""What walks see, they see: a fault that is planted is told."""

import pytest

from campaign.kernel.languages import INTERFACE
from tests.pages.evidence import DESK, LOOKS, NARROW, PHONE, carry_axe, look

_PALE = """<!doctype html><html lang="en"><title>Pale</title><style>
body { color: #000; background: #fff }
@media (prefers-color-scheme: dark) { body { color: #333; background: #111 } }
</style><main><h1>Pale in the dark</h1><p>Words that nobody can read.</p></main></html>"""


@pytest.mark.parametrize(("scheme", "found"), [("light", False), ("dark", True)])
def test_pale_words_in_one_scheme_are_found_in_that_scheme(browser, scheme, found):
    context = browser.new_context(color_scheme=scheme)
    carry_axe(context)
    page = context.new_page()
    page.set_content(_PALE)
    told = look(page)
    context.close()
    assert any(fault.startswith("color-contrast") for fault in told) == found, told


def test_each_two_of_language_window_and_scheme_are_looked_at_together():
    looks = [(language, size["width"], scheme) for language, all_ in LOOKS.items() for size, scheme in all_]
    assert {(width, scheme) for _, width, scheme in looks} == {
        (size["width"], scheme) for size in (PHONE, DESK) for scheme in ("light", "dark")
    }
    assert {language for language, _, _ in looks} == set(INTERFACE)
    assert {(width, scheme) for language, width, scheme in looks if language == "en"} == {
        (PHONE["width"], "light"),
        (DESK["width"], "dark"),
    }
    assert NARROW["width"] not in {width for _, width, _ in looks}, "how wide a page is, is looked at there anyway"
