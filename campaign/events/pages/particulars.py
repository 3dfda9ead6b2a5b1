"""What a leg tells of its day, in one reader's language: pace, rests, what it has, transport, what to bring, access.

Where people sleep is told in general words; the exact place is no part of this: only who has a bed there learns it
(`campaign.events.own_rsvps`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.campaigns.texts import Text, pick
from campaign.events.models import Leg
from campaign.events.resources import list_extras
from campaign.kernel.catalogues import N_

_TITLES = {
    "pace": N_("Pace"),
    "rests": N_("Rest stops"),
    "transport": N_("Getting there and back"),
    "bring": N_("What to bring this day"),
}


@dataclass(frozen=True)
class Told:
    """One text. `name`: `pace`, `rests`, `transport`, `bring`, or a resource; `title`: a message of the catalogues."""

    name: str
    title: str
    text: Text


@dataclass(frozen=True)
class Particulars:
    """What a leg tells, in the order it is shown; what is not said is not there.

    `facts`, by name: whether it is `step-free`, whether there is a `wheelchair-van`, `sign-language`.
    """

    texts: tuple[Told, ...]
    facts: tuple[tuple[str, bool], ...]

    @property
    def is_step_free(self) -> bool:
        """Whether a wheelchair gets along: also where nobody said that it does not."""
        return dict(self.facts).get("step-free", True)

    @property
    def has_wheelchair_van(self) -> bool | None:
        """Whether one goes along; None where nobody said."""
        return dict(self.facts).get("wheelchair-van")


def particulars_of(leg: Leg, language: str, languages: Sequence[str], *, shows_texts: bool = True) -> Particulars:
    """Return what a leg tells a reader of `language`; `languages`: the event's, its own first.

    `shows_texts`: whether the reader may know where it is, for nearly each of the texts names a place.
    """
    texts = [
        ("pace", _TITLES["pace"], leg.pace),
        ("rests", _TITLES["rests"], leg.rests),
        *((extra.word, extra.title, leg.resources[extra.word].about) for extra in list_extras(leg)),
        ("transport", _TITLES["transport"], leg.transport),
        ("bring", _TITLES["bring"], leg.bring),
    ]
    facts = {
        "step-free": leg.is_step_free,
        "wheelchair-van": leg.has_wheelchair_van,
        "sign-language": leg.has_sign_language,
    }
    picked = [Told(name, title, pick(said, language, languages)) for name, title, said in texts if shows_texts]
    return Particulars(
        tuple(told for told in picked if told.text.value),
        tuple((name, is_so) for name, is_so in facts.items() if is_so is not None),
    )
