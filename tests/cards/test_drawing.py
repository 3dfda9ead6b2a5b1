"""Cards as pictures: their size, their words, and what they do without."""

import struct
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def pieces_of(showing):
    """The pieces of a card's words, in order."""
    return list(ET.fromstring(compose(showing)[0]).iter(f"{SVG}text"))


def words_of(showing):
    """The lines of a card, in order, without what embeds them; the pieces of each by their baseline."""
    lines = {}
    for piece in pieces_of(showing):
        lines.setdefault(piece.get("y"), []).append(piece.text.strip("\u202b\u202c"))
    return [" ".join("".join(line).split()) for line in lines.values()]


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.fixture
def own_faces_alone(monkeypatch):
    faces._find_others.cache_clear()
    monkeypatch.setattr(faces, "_system_files", tuple)
    monkeypatch.setattr(faces, "font_files", tuple)
    yield
    faces._find_others.cache_clear()


@pytest.fixture
def packages_alone(monkeypatch):
    faces._find_others.cache_clear()
    monkeypatch.setattr(faces, "_system_files", tuple)
    yield
    faces._find_others.cache_clear()


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


@pytest.mark.parametrize("is_display", [True, False])
def test_our_own_faces_have_all_letters_of_the_demonstrations_languages(is_display):
    setting = faces.find_setting("¿¡áéíóúüñÁÉÍÓÚÜÑ’'“”«»—–…ç ã õ è ò", is_display=is_display)
    assert setting.faces == faces.own_setting(is_display=is_display).faces
    assert not setting.lost


def test_no_line_is_wider_than_its_column():
    pieces = [piece for piece in pieces_of(replace(SHOWING, demand=LONG)) if piece.text in LONG]
    assert len(pieces) > 3
    setting = faces.find_setting(LONG, is_display=True)
    for piece in pieces:
        assert float(piece.get("x")) + setting.width(piece.text) * float(piece.get("font-size")) <= 920


SCRIPTS = {
    "emoji": "Milk 🐄 ✊🏽 👩\u200d🌾 🇺🇸 ★ now",
    "one of many": "Sign! 🍅",
    "Chinese, Korean, Japanese": "農場工人 아마존은 サイン",
    "Bengali beside Latin": "Zara: শহীদুলের বিচার চাই",
    "Urdu beside Latin": "معاہدے پر Kroger دستخط کریں",
    "Khmer": "សុខ សុភាព",
    "Hebrew": "דוד כהן",
    "Amharic, Thai, Tamil": "አበበ สมชาย அன்பு",
    "Punjabi, Gujarati, Kannada": "ਪੰਜਾਬੀ ગુજરાતી ಕನ್ನಡ",
}


@pytest.mark.usefixtures("packages_alone")
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_script_has_a_face_that_comes_as_a_package(text, language, caplog):
    showing = replace(SHOWING, language=language, title=text, demand=text, organization=text)
    letters = set("".join(words_of(showing)))
    assert {letter for letter in text if letter.isalnum()} <= letters
    assert size_of(draw(showing)) == (1200, 630)
    assert not caplog.records


@pytest.mark.usefixtures("packages_alone")
def test_each_script_is_drawn_by_itself_in_the_order_in_which_it_is_read():
    text = "Zara: বিচার চাই 🍅"
    left = [piece for piece in pieces_of(replace(SHOWING, title=text, demand="Sign")) if piece.text in text]
    assert [piece.text for piece in left] == ["Zara: ", "বিচার", " ", "চাই", " ", "🍅"]
    assert [float(piece.get("x")) for piece in left] == sorted(float(piece.get("x")) for piece in left)
    assert len({piece.get("font-family") for piece in left}) == 3
    right = [float(piece.get("x")) for piece in pieces_of(replace(SHOWING, language="ur", title="محنت Kroger"))]
    assert right[0] >= right[1]


@pytest.mark.usefixtures("packages_alone")
def test_a_letter_that_no_font_has_is_left_out_and_told_once(caplog):
    drawing._tell_lost.cache_clear()
    showing = replace(SHOWING, title="Fair \U00010ac0 Food \U00010ac0\U00010ac1", demand="Sign \U00010ac0")
    for _ in range(2):
        lines = words_of(showing)
    assert "Fair Food" in lines
    assert "Sign" in lines
    assert [record.message for record in caplog.records] == [
        "no font here has U+10AC0: cards are drawn without it",
        "no font here has U+10AC1: cards are drawn without it",
    ]


@pytest.mark.usefixtures("own_faces_alone")
def test_words_that_no_font_here_has_are_left_out():
    showing = replace(SHOWING, language="bn", title="শহীদুলের বিচার!", demand="বিচার চাই", organization="BGIWF")
    lines = words_of(showing)
    assert lines[0] == "BGIWF"
    assert len(lines) == 2
    assert lines[1].endswith("+"), "the number alone, however Bengali writes it"
    assert size_of(draw(showing)) == (1200, 630)


def test_what_breaks_the_renderer_is_an_error_like_others(monkeypatch):
    class PanicException(BaseException):
        pass

    def panic(**_):
        raise PanicException

    monkeypatch.setattr(drawing.resvg_py, "svg_to_bytes", panic)
    with pytest.raises(ValueError, match="renderer"):
        draw(SHOWING)


LETTERS = st.text(
    st.sampled_from([*"Aa é!1 ন্দিক্ষ محلا한農サ🍅✊🇺🇸👩🌾ខ្មែរ\u200d\ufe0f\u0301★\U00010ac0אபு(«"]), max_size=30
)


@given(LETTERS, LETTERS, st.sampled_from(["en", "ur", "bn"]))
@settings(max_examples=25, deadline=None)
def test_no_mixture_of_scripts_breaks_the_drawing(title, demand, language):
    assert size_of(draw(replace(SHOWING, title=title, demand=demand, language=language, art=""))) == (1200, 630)


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


@pytest.mark.usefixtures("packages_alone")
def test_the_words_of_the_count_bring_their_own_font():
    """A Latin demand on an Urdu card brings none for them, and the renderer knows no font that it is not given."""
    showing = replace(SHOWING, language="ur", title="", organization="", art="")
    _svg, files = compose(showing)
    assert any("Arabic" in path.name for path in files)
    assert words_of(showing)[-1].endswith("نام")


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
