"""The interface's words for what is written without a request: pictures, sheets of paper, files."""

from functools import lru_cache

from babel.support import NullTranslations, Translations

from campaign.folders import TRANSLATIONS
from campaign.kernel.languages import DEFAULT, primary


@lru_cache(maxsize=32)
def catalogue_of(language: str) -> NullTranslations:
    """Return the words of a language; the source's own where it has no catalogue."""
    return Translations.load(TRANSLATIONS, [primary(language), DEFAULT])
