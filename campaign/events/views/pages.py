"""What everybody may read of events: the list, an event's page, and both as calendars. The same for every reader."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from campaign.actions.intake import current_intake
from campaign.actions.kind import PreviewPage
from campaign.actions.sharing import VIA
from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import pick
from campaign.cards.showing import DIGEST_LENGTH
from campaign.cards.views import serve
from campaign.events.calendars.writing import (
    MIME,
    CalendarLink,
    Occasion,
    occasions_of,
    web_calendars,
    webcal,
    write_calendar,
)
from campaign.events.cards import find_picture
from campaign.events.forms import RsvpForm
from campaign.events.maps import map_url
from campaign.events.models import KINDS, Event
from campaign.events.pages.contents import EventPage
from campaign.events.pages.lists import EventCard, EventFilter
from campaign.events.queries.lists import list_events, list_public_events
from campaign.events.queries.page import get_event_page, get_event_pages
from campaign.events.queries.public import addressed_in, get_public_event, languages_of, list_all_events
from campaign.events.revisions.versions import list_notes
from campaign.events.views.described import describe
from campaign.events.views.heads import discover_event, discover_list
from campaign.events.views.places import NEAR, PAGE, PLACE, asked_places, chosen_places
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.heads import address_in
from campaign.kernel.keeping import cache_page
from campaign.kernel.languages import DEFAULT, INTERFACE
from campaign.kernel.localized import current_language, localized, negotiate
from campaign.kernel.pagekey import Parameter
from campaign.kernel.slugs import PATTERN as SLUG

PAGE_SECONDS = 10
CALENDAR_SECONDS = 300
_KEPT_IN_FEED = timedelta(days=60)
"""How long past events stay in the feed: a calendar shows last month, and a cancellation must reach it."""

_FILTERS = (Parameter("campaign", SLUG, is_kept=False), Parameter("kind", "|".join(KINDS)), Parameter("past", "yes"))

_OURS_FIRST = (DEFAULT, *(code for code in INTERFACE if code != DEFAULT))


@localized
@cache_page(PAGE_SECONDS, *_FILTERS)
@access(Access.PUBLIC)
def list_all() -> ResponseReturnValue:
    """Show what is on, soonest first, or what was; filters are in the address."""
    language = negotiate(_OURS_FIRST)
    at, cards, asked = now(), list_events(db.session(), language), _asked()
    return render_template(
        "events/list.html",
        cards=asked.choose(cards, at),
        asked=asked,
        campaigns=_campaigns(cards),
        kinds=[kind for kind in KINDS if any(card.kind == kind for card in cards)],
        discovery=discover_list(language),
    )


@localized
@cache_page(PAGE_SECONDS, VIA, NEAR, PAGE)
@access(Access.PUBLIC)
def event(slug: str) -> ResponseReturnValue:
    """Show an event: its route or places, its times, what is left of it, the form."""
    session = db.session()
    found = get_public_event(session, slug)
    language = negotiate(languages_of(found))
    page = get_event_page(session, found, language, now(), ask=asked_places())
    discovery = discover_event(session, found, page, language)
    return render_template(
        "events/event.html",
        page=page,
        discovery=discovery,
        form=_form() if page.is_open and found.campaign.is_open else None,
        campaign_status=found.campaign.status,
        calendars=_web_calendars(page, discovery.canonical),
        notes=list_notes(session, found, page) if page.card.status == "published" else (),
    )


@localized
@cache_page(CALENDAR_SECONDS, PLACE)
@access(Access.PUBLIC)
def calendar(slug: str) -> ResponseReturnValue:
    """Give an event as a calendar file, one entry for each leg or shift; of one place alone where it is named."""
    session = db.session()
    found = get_public_event(session, slug)
    language = negotiate(languages_of(found))
    page = get_event_page(session, found, language, now(), ask=chosen_places())
    return _calendar(page.card.title.value, _occasions(page, language), filename=f"{slug}.ics")


@localized
@cache_page(CALENDAR_SECONDS)
@access(Access.PUBLIC)
def feed() -> ResponseReturnValue:
    """Give every listed event to calendars that subscribe, the cancelled ones as such."""
    language = negotiate(_OURS_FIRST)
    session, at = db.session(), now()
    events = list_public_events(session, ending_after=at - _KEPT_IN_FEED)
    pages = get_event_pages(session, events, language, at)
    occasions = [occasion for page in pages for occasion in _occasions(page, language)]
    return _calendar(_("Marches and events"), occasions, is_feed=True)


@access(Access.PUBLIC)
def card(slug: str, digest: str, language: str) -> ResponseReturnValue:
    """Give the picture that link previews show, as it is stored; a high-safety campaign's event has none."""
    session = db.session()
    found = get_public_event(session, slug)
    if found.campaign.is_high_safety or len(digest) != DIGEST_LENGTH or language not in addressed_in(found):
        raise NotFoundError("no such card")
    picture = find_picture(session, found.id, language)
    if picture is None:
        raise NotFoundError("no such card")
    return serve(picture.png, picture.digest, asked=digest)


