"""The faces that set-up cuts have what the pages say, and are loaded for nothing else."""

import re

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from campaign.folders import STATIC, TRANSLATIONS
from campaign.kernel.languages import KNOWN
from campaign.typefaces.cutting import cut
from campaign.typefaces.faces import FACES, LATIN, SCRIPTS, URDU
from campaign.typefaces.sheet import write_sheet

NARROW_NO_BREAK, THIN = 0x202F, 0x2009
QUOTES = frozenset(map(ord, "‘’“”"))
JOINED = {face.name: (face, letters) for face, letters in SCRIPTS}


@pytest.mark.parametrize("name", ["poster-400", "poster-700", "poster-900", "story-400", "story-700"])
def test_narrow_spaces_and_curly_quotes_are_drawn(name):
    font = TTFont(STATIC / "fonts" / f"{name}.woff2")
    letters, widths = font.getBestCmap(), font["hmtx"]
    assert {NARROW_NO_BREAK, THIN} | QUOTES <= set(letters)
    assert 0 < widths[letters[NARROW_NO_BREAK]][0] < widths[letters[ord(" ")]][0]


def test_words_of_a_headline_stand_apart():
    face = next(face for face in FACES if face.name == "poster-900")
    font = TTFont(STATIC / "fonts" / "poster-900.woff2")
    assert font["hmtx"][font.getBestCmap()[ord(" ")]][0] / font["head"].unitsPerEm == pytest.approx(
        face.space, abs=0.001
    )
    assert face.space >= 0.2


def test_urdu_has_every_letter_of_its_catalogue():
    with (TRANSLATIONS / "ur" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        said = "".join("".join(m.string) if isinstance(m.string, tuple) else m.string for m in read_po(file) if m.id)
    arabic = {ord(letter) for letter in said if "\u0600" <= letter <= "\u06ff"}
    assert arabic
    assert arabic <= URDU
    drawn = set(TTFont(STATIC / "fonts" / "urdu.woff2").getBestCmap())
    assert arabic <= drawn


@pytest.mark.parametrize("code", ["ur", "bn", "km"])
def test_a_language_calls_itself_in_a_file_of_its_own(code):
    face, letters = JOINED[f"autonym-{code}"]
    made = cut(face, letters, face.name)
    assert {ord(letter) for letter in KNOWN[code].autonym} <= made.letters
    assert len(made.woff2) < 3000


def test_no_page_loads_another_script_for_a_space():
    made = [cut(*JOINED[f"autonym-{code}"], f"autonym-{code}") for code in ("ur", "bn", "km")]
    ranges = re.findall(r"unicode-range:([^;}]+)", write_sheet(made))
    assert len(ranges) == 3
    for one in ranges:
        first = min(int(run[2:].split("-")[0], 16) for run in one.split(","))
        assert first > max(LATIN & set(range(0x600)))
