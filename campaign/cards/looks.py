"""The colours and the art of cards, read from where the pages have theirs: `palettes.css` and `templates/art`."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from markupsafe import Markup

from campaign.campaigns.look import ARTS
from campaign.folders import TEMPLATES
from campaign.kernel.palettes import light_colours

_log = logging.getLogger(__name__)

_ART = TEMPLATES / "art"

_SVG = "http://www.w3.org/2000/svg"
ET.register_namespace("", _SVG)


@dataclass(frozen=True)
class Palette:
    """The colours of a poster by daylight, as `#rrggbb`: ground, its shadow, text on it, what stands out on it."""

    ground: str
    deep: str
    ink: str
    mark: str


@dataclass(frozen=True)
class Art:
    """A drawing: its view box, its shapes as SVG in a palette's colours, and whether it looks into a direction."""

    view_box: str
    shapes: Markup
    is_directed: bool

    @property
    def width(self) -> float:
        """Of the view box, in its own units."""
        return float(self.view_box.split()[2])


@lru_cache(maxsize=32)
def palette(name: str) -> Palette:
    """Return the palette of that name, one of `campaigns.look.PALETTES`; an unknown one raises KeyError.

    A card has no dark side, for nobody knows where it will be seen.
    """
    colours = light_colours(name)
    return Palette(colours["poster"], colours["poster-deep"], colours["poster-ink"], colours["poster-mark"])


@lru_cache(maxsize=32)
def find_art(name: str) -> str | None:
    """Return the art's SVG as it stands in its file; None where there is no such art, or not yet."""
    path = _ART / f"{name}.svg"
    return path.read_text("utf-8") if name in ARTS and path.is_file() else None


def coloured_art(name: str, colours: Palette) -> Art | None:
    """Return the art with the inks of `colours` in place of the classes of pages.

    A file that is no SVG is passed over with a warning: a card without its art is better than none.
    """
    source = find_art(name)
    if source is None:
        return None
    try:
        root = ET.fromstring(source)  # noqa: S314 - a file of this repository
    except ET.ParseError:
        _log.warning("the art %s is no SVG", name)
        return None
    is_directed = "art--directed" in root.get("class", "").split()
    inks = {"art__1": colours.ink, "art__2": colours.mark, "art__3": colours.deep}
    for shape in root.iter():
        names = (shape.attrib.pop("class", "")).split()
        ink = next((inks[one] for one in names if one in inks), None)
        if ink is not None:
            shape.set("fill", ink)
    shapes = "".join(ET.tostring(shape, encoding="unicode") for shape in root)
    return Art(root.get("viewBox", "0 0 100 100"), Markup(shapes), is_directed)  # noqa: S704 - a file of this repository
