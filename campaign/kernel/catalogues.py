"""The interface's words for what is written without a request: pictures, sheets of paper, files."""

from functools import lru_cache

from babel.support import NullTranslations, Translations

from campaign.folders import TRANSLATIONS
from campaign.kernel.languages import DEFAULT, primary


def N_(words: str) -> str:  # noqa: N802 - as everybody calls it who extracts messages
    """Mark words of ours that stand in a list, so that they are in the catalogues; who shows them translates them."""
    return words


@lru_cache(maxsize=32)
def catalogue_of(language: str) -> NullTranslations:
    """Return the words of a language; the source's own where it has no catalogue."""
    return Translations.load(TRANSLATIONS, [primary(language), DEFAULT])
