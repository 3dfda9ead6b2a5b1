"""What who runs an event does to it: publish it, cancel it or a day of it, close and open a leg, give it more room.

What touches somebody asks first, with its numbers: what is shown is the change itself, made and taken back.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import here, member
from campaign.events.organize.change_words import name_leg, tell_effects
from campaign.events.organize.changing import last_number, touches
from campaign.events.organize.editing import ask, save
from campaign.events.organize.overview import Shown, show
from campaign.events.organize.problem_words import say, say_all
from campaign.events.queries.stored import StoredEvent
from campaign.events.revisions.running import LegNumbers, cancel_event, get_event, set_leg
from campaign.events.rosters.parties import RosterLeg
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import ConflictError, NotFoundError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.revisions.previewing import attempt

_MOST_DIGITS = 6
_STATUSES = {"publish": "published", "withdraw": "draft", "resume": "published"}
_DONE = {"publish": "published", "withdraw": "draft", "resume": "resumed"}


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/<slug>/publish", "publish", publish, methods=["GET", "POST"])
    blueprint.add_url_rule("/events/<slug>/cancel", "cancel", cancel, methods=["GET", "POST"])
    blueprint.add_url_rule("/events/<slug>/days/<int:number>/cancel", "cancel_day", cancel_day, methods=["GET", "POST"])
    blueprint.add_url_rule("/events/<slug>/legs/<int:number>", "leg", leg)
    blueprint.add_url_rule("/events/<slug>/legs/<int:number>", "change_leg", change_leg, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def publish(organization: str, slug: str) -> ResponseReturnValue:
    """Let an event be seen, after a look at what is missing; or make it a draft again; or let it be, after all."""
    shown = show(db.session(), here().actor, slug)
    if request.method != "POST":
        return _publish(shown, "")
    form = read_form(request)
    word = form.values.get("to", "")
    if word not in _STATUSES:
        return _publish(shown, "")

    def alter(stored: StoredEvent) -> tuple[Problem, ...]:
        stored.values["status"] = _STATUSES[word]
        return ()

    outcome = save(slug, form.values, alter, lambda one: "status" in one.values and not one.number)
    if outcome.is_saved:
        address = url_for("organize_events.event", organization=organization, slug=slug, done=_DONE[word])
        return redirect(address, 303)
    if outcome.asks:
        return ask(slug, form, outcome)
    shown = show(db.session(), here().actor, slug)
    return _publish(shown, say(outcome.problems[0]) if outcome.problems else ""), 422


def _publish(shown: Shown, error: str) -> str:
    event = shown.event
    languages = list(event.title)
    lacking = [tag for tag in languages if tag not in event.summary]
    return render_template(
        "events/organize/publish.html",
        shown=shown,
        seen=last_number(db.session(), event),
        lacking=lacking,
        unbounded=[one for one in shown.roster.legs if one.capacities["place"] is None],
        error=error,
    )


@access(Access.MEMBER, member(Power.PUBLISH))
def cancel(organization: str, slug: str) -> ResponseReturnValue:
    """Cancel an event, once it was said how many people that tells."""
    actor, at = here().actor, now()

    def work(session: Session, *, is_preview: bool) -> int:
        event = get_event(session, actor, slug)
        return attempt(session, lambda: cancel_event(session, actor, event, at), is_preview=is_preview)

    if request.method == "POST":
        unit_of_work().run(lambda session: work(session, is_preview=False), wakes=["critical"])
        address = url_for("organize_events.event", organization=organization, slug=slug, done="canceled")
        return redirect(address, 303)
    told = unit_of_work().run(lambda session: work(session, is_preview=True), is_idempotent=True)
    return render_template("events/organize/cancel.html", shown=show(db.session(), actor, slug), told=told)


@access(Access.MEMBER, member(Power.PUBLISH))
def cancel_day(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Cancel a day of a march, once it was said whom that touches."""
    shown = show(db.session(), here().actor, slug)
    found = _leg(shown, number)
    if request.method != "POST":
        return _cancel_day(shown, found, "")
    form = read_form(request)

    def alter(stored: StoredEvent) -> tuple[Problem, ...]:
        stored.values["legs"] = [one for one in stored.values.get("legs") or () if one["day"] != number]
        return ()

    outcome = save(slug, form.values, alter, lambda one: one.number == number)
    if outcome.is_saved:
        address = url_for("organize_events.event", organization=organization, slug=slug, done="day_canceled")
        return redirect(address, 303)
    if outcome.asks:
        return ask(slug, form, outcome)
    shown = show(db.session(), here().actor, slug)
    return _cancel_day(shown, _leg(shown, number), say(outcome.problems[0]) if outcome.problems else ""), 422


def _cancel_day(shown: Shown, found: RosterLeg, error: str) -> str:
    seen = last_number(db.session(), shown.event)
    return render_template("events/organize/cancel_day.html", shown=shown, leg=found, seen=seen, error=error)


@access(Access.MEMBER, member())
def leg(organization: str, slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show how a leg stands."""
    return _show_leg(slug, number, {}, None)


@access(Access.MEMBER, member(Power.PUBLISH))
def change_leg(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Close or open a leg, or give it another number of places."""
    form = read_form(request)
    step, typed = form.values.get("do", ""), form.values.get("capacity", "").strip()
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    if step not in {"room", "close", "open"} or (step == "room" and not is_number):
        return _show_leg(slug, number, say_all([Problem(("capacity",), "whole")]), form), 422
    try:
        numbers, is_done = _set(slug, number, int(typed) if step == "room" else None, form, step)
    except ConflictError:
        return _show_leg(slug, number, {}, form), 409
    if is_done:
        address = url_for("organize_events.leg", organization=organization, slug=slug, number=number, done=step)
        return redirect(address, 303)
    return render_template(
        "events/organize/ask_leg.html",
        shown=show(db.session(), here().actor, slug),
        leg_name=name_leg(number, ""),
        number=number,
        effects=tell_effects(numbers.effects),
        step=step,
        capacity=typed,
    )


def _set(slug: str, number: int, capacity: int | None, form: FormData, step: str) -> tuple[LegNumbers, bool]:
    """Change a leg, unless that touches somebody and was not shown yet; return how it stands, and whether it is so."""
    actor, at = here().actor, now()
    is_open = None if step == "room" else step == "open"

    def change(session: Session) -> LegNumbers:
        event = get_event(session, actor, slug)
        return set_leg(session, actor, event, number, at, capacity=capacity, is_open=is_open)

    def work(session: Session) -> tuple[LegNumbers, bool]:
        found = attempt(session, lambda: change(session), is_preview=True)
        if touches(found.effects) and form.values.get("step") != "confirmed":
            return found, False
        return change(session), True

    return unit_of_work().run(work, wakes=["critical"])


def _show_leg(slug: str, number: int, errors: dict[str, str], form: FormData | None) -> str:
    shown = show(db.session(), here().actor, slug)
    return render_template(
        "events/organize/leg.html",
        shown=shown,
        leg=_leg(shown, number),
        errors=errors,
        typed=form.values if form else {},
        done=request.args.get("done", ""),
    )


def _leg(shown: Shown, number: int) -> RosterLeg:
    for found in shown.roster.legs:
        if found.position == number:
            return found
    raise NotFoundError("the event has no such leg")
