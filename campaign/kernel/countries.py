"""Countries: their codes, and their names in a reader's language.

Source: ISO 3166-1 alpha-2; names from Unicode CLDR by Babel.
"""

from functools import lru_cache

from babel import Locale

from campaign.kernel.text import sort_key

# CLDR's list also holds regions of the world, historic codes and codes of no country.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AN", "CP", "DG", "EA", "IC", "TA", "CQ", "AC"})

_WITHOUT = """
AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GM GQ GY HK JM KI KM KN KP LY
ML MO MR MW NR NU QA RW SB SC SL SR ST SY TD TF TG TK TL TO TV UG VU YE ZW
"""

WITHOUT_POSTAL_CODES = frozenset(_WITHOUT.split())
"""Countries whose post has no codes. Source: Universal Postal Union, addressing systems of member countries."""


@lru_cache(maxsize=32)
def list_countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, sorted by its name in `language`."""
    names = Locale.parse(language, sep="-").territories
    found = [(code, name) for code, name in names.items() if _is_country(code)]
    return tuple(sorted(found, key=lambda item: sort_key(item[1])))


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Return every country's code."""
    return frozenset(code for code, _name in list_countries("en"))


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code.isupper() and code not in _NOT_COUNTRIES
