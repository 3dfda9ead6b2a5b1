"""The printed list, read back: every script, nothing run, no need on the marshals' sheets, a new page for each leg."""

import io
from datetime import UTC, datetime

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from campaign.events.rosters.drawing import draw_list, draw_needs
from campaign.events.rosters.parties import Count
from campaign.events.rosters.typesetting import set_pdf
from campaign.events.rosters.words import Words
from campaign.typefaces.packages import font_files
from tests.events.crowd import ENGLISH, meal, party, roster_of

NEEDS = ("wheelchair", "Signlanguage", "Vegetarianmeals")


def pages(draw, roster, parties, words=ENGLISH, paper="letter"):
    """The text of each page without its spaces, which are not all told, and the size of the first in points."""
    reader = PdfReader(io.BytesIO(set_pdf(draw(roster, parties, words, paper), roster.made_at)))
    box = reader.pages[0].mediabox
    return [squeezed(page.extract_text()) for page in reader.pages], (round(box.width), round(box.height))


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize(
    "name",
    [
        "Ana Zúñiga de la Cruz", "Nadège Wòzlin", "Nguyễn Thị Ánh", "Łukasz Őze", "Нина Иванова", "Γιώργος", "王美丽", "鈴木さくら",
        "김민수", "አበበ ቢቂላ",
    ],
)  # fmt: skip
def test_names_of_many_scripts_stand_there_as_text(name):
    (page,), _ = pages(draw_list, roster_of(), [party(name)])
    assert squeezed(name) in page


# Text of joined and stacked letters cannot be read back letter by letter.
JOINED = """
عائشہ خان ٹھیکیدار گڑیا محمد الحداد דוד כהן শহিদুল ইসলাম সুখ សុខ ស្រីមុំ មោមោច មောင်မောင်အေး प्रिया शर्मा அன்பு తెలుగు
สมชาย ลำไย ລາວ አበበ ቢቂላ Ñ Ł Ő Ș Ệ Ж Ψ 王 鈴 さ 김
"""


def test_every_letter_is_in_a_face_that_comes_as_a_package():
    letters = {ord(letter) for letter in JOINED if not letter.isspace()}
    for path in font_files():
        with TTFont(path, fontNumber=0, lazy=True) as font:
            letters -= set(font.getBestCmap())
    assert not letters, [chr(letter) for letter in letters]


def test_a_letter_that_no_face_has_is_a_box_and_no_error():
    (page,), _ = pages(draw_list, roster_of(), [party("Ana \U00010ac0\U000e0041\ufffe Ruiz")])
    assert "Ruiz" in page


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")', "#import \"@preview/x:1.0.0\"", "*bold* _thin_ `raw` $x^2$", "<label> @reference", "#panic()",
        "= Heading", "// comment", "\\ \\u{41}", "https://example.org", "]#[",
    ],
)  # fmt: skip
def test_markup_in_what_people_typed_is_only_text(name):
    (page, rides), _ = pages(draw_list, roster_of(title=name), [party(name, ride="asked", ride_from=name, phone=name)])
    assert squeezed(name) in page
    assert squeezed(name) in rides


def test_the_marshals_list_tells_numbers_of_needs_and_whose_they_are_nowhere():
    counts = {("place", "going"): Count(2, 2), ("needs", "diet"): Count(1, 1)}
    parties = [party("Ana Ruiz", needs=("diet", "wheelchair", "sign-language")), party("Bea Paz")]
    (listed,), _ = pages(draw_list, roster_of(counts=counts), parties)
    assert "1Vegetarianmeals" in listed, "how many, at the head"
    assert listed.count("egetarian") == 1
    assert not any(need in listed for need in NEEDS[:2])
    found, _ = pages(draw_needs, roster_of(counts=counts), parties)
    assert len(found) == 3, "a sheet for each, so that each goes to whom it concerns"
    for page, need, whose in zip(found, NEEDS, ("driversandmedics", "interpreters", "thecooks"), strict=True):
        assert need in page
        assert f"For{whose}only." in page
        assert "AnaRuiz" in page
        assert "BeaPaz" not in page
        assert not any(other in page for other in NEEDS if other != need)


def test_each_leg_begins_a_page_that_says_where_it_belongs():
    parties = [party(f"Ana {n}", leg=leg) for leg in (1, 2) for n in range(70)]
    found, _ = pages(draw_list, roster_of(legs=2), parties)
    assert len(found) == 4
    for number, page in enumerate(found, 1):
        day, date = ("Day 1", "Saturday, March 13, 2027") if number < 3 else ("Day 2", "Sunday, March 14, 2027")
        for words in ("A march", day, date, f"Page {number} of 4", "Created Fri, Mar 12, 8:05 p.m. Eastern"):
            assert squeezed(words) in page
    assert squeezed("8:30 a.m.–4:30 p.m. Eastern") in found[2]


