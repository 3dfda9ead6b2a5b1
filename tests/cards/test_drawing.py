"""Cards as pictures: their size, their words, and what they do without."""

import struct
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from campaign.campaigns.look import ARTS, PALETTES, palette_for
from campaign.cards import drawing, faces, looks
from campaign.cards.drawing import MAX_BYTES, compose, draw
from campaign.cards.showing import Showing
from tests.cards.test_showing import SHOWING
from tests.site.test_tokens import contrast

SVG = "{http://www.w3.org/2000/svg}"

LONG = (
    "Sign a binding agreement with the workers who pick, pack and carry your food, open your books to the investigators "
    "they trust, pay the premium you promised in 2011, and answer, in public and before the next season begins, for "
    "every farm that sells to you: water, shade, rest, and a safe bed for all of them."
)
ACCENTED = "¡Únanse! Que Wendy’s y D'Amico & «Söhne» paguen a quienes cosechan en Ñuñoa <hoy>."


def words_of(showing):
    """The lines of a card, in order; the direction mark left out."""
    svg = ET.fromstring(compose(showing)[0])
    return ["".join(line.itertext()).strip("\u200f ") for line in svg.iter("{http://www.w3.org/2000/svg}text")]


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def without_system_fonts(monkeypatch):
    faces._find_system.cache_clear()
    monkeypatch.setattr(faces, "_system_files", tuple)


@pytest.mark.parametrize("art", ["", *ARTS])
def test_a_card_is_of_the_right_size_and_weight(art):
    png = draw(replace(SHOWING, art=art, palette=palette_for("", art)))
    assert size_of(png) == (1200, 630)
    assert len(png) <= MAX_BYTES


@pytest.mark.parametrize("demand", ["Sign.", LONG, ACCENTED, "A" * 300, "Ñandú " * 50])
@pytest.mark.parametrize("art", ["", "tomato"])
def test_every_demand_is_written_out_and_fits(demand, art):
    showing = replace(SHOWING, demand=demand, art=art)
    lines = words_of(showing)
    assert lines[0] == "Coalition of Immokalee Workers"
    assert "".join("".join(lines).split()).count("".join(demand.split())) == 1
    assert lines[-1].endswith("names")
    assert len(draw(showing)) <= MAX_BYTES


def test_accents_and_apostrophes_stay_as_they_are():
    said = " ".join(words_of(replace(SHOWING, demand=ACCENTED, title="Wendy's: añadan")))
    assert ACCENTED in said
    assert "Wendy's: añadan" in said


def test_our_own_faces_have_all_letters_of_the_demonstrations_languages(monkeypatch):
    without_system_fonts(monkeypatch)
    assert faces.find_setting("¿¡áéíóúüñÁÉÍÓÚÜÑ’'“”«»—–…ç ã õ è ò", is_display=True) is not None
    assert faces.find_setting("¿¡áéíóúüñÁÉÍÓÚÜÑ’'“”«»—–…ç ã õ è ò", is_display=False) is not None


def test_no_line_is_wider_than_its_column():
    setting = faces.find_setting(LONG, is_display=True)
    svg = ET.fromstring(compose(replace(SHOWING, demand=LONG))[0])
    for line in svg.iter("{http://www.w3.org/2000/svg}text"):
        if line.text and line.get("font-size") and line.text in LONG:
            assert float(line.get("x")) + setting.width(line.text) * float(line.get("font-size")) <= 920


def test_words_that_no_font_here_has_are_left_out(monkeypatch):
    without_system_fonts(monkeypatch)
    showing = replace(SHOWING, language="bn", title="শহীদুলের বিচার", demand="বিচার চাই", organization="BGIWF")
    lines = words_of(showing)
    assert lines[0] == "BGIWF"
    assert len(lines) == 2
    assert lines[1].endswith("+"), "the number alone, however Bengali writes it"
    assert "বিচার" not in " ".join(lines)
    assert size_of(draw(showing)) == (1200, 630)


def test_a_language_from_right_to_left_mirrors_the_card():
    svg, _files = compose(replace(SHOWING, language="ur", art="feet"))
    assert 'text-anchor="end"' in svg
    assert 'text-anchor="start"' not in svg
    assert "scale(-1 1)" in svg
    assert "scale(-1 1)" not in compose(replace(SHOWING, language="ur", art="tomato"))[0]


def test_a_small_campaign_tells_no_count():
    assert not any("names" in line for line in words_of(replace(SHOWING, count=0)))


def test_a_won_campaign_is_stamped():
    assert words_of(replace(SHOWING, status="won"))[-1] == "We won!"


def test_control_characters_do_not_break_the_drawing():
    assert size_of(draw(replace(SHOWING, demand="Sign\x0b this\x00 now\u202e."))) == (1200, 630)


def test_a_file_that_is_no_svg_costs_the_art_only(monkeypatch):
    monkeypatch.setattr(looks, "find_art", lambda _name: "<svg")
    assert size_of(draw(SHOWING)) == (1200, 630)


def test_a_card_too_heavy_goes_without_its_art(monkeypatch):
    monkeypatch.setattr(drawing, "MAX_BYTES", len(draw(replace(SHOWING, art=""))))
    assert draw(SHOWING) == draw(replace(SHOWING, art=""))


def test_a_card_too_heavy_without_its_art_is_refused(monkeypatch):
    monkeypatch.setattr(drawing, "MAX_BYTES", 1)
    with pytest.raises(ValueError, match="too heavy"):
        draw(SHOWING)


def test_the_words_of_the_count_bring_their_own_font(monkeypatch):
    """A Latin demand on an Urdu card brings none for them, and the renderer knows no font that it is not given."""
    other = replace(faces.own_setting(is_display=False).faces[0], path=Path("urdu.ttf"))
    monkeypatch.setattr(faces, "_find_system", lambda _letters: (other,))
    _svg, files = compose(replace(SHOWING, language="ur", title="", organization="", art=""))
    assert other.path in files
    assert words_of(replace(SHOWING, language="ur"))[-1].endswith("نام")


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("ink", "ground"), [("ink", "ground"), ("mark", "ground"), ("ground", "mark")])
def test_what_is_written_on_a_card_can_be_read_in_every_palette(name, ink, ground):
    """Title, count and stamp are text (WCAG 2.2, 1.4.3): a preview shows the card at half its size or less."""
    colours = looks.palette(name)
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("name", PALETTES)
def test_a_stamp_is_written_in_a_pair_of_colours_that_is_measured(name):
    colours = looks.palette(name)
    svg = ET.fromstring(compose(replace(SHOWING, status="won", palette=name))[0])
    stamp = [group for group in svg.iter(f"{SVG}g") if "rotate(-7)" in group.get("transform", "")][-1]
    assert [shape.get("fill") for shape in stamp] == [colours.mark, colours.ground]


def test_a_card_never_shows_a_supporter():
    """All a card knows is in `Showing`; a field for a name would have to be added there."""
    assert set(vars(SHOWING)) == set(Showing.__dataclass_fields__) == {
        "language", "organization", "title", "demand", "status", "count", "art", "palette"
    }  # fmt: skip
