"""Every palette an organizer can name has its colours, and each pair of them can be read (WCAG 2.2), light and dark."""

import re

import pytest

from campaign.campaigns.look import _SUITS, ARTS, PALETTES, palette_for
from tests.site.conftest import ROOT
from tests.site.test_tokens import _themes, contrast

TEXT = [("poster-ink", "poster"), ("button-ink", "button"), ("link", "paper"), ("link", "raised")]
MARKS = [("poster-mark", "poster"), ("focus-on-poster", "poster"), ("mercury", "line"), ("button", "raised")]
BLOCK = re.compile(r'\[data-palette="([\w-]+)"\] \{([^}]*)\}')
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


def palettes():
    light, dark = (ROOT / "static/css/palettes.css").read_text().split("@media (prefers-color-scheme: dark)")
    bright = {name: dict(TOKEN.findall(body)) for name, body in BLOCK.findall(light)}
    night = {name: bright[name] | dict(TOKEN.findall(body)) for name, body in BLOCK.findall(dark)}
    return {"light": bright, "dark": night}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_name_has_its_colours_and_no_other_name_has(scheme):
    assert sorted(palettes()[scheme]) == sorted(PALETTES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("ink", "ground", "least"), [(*p, 7.0) for p in TEXT] + [(*p, 3.0) for p in MARKS])
def test_contrast(scheme, name, ink, ground, least):
    tokens = _themes()[scheme] | palettes()[scheme][name]
    assert contrast(tokens[ink], tokens[ground]) >= least


def test_each_piece_of_art_suits_a_palette_that_exists():
    assert set(_SUITS) == set(ARTS)
    assert {palette_for("", art) for art in ARTS} <= set(PALETTES)
    assert palette_for("sea", "tomato") == "sea"
    assert palette_for("", "") == "tomato"


def test_a_poster_of_no_palettes_own_ground_brings_its_own_ring():
    """The palette's would be lost on it: brick's is at 1.1:1 there."""
    sheet = (ROOT / "static/css/components/poster.css").read_text()
    grounds = [rule for rule in re.findall(r"\{([^}]*)\}", sheet) if "--poster: " in rule]
    assert len(grounds) == 2
    for rule in grounds:
        assert "--poster-mark: var(--poster-plain-mark);" in rule
        assert "--focus-on-poster: var(--poster-plain-mark);" in rule
