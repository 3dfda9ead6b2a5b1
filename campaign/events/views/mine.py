"""One's own RSVP, behind a signed link: see it, change it, give it back, answer an offer; no account.

GET changes nothing, whatever machine looks. POST says what to do by `step`:
change ─► other legs or numbers    cancel ─► all given back    accept, decline ─► the offer on `leg`
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.intake import current_intake
from campaign.actions.posted import read_posted
from campaign.actions.queries import OwnAction, find_standing_action
from campaign.actions.service.taking_back import withdraw
from campaign.events.calendars.own_entries import list_occasions
from campaign.events.calendars.writing import MIME, write_calendar
from campaign.events.capacity.changes import Refused, accept, change, decline
from campaign.events.commands import ChangeRsvp, Wish
from campaign.events.doors import EventDoor, get_door
from campaign.events.fields import read_wishes
from campaign.events.forms import RsvpForm
from campaign.events.own_rsvps import OwnLeg, OwnRsvp, find_own_rsvp
from campaign.events.pages.contents import EventPage
from campaign.events.pages.placelists import EVERYTHING, PlaceAsk
from campaign.events.queries.page import get_event_page, list_places_of
from campaign.events.queries.public import get_public_event
from campaign.events.service import KIND
from campaign.events.tokens import rsvp_signer
from campaign.events.views.described import describe
from campaign.events.views.places import asked_places, chosen_places, places_of_form
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import GoneError, NotFoundError
from campaign.kernel.formdata import FormData
from campaign.kernel.guards import opened_by
from campaign.kernel.heads import address_in
from campaign.kernel.localized import current_language, use_language
from campaign.kernel.problems import Problem, Problems
from campaign.kernel.tokens import ExpiredTokenError, TokenError
from campaign.kernel.unit import unit_of_work

_DONE = ("changed", "cancelled", "accepted", "declined", "too-late")


@dataclass(frozen=True)
class _Room:
    """Whose RSVP a link opens, and what its event's door knows."""

    token: str
    action: OwnAction
    own: OwnRsvp
    door: EventDoor


@dataclass(frozen=True)
class _Told:
    """What the page says besides: what was done, what did not fit, what is wrong with what was typed."""

    done: str = ""
    refused: tuple[Refused, ...] = ()
    problems: Sequence[Problem] = ()
    typed: FormData | None = None


@access(Access.TOKEN, opened_by(rsvp_signer))
def mine(token: str) -> ResponseReturnValue:
    """Show one's own RSVP."""
    done = request.args.get("done", "")
    return _page(_open(token), _Told(done=done if done in _DONE else ""))


@access(Access.TOKEN, opened_by(rsvp_signer))
def act(token: str) -> ResponseReturnValue:
    """Change, give back, accept or decline."""
    room = _open(token)
    form = read_posted(request, current_intake().installation).form
    if room.own.state == "withdrawn" and form.values.get("step") == "cancel":
        return _back(room, "cancelled")  # a second press
    if not room.own.is_confirmed:
        return _page(room, _Told(typed=form), 409)
    steps = {"change": _change, "cancel": _cancel, "accept": _answer, "decline": _answer}
    step = steps.get(form.values.get("step", ""))
    if step is None:
        raise NotFoundError("no such step")
    return step(room, form)


@access(Access.TOKEN, opened_by(rsvp_signer))
def calendar(token: str) -> ResponseReturnValue:
    """Give one's own RSVP as a calendar, an entry for each leg; what was given back is said to be cancelled.

    Calendars are shared, synchronized and printed. So its entries lead to the page that everybody may read, never to
    the one that this link opens for two years.
    """
    own = _open(token).own
    page = address_in("events.event", current_language(), own.first_language, slug=own.event_slug)
    occasions = list_occasions(own, current_intake().installation.url(""), page, describe)
    return Response(
        write_calendar(own.title.value, occasions),
        headers={"Content-Type": MIME, "Content-Disposition": f'attachment; filename="{own.event_slug}.ics"'},
    )


def _open(token: str) -> _Room:
    """Return what a link opens.

    Raises:
        NotFoundError: not ours. GoneError: too old, or nothing is left of it.
    """
    try:
        claim = rsvp_signer(current_intake().installation).read(token)
    except ExpiredTokenError as error:
        raise GoneError("this link is over") from error
    except TokenError as error:
        raise NotFoundError("no such link") from error
    session = db.session()
    action = find_standing_action(session, UUID(str(claim)))
    if action is None or action.kind != KIND:
        raise GoneError("nothing is left here")
    use_language(action.language)
    at = now()
    own = find_own_rsvp(session, action.id, current_language(), at)
    if own is None or own.state == "discarded":
        raise GoneError("nothing is left here")
    return _Room(token, action, own, get_door(session, own.event_slug))


