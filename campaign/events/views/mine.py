"""One's own RSVP, behind a signed link: see it, change it, give it back, answer an offer; no account.

GET changes nothing, whatever machine looks. POST says what to do by `step`:
change ─► other legs, numbers, answers   drop ─► the place on `leg` given up   cancel ─► all of it
accept, decline ─► the offer on `leg`, or the turn on its wait list            undo ─► the last change, or cancel
What gives something up asks first: without `sure` the answer is a page that says what would go. `?ask=` leads there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.actions.fields import is_ticked
from campaign.actions.intake import current_intake
from campaign.actions.posted import read_posted
from campaign.actions.queries import OwnAction, find_standing_action
from campaign.actions.service.restoring import restore
from campaign.actions.service.taking_back import withdraw
from campaign.events.calendars.own_entries import list_occasions
from campaign.events.calendars.writing import MIME, write_calendar
from campaign.events.capacity.changes import Refused, accept, change, decline
from campaign.events.capacity.undoing import list_noted, undo_change
from campaign.events.commands import ChangeRsvp, Wish
from campaign.events.doors import EventDoor, get_door
from campaign.events.fields import OVERLAP, do_overlap, read_answers, read_wishes
from campaign.events.forms import RsvpForm
from campaign.events.own_rsvps import OwnLeg, OwnRsvp, find_own_rsvp
from campaign.events.pages.contents import EventPage
from campaign.events.pages.placelists import EVERYTHING, PlaceAsk
from campaign.events.queries.page import get_event_page, list_places_of
from campaign.events.queries.public import get_public_event
from campaign.events.questions import Answer, list_asked
from campaign.events.resources import Resource
from campaign.events.service import KIND
from campaign.events.tokens import rsvp_signer, typed_sealer
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
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError, TokenError
from campaign.kernel.unit import unit_of_work

_DONE = ("changed", "cancelled", "accepted", "declined", "too-late", "undone", "undone-partly", "not-undone")
_ASKING = ("cancel", "drop", "decline")
_MOST_SEALED = 3_000  # characters: a longer address stops at some proxy


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


@dataclass(frozen=True)
class Loss:
    """What a change would give up of a leg: `amount` people would be left of the party; 0: the place itself.

    `extras`: what else of it would go, where the place stays.
    """

    leg: OwnLeg
    amount: int
    extras: tuple[Resource, ...]


@access(Access.TOKEN, opened_by(rsvp_signer))
def mine(token: str) -> ResponseReturnValue:
    """Show one's own RSVP; or ask, before something of it is given up."""
    room, done = _open(token), request.args.get("done", "")
    step, leg = request.args.get("ask", ""), _leg(room, request.args.get("leg", ""))
    if step in _ASKING and _can_ask(room, step, leg):
        return _ask(room, step, leg)
    if step in ("change", "edit") and (typed := _open_typed(room, request.args.get("typed", ""))):
        return _page(room, _Told(typed=typed)) if step == "edit" else _ask_change(room, typed)
    return _page(room, _Told(done=done if done in _DONE else ""))


@access(Access.TOKEN, opened_by(rsvp_signer))
def act(token: str) -> ResponseReturnValue:
    """Change, give back, accept or decline."""
    room = _open(token)
    form = read_posted(request, current_intake().installation).form
    if form.values.get("step") == "undo":
        return _undo(room)
    if room.own.state == "withdrawn" and form.values.get("step") == "cancel":
        return _back(room, "cancelled")  # a second press
    if not room.own.is_confirmed:
        return _page(room, _Told(typed=form), 409)
    if form.values.get("step") in _ASKING and not is_ticked(form.values.get("sure", "")):
        leg = _leg(room, form.values.get("leg", ""))
        if _can_ask(room, form.values["step"], leg):
            return _ask(room, form.values["step"], leg)
    steps = {
        "change": _change,
        "edit": _edit,
        "drop": _drop,
        "cancel": _cancel,
        "accept": _answer,
        "decline": _answer,
    }
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
    wishes = _read_wishes(room, form, problems)
    asked = read_answers(form.values, form.lists, room.door, problems, is_high_safety=room.own.is_high_safety)
    if problems:
        return _page(room, _Told(problems=problems, typed=form), 422)
    open_ids = _open_ids(room)
    if _losses(room.own, wishes, open_ids) and not is_ticked(form.values.get("sure", "")):
        sealed = _seal_typed(room, form)
        if len(sealed) > _MOST_SEALED:
            return _ask_change(room, form)
        return redirect(url_for("events.mine", token=room.token, ask="change", typed=sealed), 303)
    kept = tuple(_as_it_is(leg) for leg in room.own.legs if leg.id not in open_ids and leg.place is not None)
    command = ChangeRsvp(room.own.action_id, (*wishes, *kept), _with_unasked(room, asked))
    refused = unit_of_work().run(lambda session: change(session, command), wakes=["critical"])
    if refused:
        return _page(_open(room.token), _Told(refused=tuple(refused)))
    return _back(room, "changed")