def test_phones_rides_and_help_are_there_where_the_event_asked_for_them_alone():
    ana = party(
        "Ana", phone="+1 239 555 0100", ride="offered", ride_from="Immokalee", speaks=("ht",), helps_as=("cook",)
    )
    (page, rides), _ = pages(draw_list, roster_of(), [ana])
    for words in ("+1 239 555 0100", "offers: Immokalee", "Haitian Creole", "cook"):
        assert squeezed(words) in page
    assert squeezed("+1 239 555 0100") in rides
    (page, rides), _ = pages(draw_list, roster_of(asks=("ride",)), [ana])
    assert "239" not in page + rides
    assert "Creole" not in page


def test_children_have_a_column_where_there_are_some():
    counts = {("place", "going"): Count(2, 4), ("children", "going"): Count(1, 2)}
    parties = [party("Ana", people=3, children=2, needs=("diet",)), party("Bea")]
    (page,), _ = pages(draw_list, roster_of(counts=counts), parties)
    assert "2includingchildren" in page
    assert "Children" in page
    (page,), _ = pages(draw_needs, roster_of(counts=counts), parties)
    assert "Children" in page, "the cooks count them"
    (page,), _ = pages(draw_list, roster_of(), parties)
    assert "Children" not in page


def test_rides_are_by_place_however_it_is_written_and_the_unsaid_last():
    said = ["Fort Myers", "immokalée", "Immokalee", "Immokalee", ""]
    parties = [party(f"Ana {n}", people=2, ride="asked", ride_from=place) for n, place in enumerate(said)]
    (_, rides), _ = pages(draw_list, roster_of(), [*parties, party("Zoe", ride="offered", ride_from="IMMOKALEE")])
    order = [rides.index(words) for words in ("FortMyers", "Immokalee", "Didn’tsaywherefrom")]
    assert order == sorted(order)
    assert squeezed("Immokalee 6 people need a ride · 1 RSVPs offer a ride") in rides
    assert "Needsaride10people" in rides


def test_a_place_written_from_the_right_leaves_the_numbers_beside_it_in_order():
    roster, runs = roster_of(), []
    data = draw_list(roster, [party(people=3, ride="asked", ride_from="مسجد نور")], ENGLISH, "letter")
    rides = PdfReader(io.BytesIO(set_pdf(data, roster.made_at))).pages[1]
    rides.extract_text(visitor_text=lambda text, *_: runs.append(text.strip()))
    assert "3 people need a ride · 0 RSVPs offer a ride" in runs, "drawn in one run, not around the place"


def test_who_waits_comes_after_who_goes_by_turn_with_the_hour_an_offer_ends():
    offered = party("Zoe", state="offered", until=datetime(2027, 3, 13, 3, 0, tzinfo=UTC))
    waiting = party("Yan", state="queued")
    goes = [party("Mia", meals=meal(2, turn=2)), party("Noa", meals=meal(1, turn=1))]
    (page,), _ = pages(draw_list, roster_of(), [*goes, offered, waiting])
    places = page[page.index("Waitlistforplaces") :]
    assert places.index("Zoe") < places.index("Yan") < places.index("Waitlistformeals")
    assert squeezed("offered → 10 p.m.") in places
    meals = places[places.index("Waitlistformeals") :]
    assert meals.index("Noa") < meals.index("Mia")
    assert "(2)" in page


def test_six_hundred_people_fit_on_about_ten_pages():
    parties = [
        party(f"Ana Hernández {n}", people=1 + n % 2, meals=meal(1), phone="+1 239 555 0100") for n in range(400)
    ]
    found, _ = pages(draw_list, roster_of(), parties)
    assert sum(entry.people for entry in parties) == 600
    assert len(found) <= 10


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_paper_of_both_sides_of_the_ocean(paper, size):
    assert pages(draw_list, roster_of(), [party()], paper=paper)[1] == size


def test_a_sheet_for_readers_from_the_right_keeps_telephone_numbers():
    (page,), _ = pages(draw_list, roster_of(), [party("Ana", phone="+1 239 555 0100")], Words("ur"))
    assert squeezed("+1 239 555 0100") in page


def test_nobody_is_said_and_the_same_data_are_the_same_bytes():
    data = draw_list(roster_of(), [], ENGLISH, "letter")
    made = roster_of().made_at
    assert set_pdf(data, made) == set_pdf(data, made)
    (page,), _ = pages(draw_list, roster_of(), [])
    assert "Noone" in page
    (page,), _ = pages(draw_needs, roster_of(), [party()])
    assert "Nooneaskedforanyofthese." in page
