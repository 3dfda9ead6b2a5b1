"""The few words of a card that are not the campaign's own: its count and its state, in the card's language."""

from dataclasses import dataclass

from babel.numbers import format_decimal

from campaign.cards.showing import Showing
from campaign.kernel.catalogues import catalogue_of
from campaign.kernel.languages import DEFAULT, primary
from campaign.kernel.moments import locale_of


@dataclass(frozen=True)
class CountWords:
    """The number, such as "12,000+", and the words around it; none where no catalogue has them."""

    before: str
    number: str
    after: str


def count_words(showing: Showing) -> CountWords | None:
    """Return how the card tells its count; None where it tells none."""
    if not showing.count:
        return None
    number = f"{_number(showing.count, showing.language)}+"
    pattern = catalogue_of(showing.language).ngettext("%(count)s name", "%(count)s names", showing.count)
    if pattern == "%(count)s names" and primary(showing.language) != DEFAULT:
        return CountWords("", number, "")
    before, _, after = pattern.partition("%(count)s")
    return CountWords(before.strip(), number, after.strip())


def status_word(showing: Showing) -> str:
    """Return the stamp on the card of what is not open; empty for what is."""
    gettext = catalogue_of(showing.language).gettext
    match showing.status:
        case "won":
            return gettext("We won!")
        case "paused":
            return gettext("Paused")
        case "closed":
            return gettext("Closed")
        case "cancelled":
            return gettext("Canceled")
    return ""


def _number(count: int, language: str) -> str:
    return format_decimal(count, locale=locale_of(language))
