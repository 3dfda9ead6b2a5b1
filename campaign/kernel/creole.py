"""Haitian Creole's days, months, numbers and countries, which CLDR (48) does not know: it says all of them in French.

Babel keeps one set of data for a language; ours goes into it, so that whatever writes a date or a list writes it alike.
Numbers and hours are written as in the United States, where our readers live. Countries of which Creole speakers there
talk have their Creole names; of the others they read the French.

Source: the orthography of 1979, as the Akademi Kreyòl Ayisyen keeps it; the usage of Florida's and Boston's offices.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from babel import localedata

CODE = "ht"

_MONTHS = ["janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"]
_SHORT_MONTHS = ["jan.", "fev.", "mas", "avr.", "me", "jen", "jiyè", "out", "sept.", "okt.", "nov.", "des."]
_DAYS = ["lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch"]
_SHORT_DAYS = ["len.", "mad.", "mèk.", "jed.", "van.", "sam.", "dim."]

_COUNTRIES = {
    "US": "Etazini",
    "HT": "Ayiti",
    "DO": "Repiblik Dominikèn",
    "CA": "Kanada",
    "MX": "Meksik",
    "CU": "Kiba",
    "JM": "Jamayik",
    "BS": "Bahamas",
    "PR": "Pòto Riko",
    "TC": "Zile Turks ak Caicos",
    "FR": "Lafrans",
    "GF": "Giyàn franse",
    "GP": "Gwadloup",
    "MQ": "Matinik",
    "BR": "Brezil",
    "CL": "Chili",
    "CO": "Kolonbi",
    "VE": "Venezwela",
    "GT": "Gwatemala",
    "HN": "Ondiras",
    "SV": "Salvadò",
    "NI": "Nikaragwa",
    "PA": "Panama",
    "ES": "Espay",
    "GB": "Wayòm Ini",
    "DE": "Almay",
    "SE": "Syèd",
    "NL": "Peyi Ba",
    "IT": "Itali",
    "BD": "Bangladèch",
    "PK": "Pakistan",
    "KH": "Kanbòdj",
    "LS": "Lesoto",
    "ZA": "Afrik di Sid",
    "IN": "Lend",
    "CN": "Chin",
}

_SPANS = {
    "second": "segond",
    "minute": "minit",
    "hour": "èdtan",
    "day": "jou",
    "week": "semèn",
    "month": "mwa",
    "year": "an",
}
"""Alike for one and for several. "19 minutes ago" is `gen 19 minit`; "in 19 minutes", `nan 19 minit`."""

_LANGUAGES = {
    "en": "angle",
    "es": "panyòl",
    "ht": "kreyòl ayisyen",
    "fr": "franse",
    "pt": "pòtigè",
    "ur": "oudou",
    "bn": "bengali",
    "km": "kmè",
    "st": "sesoto",
}


@lru_cache(maxsize=1)
def teach_creole() -> None:
    """Let Babel say days, months, numbers, lists and countries in Creole; once a process.

    Side effects: changes what Babel knows of `ht`. What it shares with French is put anew, never changed in place.
    """
    data, english = localedata.load(CODE), localedata.load("en_US")
    data["months"] = _forms(data["months"], dict(enumerate(_MONTHS, 1)), dict(enumerate(_SHORT_MONTHS, 1)))
    data["days"] = _forms(data["days"], dict(enumerate(_DAYS)), dict(enumerate(_SHORT_DAYS)))
    data["territories"] = {**data["territories"], **_COUNTRIES}
    data["languages"] = {**data["languages"], **_LANGUAGES}
    data["list_patterns"] = {
        kind: {place: _list_words(pattern) for place, pattern in patterns.items()}
        for kind, patterns in data["list_patterns"].items()
    }
    data["date_fields"] = {**data["date_fields"], **{unit: _ago(name) for unit, name in _SPANS.items()}}
    for numbers in ("number_symbols", "decimal_formats", "percent_formats"):
        data[numbers] = english[numbers]


def _forms(
    known: MutableMapping[str, Any], wide: dict[int, str], abbreviated: dict[int, str]
) -> dict[str, dict[str, Any]]:
    names = {"wide": wide, "abbreviated": abbreviated}
    return {use: {**known[use], **names} for use in known}


def _ago(name: str) -> dict[str, dict[str, str]]:
    return {
        tense: dict.fromkeys(("one", "many", "other"), f"{word} {{0}} {name}")
        for tense, word in (("past", "gen"), ("future", "nan"))
    }


def _list_words(pattern: str) -> str:
    return pattern.replace(" et ", " ak ").replace(" ou ", " oswa ")
