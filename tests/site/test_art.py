"""The drawings of campaigns: one hand, three inks, light enough for a cheap phone, and seen on paper as on a poster."""

import re
from xml.etree import ElementTree as ET

import pytest
from jinja2 import Environment, FileSystemLoader

from campaign.campaigns.look import ARTS, PAGE_ARTS, PALETTES
from tests.site.conftest import ROOT
from tests.site.test_tokens import contrast

ART = ROOT / "templates/art"
MOST_BYTES = 6144
SHAPES = {"g", "path", "polygon", "circle", "ellipse", "rect"}
GEOMETRY = {"d", "points", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height", "transform"}
INKS = {"art__1", "art__2", "art__3"}
DIRECTED = {"fish", "sneaker", "feet", "picket"}
DRAWINGS = ARTS + PAGE_ARTS


def test_every_art_has_its_drawing_and_no_other_is_there():
    assert {path.stem for path in ART.iterdir()} == set(DRAWINGS)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_is_three_flat_inks_and_nothing_else(name):
    text = (ART / f"{name}.svg").read_text("utf-8")
    root = ET.fromstring(text)
    classes = "art art--directed" if name in DIRECTED else "art"
    assert len(text.encode()) <= MOST_BYTES
    assert root.tag == "svg"
    assert root.attrib == {"class": classes, "viewBox": "0 0 400 400", "aria-hidden": "true", "focusable": "false"}
    parts = list(root.iter())[1:]
    assert {part.tag for part in parts} <= SHAPES
    assert {part.get("class") for part in parts if part.tag != "g"} == INKS
    assert {attribute for part in parts for attribute in part.attrib} <= GEOMETRY | {"class"}
    assert not "".join(root.itertext()).strip()


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_stays_in_its_box(name):
    for path in ET.parse(ART / f"{name}.svg").iter("path"):
        assert set(re.sub(r"[-\d. ]", "", path.get("d"))) <= set("Mlz"), "the sums below know these commands only"
        x = y = 0.0
        for command, pairs in re.findall(r"([Ml])([^Mlz]+)", path.get("d")):
            numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", pairs)]
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
                assert -1 <= x <= 401
                assert -1 <= y <= 401


@pytest.fixture(scope="module")
def art():
    loader = FileSystemLoader(ROOT / "templates")
    return Environment(loader=loader, autoescape=True).get_template("components/art.html").module.art


@pytest.mark.parametrize("name", DRAWINGS)
def test_macro_draws_inline(art, name):
    markup = str(art(name, "paper mark")).strip()
    assert markup.startswith('<span class="art-box art-box--paper art-box--mark"><svg class="art')
    assert markup.endswith("</svg></span>")


@pytest.mark.parametrize("name", ["", "no-such", "../layouts/page.html"])
def test_macro_draws_nothing_where_there_is_no_art(art, name):
    assert not str(art(name)).strip()


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _oklab(colour):
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _hex(lightness, green_red, blue_yellow):
    long = (lightness + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
    middle = (lightness - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
    short = (lightness - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    clipped = (min(max(part, 0.0), 1.0) for part in parts)
    coded = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in clipped)
    return "#" + "".join(f"{round(255 * part):02x}" for part in coded)


def _tokens(sheet, selector, theme):
    """Return the last values that a selector has in a sheet, in light or in dark (which stands on light)."""
    light, dark = (ROOT / "static/css" / sheet).read_text("utf-8").split("@media (prefers-color-scheme: dark)")
    rules = re.findall(re.escape(selector) + r" \{(.*?)\}", light + (dark if theme == "dark" else ""), re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", "".join(rules)))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
def test_inks_are_seen_on_paper(palette, theme):
    """Source: WCAG 2.2, 1.4.11; the mixing is CSS Color 5 `color-mix()`, the space is Ottosson's Oklab (2020)."""
    sheet = (ROOT / "static/css/components/art.css").read_text("utf-8")
    share = int(re.search(r"color-mix\(in oklab, var\(--poster-mark\) (\d+)%, var\(--ink\)\)", sheet)[1]) / 100
    tokens = _tokens("tokens.css", ":root", theme)
    tokens |= _tokens("palettes.css", f'[data-palette="{palette}"]', theme)
    pairs = zip(_oklab(tokens["poster-mark"]), _oklab(tokens["ink"]), strict=True)
    stirred = _hex(*(share * mark + (1 - share) * ink for mark, ink in pairs))
    assert contrast(stirred, tokens["paper"]) >= 3
    assert contrast(tokens["mercury"], tokens["paper"]) >= 3
