"""Forms that change an event: its own words, a day of a march, a place with its shifts.

form ─► wrong: the form again, with words beside the boxes
     ├► others changed the same meanwhile: the form again, with what they changed
     ├► touches somebody: shown with its numbers ─► done
     └► done
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import CSRF, Here, here, member
from campaign.events.models import KINDS, Event
from campaign.events.organize.boxes import (
    Typed,
    put_event,
    put_leg,
    put_place,
    show_event,
    show_leg,
    show_place,
)
from campaign.events.organize.change_words import tell_changes, tell_effects
from campaign.events.organize.changing import Alter, Concerns, Outcome, Step, change, last_number
from campaign.events.organize.problem_words import say_all
from campaign.events.queries.stored import StoredEvent, Values, read_stored
from campaign.events.questions import ASKABLE
from campaign.events.resources import EXTRAS
from campaign.events.revisions.running import get_event
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.localized import current_language
from campaign.kernel.problems import Path, Problem
from campaign.kernel.unit import unit_of_work


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    for path, name, view in (
        ("/events/<slug>/edit", "edit", edit),
        ("/events/<slug>/days/new", "add_day", add_day),
        ("/events/<slug>/days/<int:number>/edit", "edit_day", edit_day),
        ("/events/<slug>/places/new", "add_place", add_place),
        ("/events/<slug>/places/<int:number>/edit", "edit_place", edit_place),
    ):
        blueprint.add_url_rule(path, name, view, methods=["GET", "POST"])


@dataclass(frozen=True)
class Filled:
    """What a form is shown with: its boxes, what is wrong with them, and what others changed meanwhile.

    `asks`: which questions are ticked; None: those that are stored. `number`: of the revision it was filled from.
    """

    typed: Mapping[str, str]
    number: int
    errors: Mapping[str, str] = field(default_factory=dict)
    asks: Sequence[str] | None = None
    overtaken: Sequence[object] = ()


@dataclass(frozen=True)
class Sheet:
    """A form about a part of an event.

    Args:
        template: of the form.
        show: what its boxes hold, of what is stored.
        put: puts what was typed over it; returns what cannot be put.
        concerns: what of an event it is about.
        below: where in the checked values its own stand; asked once they are put.
        more: what else the template needs.
    """

    template: str
    show: Callable[[StoredEvent], dict[str, str]]
    put: Callable[[StoredEvent, FormData], Sequence[Problem]]
    concerns: Concerns
    below: Callable[[StoredEvent], Path]
    more: Mapping[str, object] = field(default_factory=dict)


@access(Access.MEMBER, member(Power.PUBLISH))
def edit(organization: str, slug: str) -> ResponseReturnValue:
    """Change what is true of the whole event."""

    def put(stored: StoredEvent, form: FormData) -> Sequence[Problem]:
        put_event(stored.values, form.values, form.lists, stored.languages)
        return ()

    sheet = Sheet(
        "events/organize/edit.html",
        lambda stored: show_event(stored.values, stored.languages),
        put,
        lambda one: one.is_of_event,
        lambda _: (),
        {"kinds": KINDS, "askable": ASKABLE},
    )
    return _serve(organization, slug, sheet)


@access(Access.MEMBER, member(Power.PUBLISH))
def edit_day(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Change a day of a march."""

    def put(stored: StoredEvent, form: FormData) -> Sequence[Problem]:
        put_leg(_day(stored, number), form.values, stored.languages)
        return ()

    sheet = Sheet(
        "events/organize/day.html",
        lambda stored: show_leg(_day(stored, number), stored.languages),
        put,
        lambda one: one.number == number,
        lambda stored: ("legs", stored.legs.index(_day(stored, number))),
        {"extras": EXTRAS, "number": number},
    )
    return _serve(organization, slug, sheet)


@access(Access.MEMBER, member(Power.PUBLISH))
def add_day(organization: str, slug: str) -> ResponseReturnValue:
    """Add a day to a march: the next one, like the last one but for where it leads."""

    def following(stored: StoredEvent) -> int:
        if "places" in stored.values:
            raise NotFoundError("this event has places, and no days")
        return max((leg["day"] for leg in stored.legs), default=0) + 1

    def show(stored: StoredEvent) -> dict[str, str]:
        number = following(stored)
        last: Values = stored.legs[-1] if stored.legs else {}
        alike = {name: last.get(name) for name in ("starts", "ends", "capacity", "step_free")}
        start = {"from": last.get("to"), "from_name": last.get("to_name")}
        return {**show_leg({**alike, **start}, stored.languages), "day": str(number)}

    def put(stored: StoredEvent, form: FormData) -> Sequence[Problem]:
        following(stored)
        leg: Values = {"day": form.values.get("day", "").strip()}
        put_leg(leg, form.values, stored.languages)
        stored.legs.append(leg)
        return ()

    sheet = Sheet(
        "events/organize/day.html",
        show,
        put,
        lambda one: one.is_new,
        lambda stored: ("legs", len(stored.legs) - 1),
        {"extras": EXTRAS, "number": None},
    )
    return _serve(organization, slug, sheet)