def previews(session: Session, campaign: Campaign) -> list[PreviewPage]:
    """Return the pages of a draft's events, drafts among them."""
    return [
        PreviewPage(
            f"events/{event.slug}",
            "events.event",
            event.slug,
            pick(event.title, current_language(), languages_of(event)).value,
            partial(_write_preview, session, event),
        )
        for event in list_all_events(session, campaign.id)
    ]


def _write_preview(session: Session, event: Event, language: str) -> str:
    if event.status == "draft":
        set_committed_value(event, "status", "published")  # to whoever draws it; no flush ever sees it
    page = get_event_page(session, event, language, now())
    return render_template(
        "events/event.html",
        page=page,
        discovery=discover_event(session, event, page, language),
        form=_form() if page.is_open and event.campaign.is_open else None,
        campaign_status=event.campaign.status,
        calendars=(),
        notes=(),
    )


def register(blueprint: Blueprint) -> None:
    """Give the doors of events the pages that everybody may read."""
    blueprint.add_app_template_filter(map_url, "mapurl")
    blueprint.add_app_template_filter(webcal, "webcal")
    blueprint.add_url_rule("/events", "list", list_all)
    blueprint.add_url_rule("/events.ics", "feed", feed)
    blueprint.add_url_rule("/events/<slug>", "event", event)
    blueprint.add_url_rule("/events/<slug>.ics", "calendar", calendar)
    blueprint.add_url_rule("/events/<slug>/card/<digest>-<language>.png", "card", card)


def _asked() -> EventFilter:
    """Read the filters; what is no word of ours asks for all."""
    kind = request.args.get("kind", "")
    return EventFilter(
        campaign=request.args.get("campaign", ""),
        kind=kind if kind in KINDS else "",
        is_past=request.args.get("past") == "yes",
    )


def _campaigns(cards: Sequence[EventCard]) -> list[EventCard]:
    """Return one card for each campaign that has events, by its title."""
    found = {card.campaign_slug: card for card in cards}
    return sorted(found.values(), key=lambda card: card.campaign_title.value)


def _form() -> RsvpForm:
    form = RsvpForm.empty()
    form.make_ready(current_intake().installation)
    return form


def _occasions(page: EventPage, language: str) -> list[Occasion]:
    first = page.card.first_language
    own = language if language == first or language in INTERFACE else first
    return occasions_of(page, address_in("events.event", own, first, slug=page.card.slug), describe)


def _web_calendars(page: EventPage, url: str) -> list[tuple[Occasion, Sequence[CalendarLink]]]:
    """Return links for each leg of a march; for a day of action, one pair for the whole: its shifts are many."""
    standing = [occasion for occasion in occasions_of(page, url) if not occasion.is_cancelled]
    if page.places and standing:
        whole = replace(standing[0], ends_at=page.card.ends_at, starts_at=page.card.starts_at)
        standing = [whole if page.listing.total == 1 else replace(whole, where="")]
    return [(occasion, web_calendars(occasion)) for occasion in standing if occasion.ends_at > page.as_of]


def _calendar(name: str, occasions: Sequence[Occasion], *, filename: str = "", is_feed: bool = False) -> Response:
    response = Response(write_calendar(name, occasions, is_feed=is_feed), content_type=MIME)
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
