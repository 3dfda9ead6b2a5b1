"""An organizer's Markdown becomes clean HTML, whatever is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.markdown import render_markdown


def test_writes_paragraphs_emphasis_links_and_lists():
    html = render_markdown("**Kroger** has [not signed](https://news.example/a?b=1&c=2).\n\n- water\n- shade")
    assert "<strong>Kroger</strong>" in html
    assert '<a href="https://news.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">not signed</a>' in html
    assert "<li>shade</li>" in html


def test_headings_sink_below_those_of_the_page():
    assert render_markdown("# One\n\n## Two\n\n#### Four") == "<h3>One</h3>\n<h3>Two</h3>\n<h4>Four</h4>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://elsewhere.example/pixel.gif)",
        '<a href="x" style="position:fixed">x</a>',
        "    <script>alert(1)</script>",
        "<javascript:alert(1)>",
    ],
)
def test_lets_no_script_style_or_picture_through(text):
    html = render_markdown(text).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert '<a href="x" style' not in html


@given(st.text())
def test_no_text_breaks_it(text):
    assert "<script" not in render_markdown(text).lower()
