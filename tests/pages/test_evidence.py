"""What walks see, they see: a fault that is planted is told."""

import pytest

from tests.pages.evidence import OF_COLORS, RULES, look
from tests.tools.node import from_npm

_PALE = """<!doctype html><html lang="en"><title>Pale</title><style>
body { color: #000; background: #fff }
@media (prefers-color-scheme: dark) { body { color: #333; background: #111 } }
</style><main><h1>Pale in the dark</h1><p>Words that nobody can read.</p></main></html>"""


@pytest.mark.parametrize(("scheme", "found"), [("light", False), ("dark", True)])
@pytest.mark.parametrize("rules", [RULES, OF_COLORS])
def test_pale_words_in_one_scheme_are_found_in_that_scheme(browser, rules, scheme, found):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.set_content(_PALE)
    page.evaluate(from_npm("axe-core/axe.min.js").read_text())
    told = look(page, rules)
    context.close()
    assert any(fault.startswith("color-contrast") for fault in told) == found, told
