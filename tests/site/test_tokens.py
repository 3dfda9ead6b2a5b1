"""The pairs of colours that text and edges use are told apart by those who see little (WCAG 2.2)."""

import re

import pytest

from tests.site.conftest import ROOT

TEXT = [
    ("ink", "paper"), ("ink", "raised"), ("ink-soft", "paper"), ("ink-soft", "raised"), ("link", "paper"),
    ("link", "raised"), ("poster-ink", "poster"), ("poster-ink", "poster-won"), ("poster-ink", "poster-resting"),
    ("button-ink", "button"), ("good-ink", "good-paper"), ("good", "raised"), ("warning-ink", "warning-paper"),
    ("wrong", "wrong-paper"), ("wrong", "raised"), ("wrong", "paper"),
]  # fmt: skip
EDGES = [("edge", "raised"), ("edge", "paper"), ("focus", "paper"), ("focus", "raised"), ("focus-on-poster", "poster"),
         ("poster-mark", "poster"), ("poster-plain-mark", "poster-won"), ("poster-plain-mark", "poster-resting"),
         ("mercury", "line")]  # fmt: skip


def _themes():
    light, dark = (ROOT / "static/css/tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    read = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    tokens = dict(read.findall(light))
    return {"light": tokens, "dark": {**tokens, **dict(read.findall(dark))}}


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), [(*p, 7.0) for p in TEXT] + [(*p, 3.0) for p in EDGES])
def test_contrast(theme, ink, ground, least):
    tokens = _themes()[theme]
    assert contrast(tokens[ink], tokens[ground]) >= least


def test_no_sheet_names_a_side_of_the_page_or_a_colour_of_its_own():
    for sheet in (ROOT / "static/css").rglob("*.css"):
        text = sheet.read_text()
        if sheet.parent.name in ("site", "components") or sheet.name == "base.css":
            assert not re.search(
                r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)|text-align: (?:left|right)", text
            )
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text), sheet
        if sheet.name != "fonts.css":  # made at set-up, from the faces' own files
            assert "url(" not in text or sheet.name == "fonts.css"  # made at set-up; its addresses are our own
        assert "@import" not in text
