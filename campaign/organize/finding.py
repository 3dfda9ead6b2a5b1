"""Finds campaigns, companies, team members and what kinds of action bring, by name, for who is signed in.

Whatever is found is what its own page would show them: theirs, and with the powers that the page asks. No supporter is
found here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import Here
from campaign.actions.kind import ActionKind, Findable
from campaign.campaigns.queries import list_agreements
from campaign.kernel.localized import current_language
from campaign.kernel.text import sort_key
from campaign.organize.company_queries import list_company_names
from campaign.organize.places import places_of
from campaign.organize.queries import list_member_names, list_own_campaigns
from campaign.organize.rooms import KINDS_KEY

MOST = 8
"""So many are shown of one sort: whoever sees more than they can read types on."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Sort:
    """What was found of one sort, and its words."""

    words: str
    found: Sequence[Found]


def find(session: Session, at: Here, typed: str) -> list[Sort]:
    """Return what is called so, by sort; sorts of which nothing is are left out. Nothing typed: the places alone.

    Every word that was typed has to stand in the name, wherever it stands, with or without its accents.
    """
    words = sort_key(typed).split()
    sorts = _sorts(session, at) if words else [(_("Go to"), _places(at))]
    chosen = [Sort(str(name), [one for one in found if _is_called(one.title, words)][:MOST]) for name, found in sorts]
    return [sort for sort in chosen if sort.found]


def _is_called(title: str, words: Iterable[str]) -> bool:
    key = sort_key(title)
    return all(word in key for word in words)


def _sorts(session: Session, at: Here) -> Iterator[tuple[LazyString | object, Iterable[Found]]]:
    if at.serving is None:
        return
    organization, actor = at.serving.organization, at.actor
    yield _("Go to"), _places(at)
    rows = [Findable(one.title, {"slug": one.slug}) for one in list_own_campaigns(session, actor)]
    yield _("Campaigns"), _linked(rows, "organize.campaign", organization)
    kinds: Sequence[ActionKind] = current_app.extensions[KINDS_KEY]
    for brought in (one for kind in kinds for one in kind.organize_finds):
        if at.may(*brought.powers):
            yield (
                brought.words,
                _linked(brought.list_all(session, actor, current_language()), brought.endpoint, organization),
            )
    if at.may("publish"):
        companies = [Findable(name, {"company": slug}) for slug, name in list_company_names(session)]
        yield _("Companies"), _linked(companies, "organize.company", organization)
        agreements = [Findable(one.name, {"agreement": one.slug}) for one in list_agreements(session)]
        yield _("Agreements"), _linked(agreements, "organize.agreement", organization)
    if at.may("administer"):
        people = [Findable(name, {"person": person}) for person, name in list_member_names(session, actor)]
        yield _("Team"), _linked(people, "organize.member", organization)


def _places(at: Here) -> Iterator[Found]:
    yield from (Found(str(place.words), place.address) for place in places_of(at))
    if at.serving is not None and at.may("publish"):
        yield Found(gettext("New campaign"), url_for("organize.new_campaign", organization=at.serving.organization))


def _linked(rows: Iterable[Findable], endpoint: str, organization: str) -> Iterator[Found]:
    """Yield things with their addresses; none where their page is not part of this application."""
    if endpoint in current_app.view_functions:
        for one in rows:
            yield Found(one.title, url_for(endpoint, organization=organization, **one.values))