def _read_wishes(room: _Room, form: FormData, problems: Problems) -> tuple[Wish, ...]:
    return read_wishes(
        form.values,
        form.lists,
        room.door.legs,
        problems,
        asks_children=not room.own.is_high_safety,
        has={leg.id: leg.place.amount for leg in room.own.legs if leg.place is not None},
    )


def _open_ids(room: _Room) -> set[int]:
    return {leg.id for leg in room.door.legs.values() if leg.is_open}


def _ask_change(room: _Room, form: FormData) -> ResponseReturnValue:
    """Ask whether somebody means a change that gives something up; where it no longer does, show the form again."""
    problems = Problems()
    losses = _losses(room.own, _read_wishes(room, form, problems), _open_ids(room))
    if problems or not losses or not room.own.is_confirmed:
        return _page(room, _Told(typed=form))
    sealed = _seal_typed(room, form)
    edit = url_for("events.mine", token=room.token, ask="edit", typed=sealed) if len(sealed) <= _MOST_SEALED else ""
    return _private("events/ask_change.html", room, losses=losses, pairs=_typed_again(form), edit_url=edit)


def _seal_typed(room: _Room, form: FormData) -> str:
    return typed_sealer(current_intake().installation).seal([str(room.own.public_id), _typed_again(form)])


def _open_typed(room: _Room, sealed: str) -> FormData | None:
    """Return what was typed for this RSVP, as it was sealed; None for anything else."""
    try:
        value = typed_sealer(current_intake().installation).open(sealed)
    except ForgedTokenError:
        return None
    if not isinstance(value, list) or value[0] != str(room.own.public_id):
        return None
    return FormData([(str(name), str(text)) for name, text in value[1]], is_damaged=False)


