"""The places of an organization that the head of every organizers' page leads to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from campaign.accounts.web.guards import Here
from campaign.actions.kind import ActionKind


@dataclass(frozen=True, slots=True)
class Place:
    """One of them. `is_here`: whether the present page is in it; `is_page`: whether it is the page itself."""

    words: LazyString
    address: str
    is_here: bool
    is_page: bool


KINDS_KEY = "campaign.organize.kinds"
"""Where the application keeps the kinds of action that the organizers' side was made with."""

_PLACES = (
    (_("Campaigns"), "organize.organization", ()),
    (_("Companies"), "organize.companies", ("publish",)),
    (_("Team"), "organize.team", ("administer",)),
    (_("Log"), "organize.log", ("administer",)),
    (_("Settings"), "organize.settings", ("administer",)),
)
"""Words, endpoint, and the powers (`publish`, `read` …) without which it is not shown."""

_BELOW = {"organize.agreements": "organize.companies", "organize.proposals": "organize.companies"}
"""Places that others lead to, and which."""


def nearest_of(addresses: Iterable[str]) -> str:
    """Return which of these addresses the present page is at or below, the longest of them; empty: none."""
    return max((one for one in addresses if f"{request.path}/".startswith(f"{one}/")), key=len, default="")


def places_of(here: Here) -> Iterator[Place]:
    """Return the places that whoever is signed in may go to."""
    if here.serving is None:
        return
    kinds: Sequence[ActionKind] = current_app.extensions[KINDS_KEY]
    of_kinds = [(link.words, link.endpoint, ()) for kind in kinds for link in kind.organize_places]
    addresses = [
        (words, url_for(endpoint, organization=here.serving.organization))
        for words, endpoint, powers in (_PLACES[0], *of_kinds, *_PLACES[1:])
        if here.may(*powers)
    ]
    below = {address: address for _words, address in addresses}
    for endpoints in _BELOW.items():
        other, place = (url_for(one, organization=here.serving.organization) for one in endpoints)
        below[other] = place
    nearest = below.get(nearest_of(below), "")
    for words, address in addresses:
        yield Place(words, address, address == nearest, address == request.path)