def _change(room: _Room, form: FormData) -> ResponseReturnValue:
    if not room.door.is_open:
        return _page(room, _Told(typed=form), 409)
    problems = Problems()
    wishes = read_wishes(
        form.values,
        form.lists,
        room.door.legs,
        problems,
        asks_children=not room.own.is_high_safety,
        has={leg.id: leg.place.amount for leg in room.own.legs if leg.place is not None},
    )
    if problems:
        return _page(room, _Told(problems=problems, typed=form), 422)
    open_ids = {leg.id for leg in room.door.legs.values() if leg.is_open}
    kept = tuple(_as_it_is(leg) for leg in room.own.legs if leg.id not in open_ids and leg.place is not None)
    command = ChangeRsvp(room.own.action_id, (*wishes, *kept))
    refused = unit_of_work().run(lambda session: change(session, command), wakes=["critical"])
    if refused:
        return _page(_open(room.token), _Told(refused=tuple(refused)))
    return _back(room, "changed")


def _as_it_is(leg: OwnLeg) -> Wish:
    """Return what one has of a leg that takes no changes any more: asking for other days gives none of it back."""
    places = leg.place.amount if leg.place and leg.place.state != "gone" else 0
    extras = {one.resource.word: one.claim.amount for one in leg.extras if one.claim.state != "gone"}
    return Wish(leg.id, places, extras, leg.children)


def _cancel(room: _Room, _form: FormData) -> ResponseReturnValue:
    kinds = current_intake().kinds
    unit_of_work().run(
        lambda session: withdraw(session, [room.own.action_id], kinds), wakes=["critical"], is_idempotent=True
    )
    return _back(room, "cancelled")


def _answer(room: _Room, form: FormData) -> ResponseReturnValue:
    leg = next((leg for leg in room.own.legs if str(leg.public_id) == form.values.get("leg", "")), None)
    if leg is None:
        raise NotFoundError("no such leg")
    leg_id = leg.id
    is_yes = form.values.get("step") == "accept"
    answer = accept if is_yes else decline
    is_done = unit_of_work().run(lambda session: answer(session, room.own.action_id, leg_id), wakes=["critical"])
    if not is_done and is_yes and leg.state != "going":
        return _page(_open(room.token), _Told(done="too-late"), 409)
    return _back(room, "accepted" if is_yes else "declined")


def _back(room: _Room, done: str) -> ResponseReturnValue:
    return redirect(url_for("events.mine", token=room.token, done=done), 303)


def _page(room: _Room, told: _Told, status: int = 200) -> ResponseReturnValue:
    own = room.own
    typed = told.typed or _as_form(own)
    form = RsvpForm.refilled(typed, told.problems)
    refused = {item.leg_id: item for item in told.refused}
    page = _shown_event(own, typed)
    html = render_template(
        "events/mine.html",
        own=own,
        done=told.done,
        form=form,
        refused=[(leg, refused[leg.id]) for leg in own.legs if leg.id in refused],
        page=page,
        others=_event(own, asked_places()) if page.listing.is_long else None,
        token=room.token,
        is_open=own.is_confirmed and room.door.is_open,
    )
    return html, status


def _as_form(own: OwnRsvp) -> FormData:
    """Return an RSVP as its holder would type it."""
    standing = [leg for leg in own.legs if leg.stands and leg.place is not None]
    pairs = [("legs", str(leg.public_id)) for leg in standing]
    pairs += [(f"guests-{leg.public_id}", str(leg.place.amount - 1)) for leg in standing if leg.place is not None]
    pairs += [(f"children-{leg.public_id}", str(leg.children)) for leg in standing if leg.children]
    has = {extra.resource.box for leg in standing for extra in leg.extras if extra.claim.state != "gone"}
    pairs += [(name, "yes") for name in sorted(has)]
    return FormData(pairs, is_damaged=False)


def own_rsvp_url(public_id: UUID) -> str:
    """Return the path of the page where an RSVP is changed, for its holder's eyes; with `.ics`, of its calendar."""
    return url_for("events.mine", token=rsvp_signer(current_intake().installation).sign(str(public_id)))


def _event(own: OwnRsvp, ask: PlaceAsk) -> EventPage:
    session = db.session()
    return get_event_page(session, get_public_event(session, own.event_slug), current_language(), now(), ask=ask)


def _shown_event(own: OwnRsvp, form: FormData) -> EventPage:
    """Return the event; where it has many places, with one's own, those of the form, and the one that was chosen."""
    page = _event(own, EVERYTHING)
    if not page.listing.is_long:
        return page
    session = db.session()
    places = list_places_of(session, own.event_id, [leg.public_id for leg in own.legs if leg.stands])
    of_form = places_of_form(session, own.event_id, form)
    return _event(own, PlaceAsk(only=(*chosen_places().only, *of_form.only, *places)))


def register(blueprint: Blueprint) -> None:
    """Add this room's routes, and the way to them from one's own page."""
    blueprint.add_app_template_global(own_rsvp_url)
    blueprint.add_url_rule("/rsvp/<token>", view_func=mine, endpoint="mine")
    blueprint.add_url_rule("/rsvp/<token>", view_func=act, methods=["POST"], endpoint="act")
    blueprint.add_url_rule("/rsvp/<token>.ics", view_func=calendar, endpoint="mine_calendar")
