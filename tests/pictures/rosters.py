"""Set the roster of six hundred made-up people in many scripts, as pictures of its pages and as PDF.

python -m tests.pictures.rosters FOLDER
"""

import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from campaign.events.questions import HELPS_AS, NEEDS
from campaign.events.rosters.drawing import draw_list, draw_needs
from campaign.events.rosters.parties import Count, Extra
from campaign.events.rosters.typesetting import compiler_of, set_pdf
from campaign.events.rosters.words import Words
from campaign.kernel.text import sort_key
from tests.events.crowd import party, roster_of

PEOPLE = 600
DOTS_PER_INCH = 95

# How many in fifty-odd, the languages they speak, given names, family names.
NAMES = (
    (12, "en", "Grace Thomas Emily Daniel Hannah Marcus", "Johnson Baker Murphy O'Connor Larson"),
    (24, "es", "Ana Luis María José Ángel Íñigo Lucía Óscar", "García Hernández Zúñiga Álvarez Ramírez Muñoz"),
    (8, "ht", "Nadège Jean Chantal Wòzlin", "Baptiste Joseph Pierre Dessalines"),
    (4, "ur", "عائشہ فاطمہ علی عمران ثناء بلال", "خان احمد قریشی بٹ صدیقی"),
    (3, "en", "محمد مريم يوسف أحمد", "الحداد حسن العلي"),
    (4, "bn", "শহিদুল রহিমা কামাল নাসরিন", "ইসলাম বেগম হোসেন আক্তার"),
    (4, "km", "សុខ ស្រីមុំ ចាន់ថា ពិសិដ្ឋ", "ហេង លឹម កែវ"),
    (3, "en", "မောင်မောင် သီတာ ကျော်စွာ", "အေး ဝင်း လှိုင်"),
    (3, "en", "प्रिया अर्जुन सुनीता", "शर्मा पटेल कुमार"),
    (3, "en", "美丽 伟 芳 志强", "王 李 陈 张"),
    (2, "en", "አበበ ሰላም ትግስት", "ቢቂላ ታደሰ ገብረ"),
    (1, "en", "一郎 さくら 민수 สมชาย Нина דוד Văn அன்பு", "鈴木 김 ใจดี Петров כהן Nguyễn செல்வன்"),
)
ODD = (
    '#read("/etc/passwd")',
    "*bold* _x_ $y$",
    "Ana María Guadalupe de los Ángeles Fernández-Quiroga y Montesinos",
    "Letters without a face: 𐫀 Ꮳ",
)
FROM = ("Immokalee", "immokalee", "Miami, Little Haiti", "Lake Worth", "Ft. Myers", "", "مسجد نور، میامی")
PHONES = ("", "+1 239 555 0100", "(561) 555-0142", "+52 55 5555 0101")


def people(dice):
    """Six hundred who go, in parties, by name; then some who are offered a place or wait."""
    going, count = [], 0
    while count < PEOPLE:
        going.append(_one(dice))
        count += going[-1].people
    going.sort(key=lambda one: sort_key(one.name))
    until = datetime(2027, 3, 13, 2, 30, tzinfo=UTC)
    offered = [replace(_one(dice), state="offered", until=until) for _ in range(3)]
    return [*going, *offered, *(replace(_one(dice), state="queued") for _ in range(14))]


def _one(dice):
    (_, speaks, given, family), *_ = dice.choices(NAMES, [row[0] for row in NAMES])
    name = f"{dice.choice(given.split())} {dice.choice(family.split())}"
    size = dice.choice((1, 1, 1, 1, 1, 2, 2, 2, 3, 4))
    ride = dice.choice(("", "", "", "asked", "asked", "offered"))
    return party(
        dice.choice(ODD) if dice.random() < 0.02 else name,
        people=size,
        children=dice.choice((0, 0, size - 1)),
        meals=_extra(dice, size, 0.7),
        beds=_extra(dice, size, 0.3),
        phone=dice.choice(PHONES),
        ride=ride,
        ride_from=dice.choice(FROM) if ride else "",
        needs=tuple(word for word in NEEDS.choices if dice.random() < 0.05),
        speaks=tuple(sorted({speaks, dice.choice(("en", "es"))})),
        helps_as=tuple(word for word in HELPS_AS.choices if dice.random() < 0.05),
    )


def _extra(dice, size, share):
    if dice.random() > share:
        return None
    is_going = dice.random() < 0.93
    turn = None if is_going else (datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=dice.random() * 99), 1)
    return Extra(size, is_going, turn)


def numbers(parties):
    """The counts of one leg, as the database would give them."""
    counts = {}
    for one in parties:
        found = [("place", one.state, one.people)]
        if one.state == "going":
            found += [(k, "going" if e.is_going else "queued", e.people) for k, e in one.extras.items()]
            found += [("children", "going", one.children)] * (one.children > 0)
            for question in (NEEDS, HELPS_AS):
                found += [(question.name, word, one.people) for word in one.chose(question)]
        for question, word, size in found:
            old = counts.get((question, word), Count())
            counts[(question, word)] = Count(old.parties + 1, old.people + size)
    return counts


def main(folder):
    """Write each roster into a folder of its own, and tell how many pages it has and how long setting it took."""
    parties = people(random.Random(5))
    roster = roster_of(title="March to Build a New World", counts=numbers(parties))
    for draw, language, paper in (
        (draw_list, "en", "letter"),
        (draw_list, "es", "a4"),
        (draw_list, "ur", "a4"),
        (draw_needs, "en", "letter"),
    ):
        data = draw(roster, parties, Words(language), paper)
        start = time.perf_counter()
        pdf = set_pdf(data, roster.made_at)
        seconds = time.perf_counter() - start
        target = folder / f"{draw.__name__}-{language}-{paper}"
        target.mkdir(parents=True, exist_ok=True)
        (target / "roster.pdf").write_bytes(pdf)
        with TemporaryDirectory() as empty:
            pages = compiler_of(data, empty).compile(format="png", ppi=DOTS_PER_INCH)
        pages = pages if isinstance(pages, list) else [pages]
        for number, page in enumerate(pages, 1):
            (target / f"{number:02}.png").write_bytes(page)
        sys.stdout.write(f"{target}: {len(pages)} pages, {len(pdf) // 1024} KB, {seconds:.1f} s\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