def _with_unasked(room: _Room, asked: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """Return the answers given now, with those to questions that the event no longer asks: nobody took these back."""
    now_asked = {one.name for one in list_asked(room.door.asks, is_high_safety=room.own.is_high_safety)}
    unasked = {name: answer for name, answer in room.own.answers.items() if name not in now_asked}
    return {**unasked, **asked}


def _as_it_is(leg: OwnLeg) -> Wish:
    """Return what one has of a leg that takes no changes any more: asking for other days gives none of it back."""
    places = leg.place.amount if leg.place and leg.place.state != "gone" else 0
    extras = {one.resource.word: one.claim.amount for one in leg.extras if one.claim.state != "gone"}
    return Wish(leg.id, places, extras, leg.children)


def _edit(room: _Room, form: FormData) -> ResponseReturnValue:
    """Go back from the page that asks, to the form with what was typed."""
    return _page(room, _Told(typed=form))


def _losses(own: OwnRsvp, wishes: Sequence[Wish], open_ids: set[int]) -> list[Loss]:
    """Return what of an RSVP would go with a change to `wishes`; what takes no changes any more stays as it is."""
    wanted = {wish.leg_id: wish for wish in wishes}
    losses = []
    for leg in own.legs:
        if leg.id not in open_ids or not leg.stands or leg.place is None:
            continue
        wish = wanted.get(leg.id)
        if wish is None:
            losses.append(Loss(leg, 0, ()))
            continue
        asked = wish.amounts()
        gone = [one.resource for one in leg.extras if one.claim.state != "gone" and not asked.get(one.resource.word)]
        if wish.places < leg.place.amount or gone:
            losses.append(Loss(leg, wish.places, tuple(gone)))
    return losses


def _typed_again(form: FormData) -> list[tuple[str, str]]:
    """Return what the page that asks carries along, so that its answer is about the same."""
    return [(name, value) for name, value in form.pairs if name not in ("step", "sure") and value]


def _leg(room: _Room, public_id: str) -> OwnLeg | None:
    return next((leg for leg in room.own.legs if str(leg.public_id) == public_id), None)


def _can_ask(room: _Room, step: str, leg: OwnLeg | None) -> bool:
    """Whether there is anything to give up by `step`, so that it makes sense to ask."""
    if not room.own.is_confirmed:
        return False
    if step == "cancel":
        return True
    if leg is None or leg.is_past:
        return False
    return leg.has_offer or leg.state == "queued" if step == "decline" else leg.state == "going"


def _ask(room: _Room, step: str, leg: OwnLeg | None) -> ResponseReturnValue:
    """Ask whether somebody means it. Who gives up the only place they have, cancels."""
    if step == "drop" and not any(one.stands and one is not leg for one in room.own.legs):
        step, leg = "cancel", None
    return _private("events/ask.html", room, step=step, leg=leg)


def _drop(room: _Room, form: FormData) -> ResponseReturnValue:
    leg = _leg(room, form.values.get("leg", ""))
    if leg is None:
        raise NotFoundError("no such leg")
    if leg.state != "going" or leg.is_past:
        return _back(room, "changed")  # a second press
    kept = [one for one in room.own.legs if one is not leg and one.place is not None and one.place.state != "gone"]
    if not kept:
        return _cancel(room, form)
    command = ChangeRsvp(room.own.action_id, tuple(_as_it_is(one) for one in kept))
    unit_of_work().run(lambda session: change(session, command), wakes=["critical"])
    return _back(room, "changed")


def _undo(room: _Room) -> ResponseReturnValue:
    """Undo the last change, or the canceling; say so where not all of it is to be had again."""
    own = room.own
    if own.undo_until is None or own.state not in ("confirmed", "withdrawn"):
        return _back(room, "undone" if own.is_confirmed else "not-undone")  # a second press, or too late
    kinds, had = current_intake().kinds, list_noted(db.session(), own.action_id)

    def work(session: Session) -> None:
        if own.is_confirmed:
            undo_change(session, own.action_id)
        elif not restore(session, own.action_id, kinds):
            raise GoneError("it is too late to undo this")

    try:
        unit_of_work().run(work, wakes=["critical"])
    except GoneError:
        return _back(room, "not-undone")
    has = {
        (leg.id, word): claim.amount
        for leg in _open(room.token).own.legs
        for word, claim in leg.by_resource.items()
        if claim.state == "going"
    }
    is_whole = all(has.get(key, 0) >= amount for key, amount in had.items())
    return _back(room, "undone" if is_whole else "undone-partly")


def _cancel(room: _Room, _form: FormData) -> ResponseReturnValue:
    kinds = current_intake().kinds
    unit_of_work().run(
        lambda session: withdraw(session, [room.own.action_id], kinds), wakes=["critical"], is_idempotent=True
    )
    return _back(room, "cancelled")


def _answer(room: _Room, form: FormData) -> ResponseReturnValue:
    leg = _leg(room, form.values.get("leg", ""))
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


def _private(template: str, room: _Room, **context: object) -> ResponseReturnValue:
    page = _event(room.own, EVERYTHING)
    return render_template(template, own=room.own, token=room.token, page=page, **context), 200


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
        door_is_open=room.door.is_open,
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
    for name, answer in own.answers.items():
        pairs += [(name, one) for one in ((answer,) if isinstance(answer, str) else answer)]
    if do_overlap(standing):
        pairs.append((OVERLAP, "yes"))
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
