"""Whether a name claims to be more than a person: an office of a state, a company, one of those a campaign names.

Letters go out as "NAME via …", so the name is the first thing an executive reads. No list can know who somebody is; it
can know words that are nobody's name. Whoever uses one is not refused: their letter is looked at first.

Two lists, because honest people are called Court, Sheriff, Bureau, Field or Bank. A word of `ALONE` is enough.
Of `TOGETHER`, which are surnames or common words as well, it takes two ("District Court", "Special Agent"). What is a
usual surname or given name anywhere is in neither: Constable, Judge, Justice, King, Law, Marshall, Guardia, Sarkar.
Words are compared whole, without case and accents.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from campaign.kernel.text import sort_key

_ENGLISH = """
agency authority commission congress consulate corp corporation county department dept dhs doj embassy enforcement fbi
federal government headquarters homeland immigration inc incorporated interpol irs lapd limited llc ltd ministry
municipality nypd office parliament plc police prefecture prosecutors sheriffs treasury tribunal uscis
"""
_SPANISH_AND_PORTUGUESE = """
agencia comisaria comision consulado departamento embaixada embajada fiscalia gobierno governo juzgado ministerio
oficina policia prefeitura
"""
_FRENCH_AND_CREOLE = """
ambassade commissariat departement gendarmerie gouvernement lapolis mairie ministe ministere
"""
_GERMAN = "behorde bundesamt gmbh landgericht ministerium polizei staatsanwaltschaft"
_URDU_AND_BENGALI = "پولیس وزارت محکمہ حکومت عدالت ایجنسی سفارتخانہ পুলিশ মন্ত্রণালয় আদালত দূতাবাস"
_NAMES_TOO = """
agent assistant attorney bank bureau captain chair chairman chief circuit city commissioner company corte council cour
court customer customs deputy detective director district executive field general governor high inspector intelligence
internal investigation legal magistrate management manager marshal marshals mayor minister ministra ministro nacional
national officer official president press procurador procureur prosecutor public secret secretary security senate
senator service services sheriff special state states superintendent support supreme team united us usa vice
"""


def _fold(words: str) -> frozenset[str]:
    return frozenset(sort_key(words).split())


ALONE = _fold(f"{_ENGLISH} {_SPANISH_AND_PORTUGUESE} {_FRENCH_AND_CREOLE} {_GERMAN} {_URDU_AND_BENGALI}")
"""Words that are nobody's name."""

TOGETHER = _fold(_NAMES_TOO)
"""Words of offices that are names, or common words, too: two of them are no accident."""

_APART = re.compile(r"[\s\-–—‑.,;:/&()|*_]+")
_APOSTROPHES = re.compile("['’ʼ`´]")


def claims_office(given_name: str, family_name: str, offices: Iterable[str], organizations: Iterable[str]) -> bool:
    """Whether a name claims an office, or is that of a company, an executive's office or an organization.

    Args:
        given_name: as typed.
        family_name: as typed; where one of them is empty, the other is all of the name.
        offices: of the executives that the campaign writes to.
        organizations: the companies that it writes to, and who leads it.
    """
    given, words = _words(given_name or family_name), _words(f"{given_name} {family_name}")
    telling = [word for word in words if word in TOGETHER]
    if ALONE & set(words) or len(telling) > 1:
        return True
    if any(_holds(words, phrase) for phrase in map(_words, offices) if len(phrase) > 1):
        return True
    return any(_is_called(words, given, phrase, telling) for phrase in map(_words, organizations) if phrase)


def _is_called(words: Sequence[str], given: Sequence[str], phrase: Sequence[str], telling: Sequence[str]) -> bool:
    """Whether a name is an organization's; of one word (Kroger, Ford) not as a surname, unless an office is added."""
    if len(phrase) > 1:
        return _holds(words, phrase)
    return phrase[0] in given or (phrase[0] in words and bool(telling))


def _holds(words: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(list(words[at : at + len(phrase)]) == list(phrase) for at in range(len(words) - len(phrase) + 1))


def _words(name: str) -> list[str]:
    """Return the words of a name, folded; letters that stand alone are put together (F. B. I. is FBI)."""
    seen = "".join(c for c in name if unicodedata.category(c) != "Cf")
    words: list[str] = []
    was_letter = False
    for word in _APART.split(sort_key(_APOSTROPHES.sub("", seen))):
        if not word:
            continue
        is_letter = len(word) == 1
        if is_letter and was_letter:
            words[-1] += word
        else:
            words.append(word)
        was_letter = is_letter
    return words
