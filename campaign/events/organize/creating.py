"""An event that begins: a few questions, or one of before with its days moved. It is a draft until it is published."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.accounts.web.guards import here, member
from campaign.events.models import KINDS
from campaign.events.organize.boxes import Typed, put_event, read_hour, read_period, show_event
from campaign.events.organize.changing import Outcome, create
from campaign.events.organize.problem_words import say_all
from campaign.events.queries.own import CampaignChoice, list_campaign_choices
from campaign.events.queries.stored import Values, read_stored
from campaign.events.revisions.running import get_event
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Path, Problem
from campaign.kernel.unit import unit_of_work

_MOST_DAYS = 60
_MARCH = "march"


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/new", "new", new, methods=["GET", "POST"])
    blueprint.add_url_rule("/events/<slug>/copy", "copy", copy, methods=["GET", "POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def new(organization: str) -> ResponseReturnValue:
    """Ask what an event needs before there is one, and add it as a draft."""
    if request.method != "POST":
        typed = {"campaign": request.args.get("campaign", ""), "timezone": "America/New_York", "days": "1"}
        return _new(typed, {})
    form = read_form(request)
    typed = form.values
    outcome = Outcome(_wrong_days(typed)) if _wrong_days(typed) else _add(_begin(form), is_damaged=form.is_damaged)
    if outcome.is_saved:
        return _begun(organization, typed.get("slug", "").strip())
    return _new(typed, _errors(outcome.problems, typed)), 422


def _begun(organization: str, slug: str) -> ResponseReturnValue:
    return redirect(url_for("organize_events.event", organization=organization, slug=slug, done="created"), 303)


def _wrong_days(typed: Typed) -> list[Problem]:
    """Tell where a march has no number of days that it may have."""
    days = typed.get("days", "").strip()
    is_right = days.isascii() and days.isdigit() and len(days) <= 2 and 1 <= int(days) <= _MOST_DAYS
    is_asked = typed.get("kind") == _MARCH
    return [Problem(("days",), "whole", {"least": 1, "most": _MOST_DAYS})] if is_asked and not is_right else []


def _begin(form: FormData) -> Values:
    """Return the values of an event with as many days as are wanted, or with one place that has one shift."""
    typed = form.values
    languages = _languages(typed)
    values: Values = {"slug": typed.get("slug", "").strip(), "campaign": typed.get("campaign", "").strip()}
    put_event(values, {"kind": "", "timezone": "", "starts": "", **typed}, {}, languages)
    starts, ends = read_hour(typed.get("begins", "")), read_hour(typed.get("ends", ""))
    capacity = typed.get("capacity", "").strip() or None
    if typed.get("kind") != _MARCH:
        shift = read_period(f"{starts}-{ends}")
        place = {"title": typed.get("place", "").strip() or None, "capacity": capacity, "shifts": [shift]}
        return {**values, "places": [place]}
    legs = [
        {"day": day, "title": dict(values["title"]), "starts": starts, "ends": ends, "capacity": capacity}
        for day in range(1, int(typed["days"]) + 1)
    ]
    return {**values, "legs": legs}


def _add(given: Values, *, is_damaged: bool) -> Outcome:
    if is_damaged:
        return Outcome([Problem((), "damaged")])
    actor, at = here().actor, now()
    return unit_of_work().run(lambda session: create(session, actor, given, at))


def _errors(problems: Sequence[Problem], typed: Typed) -> dict[str, str]:
    """Return the words by box: the hours, the room and the name of the first day or place have boxes of their own."""
    moved: dict[Path, str] = {
        ("legs", 0, "starts"): "begins",
        ("legs", 0, "ends"): "ends",
        ("legs", 0, "capacity"): "capacity",
        ("places", 0, "title"): "place",
        ("places", 0, "capacity"): "capacity",
        ("places", 0, "shifts", 0): "begins",
    }
    errors: dict[str, str] = {}
    for problem in problems:
        box = moved.get(problem.field)
        if box is None and problem.field[:1] in {("legs",), ("places",)}:
            continue  # the same again on another day, or of the title that days begin with
        found = say_all([Problem((box,), problem.code, problem.parameters) if box else problem], boxes=typed)
        errors |= {name: words for name, words in found.items() if name not in errors}
    if problems and not errors:
        errors = say_all(problems, boxes=typed)
    return errors


def _languages(typed: Typed) -> tuple[str, ...]:
    """Return the languages of the campaign that is chosen, else those that have boxes."""
    chosen = next((one for one in _choices() if one.slug == typed.get("campaign", "").strip()), None)
    return tuple(chosen.languages) if chosen else ("en", "es")


def _choices() -> Sequence[CampaignChoice]:
    return list_campaign_choices(db.session(), here().actor)


def _new(typed: Typed, errors: Mapping[str, str]) -> str:
    return render_template(
        "events/organize/new.html",
        typed=typed,
        errors=errors,
        languages=_languages(typed),
        campaigns=[("", gettext("Choose one")), *((one.slug, one.title) for one in _choices())],
        kinds=KINDS,
        address=request.full_path.rstrip("?"),
    )


@access(Access.MEMBER, member(Power.PUBLISH))
def copy(organization: str, slug: str) -> ResponseReturnValue:
    """Begin an event as one of before, its days moved to another first day."""
    session = db.session()
    stored = read_stored(session, here().actor, get_event(session, here().actor, slug))
    if request.method != "POST":
        boxes = {**show_event(stored.values, stored.languages), "slug": "", "starts": ""}
        return _copy(slug, boxes, {}, stored.languages)
    form = read_form(request)
    typed = form.values
    title = {tag: text for tag in stored.languages if (text := typed.get(f"title-{tag}", "").strip())}
    address = typed.get("slug", "").strip()
    moved = {"title": title, "slug": address, "starts": typed.get("starts", "").strip()}
    outcome = _add({**stored.values, **moved}, is_damaged=form.is_damaged)
    if outcome.is_saved:
        return _begun(organization, address)
    return _copy(slug, typed, say_all(outcome.problems, boxes=typed), stored.languages), 422


def _copy(slug: str, typed: Typed, errors: Mapping[str, str], languages: Sequence[str]) -> str:
    return render_template(
        "events/organize/copy.html",
        event=get_event(db.session(), here().actor, slug),
        typed=typed,
        errors=errors,
        languages=languages,
        address=request.path,
    )
