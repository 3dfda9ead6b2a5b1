"""Where a march leads, in words: from its first start to its last end, however many days lie between."""

from dataclasses import dataclass

from campaign.campaigns.texts import Text
from campaign.kernel.catalogues import catalogue_of
from campaign.kernel.languages import interface_language, language_of


@dataclass(frozen=True, slots=True)
class Way:
    """A march that takes place.

    Args:
        start, end: names of where its first leg starts and its last one ends; empty where nobody said.
        leg_count: of how many legs it is. title: that of the first.
    """

    start: str
    end: str
    leg_count: int
    title: Text


def way_of(way: Way, language: str) -> Text:
    """Return what stands for a march in one line: ``Pahokee to Palm Beach``.

    Without names that of its only leg; of several legs nothing, for the first of them is not the whole.
    """
    if not way.start or not way.end:
        return way.title if way.leg_count == 1 else Text("", language)
    if way.start == way.end:
        return Text(way.start, language)
    own = interface_language(language)
    words = catalogue_of(own).gettext("%(start)s to %(end)s")
    if language_of(own).direction == "ltr":
        return Text(words % {"start": way.start, "end": way.end}, own)
    # In Latin letters as a rule: so each is kept apart, and the line says itself which way it runs.
    start, end = (f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" for name in (way.start, way.end))
    return Text("\N{RIGHT-TO-LEFT MARK}" + words % {"start": start, "end": end}, own)
