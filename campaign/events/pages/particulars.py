"""What a leg tells of its day, in one reader's language: pace, rests, meal, lodging, transport, what to bring, access.

Where people sleep is told in general words; the exact place is no part of this: only who has a bed there learns it
(`campaign.events.own_rsvps`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.campaigns.texts import Text, pick
from campaign.events.models import Leg


@dataclass(frozen=True)
class Particulars:
    """What a leg tells. `texts` and `facts` by name, in the order they are shown; what is not said is not there.

    Args:
        texts: of `pace`, `rests`, `meal`, `lodging`, `transport`, `bring`.
        facts: whether it is `step-free`, whether there is a `wheelchair-van`, `sign-language`.
    """

    texts: tuple[tuple[str, Text], ...]
    facts: tuple[tuple[str, bool], ...]


def particulars_of(leg: Leg, language: str, languages: Sequence[str], *, shows_texts: bool = True) -> Particulars:
    """Return what a leg tells a reader of `language`; `languages`: the event's, its own first.

    `shows_texts`: whether the reader may know where it is, for nearly each of the texts names a place.
    """
    texts = {
        "pace": leg.pace,
        "rests": leg.rests,
        "meal": leg.meal_about if leg.has_meal else {},
        "lodging": leg.lodging_about if leg.has_lodging else {},
        "transport": leg.transport,
        "bring": leg.bring,
    }
    facts = {
        "step-free": leg.is_step_free,
        "wheelchair-van": leg.has_wheelchair_van,
        "sign-language": leg.has_sign_language,
    }
    picked = {name: pick(by_language, language, languages) for name, by_language in texts.items() if shows_texts}
    return Particulars(
        tuple((name, text) for name, text in picked.items() if text.value),
        tuple((name, is_so) for name, is_so in facts.items() if is_so is not None),
    )
