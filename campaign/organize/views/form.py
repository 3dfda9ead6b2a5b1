"""What a campaign's forms ask beside a name, an address and a place: questions of its own, by kind of action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import here, member
from campaign.actions.kind import ActionKind
from campaign.actions.questions.commands import MOST_ASKED, MOST_OPTIONS, SORTS, WITH_OPTIONS, SaveQuestion
from campaign.actions.questions.saving import (
    OwnQuestion,
    ask_again,
    end_question,
    get_question,
    list_questions,
    move_question,
    save_question,
)
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.form_words import SORT_WORDS, say_problems
from campaign.organize.rooms import KINDS_KEY
from campaign.revisions.service import Edit

_FREE_ROWS, _LEAST_ROWS = 2, 4
"""Empty rows for choices below those that are filled in, and rows at least."""


def add_form(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/campaigns/<slug>/form"
    blueprint.add_url_rule(room, "form", form)
    blueprint.add_url_rule(f"{room}/new", "new_question", new)
    blueprint.add_url_rule(f"{room}/new", "add_question", add, methods=["POST"])
    blueprint.add_url_rule(f"{room}/<int:number>", "question", question)
    blueprint.add_url_rule(f"{room}/<int:number>", "change_question", change, methods=["POST"])
    blueprint.add_url_rule(f"{room}/<int:number>/end", "end_question", end)
    blueprint.add_url_rule(f"{room}/<int:number>/end", "really_end_question", really_end, methods=["POST"])
    blueprint.add_url_rule(f"{room}/<int:number>/again", "ask_question_again", again, methods=["POST"])
    blueprint.add_url_rule(f"{room}/<int:number>/move", "move_question", move, methods=["POST"])


@dataclass(frozen=True)
class Boxes:
    """What stands in the boxes of a question: as it is stored, or as it was typed. `keys`: of its choices, by row."""

    values: Mapping[str, str]
    keys: Sequence[str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@access(Access.MEMBER, member(Power.PUBLISH))
def form(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show what the campaign's forms ask, in their order."""
    return _form(slug, 200, None)


def _form(slug: str, status: int, problem: Problem | None) -> ResponseReturnValue:
    campaign = _campaign(slug)
    asked: dict[str, list[OwnQuestion]] = {name: [] for name in _asking()}
    ended: list[OwnQuestion] = []
    for one in list_questions(db.session(), here().actor, slug):
        (ended if one.asked.is_over else asked.setdefault(one.asked.kind, [])).append(one)
    page = render_template(
        "organize/form/list.html",
        campaign=campaign,
        asking=_asking(),
        asked=asked,
        ended=ended,
        most=MOST_ASKED,
        sorts=SORT_WORDS,
        errors=say_problems([problem], campaign.language) if problem else {},
        done=request.args.get("done", ""),
    )
    return page, status