@access(Access.MEMBER, member(Power.PUBLISH))
def edit_place(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Change a place and its shifts; `number` is its position, counted from 1."""

    def put(stored: StoredEvent, form: FormData) -> Sequence[Problem]:
        index = _place(stored, number)
        place = stored.places[index]
        before = (place["capacity"], list(place["shifts"]))
        put_place(place, form.values, stored.languages)
        if (place["capacity"] or "", place["shifts"]) != (str(before[0] if before[0] is not None else ""), before[1]):
            stored.resized.add(index)
        return _is_named_alone(stored, index)

    sheet = Sheet(
        "events/organize/place.html",
        lambda stored: show_place(stored.places[_place(stored, number)], stored.languages),
        put,
        lambda one: not one.is_of_event,
        lambda stored: ("places", _place(stored, number)),
        {"number": number},
    )
    return _serve(organization, slug, sheet)


@access(Access.MEMBER, member(Power.PUBLISH))
def add_place(organization: str, slug: str) -> ResponseReturnValue:
    """Add a place to a day of action."""

    def show(stored: StoredEvent) -> dict[str, str]:
        if "legs" in stored.values:
            raise NotFoundError("this event has days, and no places")
        last: Values = stored.places[-1] if stored.places else {}
        return show_place({"shifts": last.get("shifts"), "capacity": last.get("capacity")}, stored.languages)

    def put(stored: StoredEvent, form: FormData) -> Sequence[Problem]:
        show(stored)
        place: Values = {}
        put_place(place, form.values, stored.languages)
        stored.add_place(place)
        return _is_named_alone(stored, len(stored.places) - 1)

    sheet = Sheet(
        "events/organize/place.html",
        show,
        put,
        lambda one: one.is_new,
        lambda stored: ("places", len(stored.places) - 1),
        {"number": None},
    )
    return _serve(organization, slug, sheet)


def _day(stored: StoredEvent, number: int) -> Values:
    for leg in stored.values.get("legs") or ():
        if leg["day"] == number:
            found: Values = leg
            return found
    raise NotFoundError("the event has no such day")


def _place(stored: StoredEvent, number: int) -> int:
    if number - 1 not in stored.positions:
        raise NotFoundError("the event has no such place")
    return stored.positions.index(number - 1)


def _is_named_alone(stored: StoredEvent, index: int) -> list[Problem]:
    others = {place["title"] for at, place in enumerate(stored.places) if at != index}
    title = stored.places[index]["title"]
    return [Problem(("places", index, "title"), "place_twice")] if title and title in others else []


def _serve(organization: str, slug: str, sheet: Sheet) -> ResponseReturnValue:
    if request.method != "POST":
        event, stored, number = _read(db.session(), here(), slug)
        return _page(sheet, event, stored, Filled(sheet.show(stored), number))
    form = read_form(request)
    where: list[Path] = []

    def alter(stored: StoredEvent) -> Sequence[Problem]:
        problems = list(sheet.put(stored, form))
        where[:] = [sheet.below(stored)]
        return [*problems, *([Problem((), "damaged")] if form.is_damaged else [])]

    if form.values.get("step") == "back":
        return _again(slug, sheet, form, Outcome(number=_number(form.values)), ())
    outcome = save(slug, form.values, alter, sheet.concerns)
    if outcome.is_saved:
        return redirect(url_for("organize_events.event", organization=organization, slug=slug, done="saved"), 303)
    if outcome.asks:
        return ask(slug, form, outcome)
    return _again(slug, sheet, form, outcome, where[0] if where else ())


def save(slug: str, typed: Typed, alter: Alter, concerns: Concerns, *, step: Step | None = None) -> Outcome:
    """Put what was typed over an event; return what became of it. `step`: instead of the one that the form is at."""
    actor, at = here().actor, now()
    stands_at: Step = step if step is not None else "confirmed" if typed.get("step") == "confirmed" else ""
    seen = _number(typed)
    return unit_of_work().run(
        lambda session: change(session, actor, slug, at, alter, seen=seen, concerns=concerns, step=stands_at),
        wakes=["critical"],
    )


def ask(slug: str, form: FormData, outcome: Outcome) -> ResponseReturnValue:
    """Show what a change does and to whom before it is done; all that was typed goes along."""
    event = get_event(db.session(), here().actor, slug)
    kept = [(name, value) for name, value in form.pairs if name not in {CSRF, "step"}]
    return render_template(
        "events/organize/ask_change.html",
        event=event,
        changes=tell_changes(outcome.differences, outcome.timezone, current_language()),
        effects=tell_effects(outcome.effects),
        told=outcome.effects.told,
        kept=kept,
        address=request.path,
    )


def _number(typed: Typed) -> int:
    given = typed.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _read(session: Session, who: Here, slug: str) -> tuple[Event, StoredEvent, int]:
    event = get_event(session, who.actor, slug)
    number = last_number(session, event)  # before what it is about, so that no change in between goes unseen
    return event, read_stored(session, who.actor, event), number


def _again(slug: str, sheet: Sheet, form: FormData, outcome: Outcome, below: Path) -> ResponseReturnValue:
    event, stored, _ = _read(db.session(), here(), slug)
    errors = say_all(outcome.problems, below, form.values)
    overtaken = tell_changes(outcome.overtaken, outcome.timezone, current_language())
    status = 409 if overtaken else 422 if errors else 200
    filled = Filled(form.values, outcome.number, errors, form.lists.get("asks", ()), overtaken)
    return _page(sheet, event, stored, filled), status


def _page(sheet: Sheet, event: Event, stored: StoredEvent, filled: Filled) -> str:
    return render_template(
        sheet.template,
        event=event,
        languages=stored.languages,
        typed=filled.typed,
        asks=stored.values["asks"] if filled.asks is None else filled.asks,
        errors=filled.errors,
        seen=filled.number,
        overtaken=filled.overtaken,
        address=request.path,
        **sheet.more,
    )
