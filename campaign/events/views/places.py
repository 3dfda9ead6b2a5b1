"""Which places of a day of action an address asks for."""

import re
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from campaign.events.pages.placelists import PLACES_A_PAGE, PlaceAsk
from campaign.events.queries.page import list_places_of
from campaign.kernel.formdata import FormData
from campaign.kernel.headers import no_store
from campaign.kernel.pagekey import Parameter

_MOST_TICKED = 100
_PAGE = re.compile(r"[0-9]{1,4}")

NEAR = Parameter("near", r"(?s:.*\S.*)", is_kept=False)
PAGE = Parameter("page", _PAGE.pattern, is_kept=False)
PLACE = Parameter("place", most=PLACES_A_PAGE, is_kept=False)
"""What kept pages read of their address about places: questions without end, which fill no cache."""


def asked_places() -> PlaceAsk:
    """Read what the list of places is asked for: `?near=` a postal code or a name, `?page=`; what is no number is 1.

    A postal code that somebody typed is theirs: the answer is kept by no cache and no search engine, and their browser
    tells its address to nobody.
    """
    words, page = request.args.get("near", "").strip(), request.args.get("page", "")
    if words:
        no_store()
    return PlaceAsk(words, int(page) if _PAGE.fullmatch(page) else 1)


def chosen_places() -> PlaceAsk:
    """Read which places were chosen: `?place=`, as often as wished."""
    return PlaceAsk(only=read_ids(request.args.getlist("place")[:PLACES_A_PAGE]))


def places_of_form(session: Session, event_id: int, form: FormData) -> PlaceAsk:
    """Return the places that a posted form was about: the one it was made for, and those of the ticked shifts."""
    ticked = read_ids([value for name, value in form.pairs if name == "legs"][:_MOST_TICKED])
    return PlaceAsk(only=(*read_ids([form.values.get("place", "")]), *list_places_of(session, event_id, ticked)))


def read_ids(values: Iterable[str]) -> tuple[UUID, ...]:
    """Return the public ids among `values`."""
    found: list[UUID] = []
    for value in values:
        with suppress(ValueError):
            found.append(UUID(value))
    return tuple(found)