@access(Access.MEMBER, member(Power.PUBLISH))
def new(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show the boxes of a new question."""
    campaign = _campaign(slug)
    return _editor(campaign, _kind(request.args.get("kind", "")), None, Boxes({"sort": "text"}, ()))


@access(Access.MEMBER, member(Power.PUBLISH))
def add(organization: str, slug: str) -> ResponseReturnValue:
    """Ask something new."""
    campaign, posted = _campaign(slug), read_form(request)
    return _save(organization, campaign, _kind(posted.values.get("kind", "")), None, posted)


@access(Access.MEMBER, member(Power.PUBLISH))
def question(organization: str, slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show the boxes of a question as it is asked."""
    found = get_question(db.session(), here().actor, slug, number)
    return _editor(_campaign(slug), found.asked.kind, found, _stored(found))


@access(Access.MEMBER, member(Power.PUBLISH))
def change(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Change how a question is asked."""
    found = get_question(db.session(), here().actor, slug, number)
    return _save(organization, _campaign(slug), found.asked.kind, found, read_form(request))


@access(Access.MEMBER, member(Power.PUBLISH))
def end(organization: str, slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Say what ending a question does, before it is done."""
    found = get_question(db.session(), here().actor, slug, number)
    return render_template("organize/form/end.html", campaign=_campaign(slug), question=found)


@access(Access.MEMBER, member(Power.PUBLISH))
def really_end(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Ask a question no more."""
    actor, edit = here().actor, Edit("form", now())
    unit_of_work().run(lambda session: end_question(session, actor, slug, number, edit), is_idempotent=True)
    return _back(organization, slug, "ended")


@access(Access.MEMBER, member(Power.PUBLISH))
def again(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Ask a question again that was ended."""
    actor, edit = here().actor, Edit("form", now())
    try:
        unit_of_work().run(lambda session: ask_again(session, actor, slug, number, edit), is_idempotent=True)
    except RefusedError as error:
        return _form(slug, 422, error.problem)
    return _back(organization, slug, "again")


@access(Access.MEMBER, member(Power.PUBLISH))
def move(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Let a question change places with its neighbour (`to`: `up` or `down`)."""
    actor, edit = here().actor, Edit("form", now())
    is_up = read_form(request).values.get("to") == "up"
    unit_of_work().run(lambda session: move_question(session, actor, slug, number, edit, is_up=is_up))
    return _back(organization, slug, "moved")


def _save(
    organization: str, campaign: Campaign, kind: str, found: OwnQuestion | None, posted: FormData
) -> ResponseReturnValue:
    from campaign.actions.questions.rules import check_question  # noqa: PLC0415 - only who edits pays for pydantic

    boxes = _typed(posted)
    version = posted.values.get("version", "")
    command, problems = check_question(
        _given(boxes, campaign.languages),
        campaign.languages,
        now(),
        campaign=campaign.slug,
        kind=kind,
        number=found.asked.number if found else None,
        version=int(version) if version.isdecimal() and len(version) < 9 else 0,
    )
    if posted.is_damaged:
        problems = [Problem((), "damaged"), *problems]
    if command is not None and not problems:
        refused = _run(command)
        if refused is None:
            return _back(organization, campaign.slug, "saved")
        problems = [refused]
        if found is not None and refused.code == "changed_meanwhile":
            found = get_question(db.session(), here().actor, campaign.slug, found.asked.number)
            return _editor(_campaign(campaign.slug), kind, found, boxes, problems, theirs=_stored(found))
    return _editor(_campaign(campaign.slug), kind, found, boxes, problems)


def _run(command: SaveQuestion) -> Problem | None:
    """Save a question; return what is in the way, or None."""
    actor, edit = here().actor, Edit("form", now())

    def work(session: Session) -> int:
        return save_question(session, actor, command, edit)

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        return error.problem
    return None


def _editor(
    campaign: Campaign,
    kind: str,
    found: OwnQuestion | None,
    boxes: Boxes,
    problems: Sequence[Problem] = (),
    *,
    theirs: Boxes | None = None,
) -> ResponseReturnValue:
    rows = max(
        (n + 1 for n in range(MOST_OPTIONS) if any(boxes[f"option-{n}-{tag}"] for tag in campaign.languages)), default=0
    )
    page = render_template(
        "organize/form/question.html",
        campaign=campaign,
        kind=kind,
        kind_words=_asking()[kind],
        question=found,
        boxes=boxes,
        theirs=theirs,
        rows=min(max(rows + _FREE_ROWS, _LEAST_ROWS), MOST_OPTIONS),
        sorts=SORT_WORDS,
        errors=say_problems(problems, campaign.language),
    )
    return page, 422 if problems else 200


def _stored(found: OwnQuestion) -> Boxes:
    asked = found.asked
    values = {"sort": str(asked.sort), "is_required": "yes" if asked.is_required else ""}
    values |= {f"label-{tag}": words for tag, words in asked.label.items()}
    values |= {f"purpose-{tag}": words for tag, words in asked.purpose.items()}
    for row, option in enumerate(asked.offered):
        values |= {f"option-{row}-{tag}": words for tag, words in option.label.items()}
    return Boxes(values, [option.key for option in asked.offered])


def _typed(posted: FormData) -> Boxes:
    keys = [posted.values.get(f"option-{row}-key", "")[:4] for row in range(MOST_OPTIONS)]
    return Boxes(posted.values, keys)


def _given(boxes: Boxes, languages: Sequence[str]) -> dict[str, object]:
    """Return what was typed as the rules take it; rows that were left empty are no choices."""

    def texts(name: str) -> dict[str, str]:
        return {tag: boxes[f"{name}-{tag}"] for tag in languages if boxes[f"{name}-{tag}"].strip()}

    rows = [{"key": key, "label": texts(f"option-{row}")} for row, key in enumerate(boxes.keys)]
    last = max((row for row, option in enumerate(rows) if option["label"]), default=-1)
    sort = boxes["sort"]
    given: dict[str, object] = {
        "sort": sort if sort in SORTS else None,
        "label": texts("label"),
        "purpose": texts("purpose"),
        "is_required": boxes["is_required"] == "yes",
    }
    if sort in WITH_OPTIONS:
        given["options"] = [option for option in rows[: last + 1] if option["label"]]
    return given


def _campaign(slug: str) -> Campaign:
    return get_own_campaign_by_slug(db.session(), here().actor, slug)


def _asking() -> dict[str, object]:
    """Return the kinds whose forms ask questions of one's own, with what their forms are called."""
    kinds: Sequence[ActionKind] = current_app.extensions[KINDS_KEY]
    return {kind.name: kind.form_words for kind in kinds if kind.form_words is not None}


def _kind(name: str) -> str:
    if name not in _asking():
        raise NotFoundError("no form of that name asks questions")
    return name


def _back(organization: str, slug: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("organize.form", organization=organization, slug=slug, done=done), 303)
