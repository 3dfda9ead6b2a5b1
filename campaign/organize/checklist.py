"""What a campaign lacks before it is published: each in words, and where it is put right.

Only what would be broken keeps it from being published: a demand that cannot be read in one of its languages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask import current_app, render_template, request
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from campaign.actions.kind import ActionKind
from campaign.campaigns.models import Campaign
from campaign.kernel.languages import primary
from campaign.kernel.localized import current_language
from campaign.kernel.moments import locale_of
from campaign.kernel.text import shorten
from campaign.organize.rooms import KINDS_KEY
from campaign.targets.queries import list_stances

_BLANK = re.compile(r"\[\[([^\[\]]+)\]\]")
_BLANK_SHOWN = 60  # characters


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing. `address`: the page that puts it right, empty where there is none; `is_blocking`: not without it."""

    words: str
    address: str
    is_blocking: bool = False


@dataclass(frozen=True, slots=True)
class CheckList:
    """What a campaign lacks, what blocks its publishing first. `kinds`: items that kinds of action bring."""

    missing: Sequence[Missing]
    kinds: Sequence[Markup]

    @property
    def is_blocked(self) -> bool:
        """Whether the campaign cannot be published so."""
        return any(one.is_blocking for one in self.missing)


def check_campaign(session: Session, campaign: Campaign, organization: str) -> CheckList:
    """Return what a campaign lacks; `organization`: its slug, as pages' addresses have it."""
    base = f"/organize/{organization}"
    made = [
        Missing(
            words,
            _page(f"{base}/{room}" if room == "settings" else f"{base}/campaigns/{campaign.slug}/{room}", box),
            is_blocking,
        )
        for words, place, is_blocking in (*_texts(campaign), *_around(session, campaign))
        for room, _hash, box in (place.partition("#"),)
    ]
    kinds: tuple[ActionKind, ...] = current_app.extensions[KINDS_KEY]
    panels = [kind.organize_missing(session, campaign) for kind in kinds if kind.organize_missing is not None]
    address = _page(f"{base}/campaigns/{campaign.slug}/text")
    items = [
        Markup(render_template(panel.template, **panel.context, address=address))  # noqa: S704 - our own
        for panel in panels
        if panel is not None
    ]
    return CheckList(sorted(made, key=lambda one: not one.is_blocking), items)


_Found = tuple[str, str, bool]
"""Words, the room that puts it right and after `#` the box there, whether it blocks."""


def _texts(campaign: Campaign) -> Iterator[_Found]:
    titles, demands = campaign.title, campaign.demand
    if lacking := _lacking(campaign, titles):
        yield gettext("The title is missing in %(languages)s.", languages=lacking), "text", True
    if lacking := _lacking(campaign, demands):
        yield gettext("The demand is missing in %(languages)s.", languages=lacking), "text", True
    if lacking := _lacking(campaign, campaign.story):
        yield gettext("The story is missing in %(languages)s.", languages=lacking), "text", False
    yield from _blanks(campaign)
    if not campaign.art:
        yield gettext("No art chosen for the page."), "look", False


def _blanks(campaign: Campaign) -> Iterator[_Found]:
    """Tell of blanks that a starter left, `[[the town]]`: each text's first, and how many more it has."""
    for name in ("title", "demand", "standfirst", "story"):
        for code, text in getattr(campaign, name).items():
            first, *more = _BLANK.findall(text) or [""]
            if not first:
                continue
            shown, language = shorten(first, _BLANK_SHOWN), say_languages([code])
            if more:
                words = ngettext(
                    "Fill in “[[%(blank)s]]” and %(num)s more blank (%(language)s).",
                    "Fill in “[[%(blank)s]]” and %(num)s more blanks (%(language)s).",
                    len(more),
                    blank=shown,
                    language=language,
                )
            else:
                words = gettext("Fill in “[[%(blank)s]]” (%(language)s).", blank=shown, language=language)
            yield words, f"text#field-{name}.{code}", True


def _around(session: Session, campaign: Campaign) -> Iterator[_Found]:
    if not list_stances(session, campaign.id):
        yield gettext("No company chosen yet."), "whom", False
    if not campaign.organization.postal_address:
        yield (
            gettext("Your organization’s postal address is missing. It goes at the bottom of every email."),
            "settings",
            False,
        )
    if not campaign.organization.contact_url:
        yield gettext("Your organization has no contact address for supporters’ questions."), "settings", False


def _lacking(campaign: Campaign, texts: Mapping[str, str]) -> str:
    codes = [code for code in campaign.languages if not texts.get(code)]
    return say_languages(codes) if codes else ""


def say_languages(codes: list[str]) -> str:
    """Return the names of languages, as a list, all in the language of the page."""
    locale = locale_of(current_language())
    return format_list([locale.languages.get(primary(code), code) for code in codes], locale=locale)


def _page(path: str, box: str = "") -> str:
    """Return a page's path, and the box's on it; empty where there is none: rooms come with what brings them."""
    adapter = current_app.url_map.bind(request.host)
    try:
        adapter.match(path, method="GET")
    except RequestRedirect:
        pass
    except HTTPException:
        return ""
    return f"{path}#{box}" if box else path
