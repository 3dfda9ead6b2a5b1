"""A new campaign: one screen that asks what is demanded, of whom, whose it is, in which languages, at which address.

ask ─► filled from a start · a language added · a company chosen ─► looked at in another tab ─► a draft
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, here, member
from campaign.actions.kind import ActionKind
from campaign.campaigns.previewing import DRAW_KEY
from campaign.campaigns.queries import find_campaign, find_free_slug
from campaign.content.specs import LoadCampaign
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.countries import list_countries
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.languages import KNOWN
from campaign.kernel.localized import current_language
from campaign.kernel.problems import Problem
from campaign.kernel.slugs import slug_of
from campaign.kernel.unit import unit_of_work
from campaign.organize.company_forms import errors_of as company_errors_of
from campaign.organize.company_queries import list_company_names
from campaign.organize.creating.form import Typed, blank_form, box_of, fill, find_meant, read_typed
from campaign.organize.creating.given import check_new
from campaign.organize.creating.looking import look_at
from campaign.organize.creating.saving import create_campaign
from campaign.organize.creating.similar import Similar, find_similar
from campaign.organize.creating.starts import Start, get_start, list_copyable, name_starters
from campaign.organize.problem_words import say_problem
from campaign.organize.rooms import KINDS_KEY
from campaign.proposals.bringing import bring_company
from campaign.revisions.service import Edit
from campaign.targets.commands import SaveCompany

Errors = Mapping[str, str]

_MOST_NAMED = 5


def add_creating(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    rule = "/<organization>/campaigns/new"
    blueprint.add_url_rule(rule, "new_campaign", new_campaign)
    blueprint.add_url_rule(rule, "create_campaign", create, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def new_campaign(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Ask for a campaign; `?start=starter:food`: with what that begins with."""
    typed = blank_form(current_language())
    if word := request.args.get("start", ""):
        typed = replace(typed, start=word)
        typed = fill(typed, _start(""), _start(word))
    return _page(typed, {}, 200)


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))  # a form as large as a file: a text pasted whole is kept
def create(organization: str) -> ResponseReturnValue:
    """Make the campaign; or show the form with what was asked for (`act`), or with what is wrong."""
    form = read_form(request)
    typed, act = read_typed(form, current_language()), form.values.get("act", "")
    if form.is_damaged:
        return _page(typed, {"": say_problem(Problem((), "damaged"))}, 422)
    start, errors = _started(typed)
    if start is not None and (act == "fill" or typed.filled != typed.start):
        # A start that was chosen is meant, whether or not its button was pressed.
        typed = fill(typed, _start_before(typed.filled), start)
    if act == "fill" and not errors:
        return _page(typed, {}, 200)
    if act == "add":
        return _page(_with_language(typed, form.values.get("add", "")), {}, 200)
    typed, wrong = _with_company(typed, is_asked=act == "company")
    errors |= wrong
    if act == "company":
        return _page(typed, errors, 422 if errors else 200)
    return _made(organization, typed, start or _start(""), errors, is_looked_at=act == "look")


def _started(typed: Typed) -> tuple[Start | None, dict[str, str]]:
    """Return what it begins from, or None with what is wrong: it may have been taken back since the form was shown."""
    try:
        return _start(typed.start), {}
    except NotFoundError:
        return None, {"start": gettext("This can’t be copied anymore. Choose another start.")}


def _start_before(word: str) -> Start:
    """Return what the boxes were filled from; nothing where that is not theirs to copy any more."""
    try:
        return _start(word)
    except NotFoundError:
        return _start("")


def _start(word: str) -> Start:
    kinds: Sequence[ActionKind] = current_app.extensions[KINDS_KEY]
    return get_start(db.session(), current_actor(), word, kinds)


def _with_language(typed: Typed, tag: str) -> Typed:
    return replace(typed, languages=tuple(dict.fromkeys((*typed.languages, *([tag] if tag in KNOWN else [])))))


def _with_company(typed: Typed, *, is_asked: bool) -> tuple[Typed, dict[str, str]]:
    """Return the form with the company whose name was typed among those chosen, or with what is wrong with the name."""
    if not typed.company:
        return typed, {"company": gettext("Type a company’s name first.")} if is_asked else {}
    meant = find_meant(typed.company, list_company_names(db.session()))
    if meant.slug is not None:
        chosen = tuple(dict.fromkeys((*typed.companies, meant.slug)))
        return replace(typed, companies=chosen, company="", proposes=False), {}
    if meant.others and not typed.proposes:
        names = ", ".join(meant.others[:_MOST_NAMED])
        return typed, {"company": gettext("Several companies have this in their name: %(names)s.", names=names)}
    if typed.proposes and not is_asked:
        return typed, {}
    words = gettext("We don’t know this company yet. Check the spelling, or propose it below.")
    return typed, {"company": words}


def _made(
    organization: str, typed: Typed, start: Start, errors: dict[str, str], *, is_looked_at: bool
) -> ResponseReturnValue:
    """Draw the campaign, or make it; or show what is wrong, or what is like it."""
    session, actor = db.session(), current_actor()
    kinds: Sequence[ActionKind] = current_app.extensions[KINDS_KEY]
    proposed, wrong = _proposed(typed)
    command, problems = check_new(_with_slug(session, typed).new(organization), start, kinds)
    errors = {**_say(session, typed, problems), **errors, **wrong}
    if command is None or errors:
        return _page(typed, errors, 422)
    edit = Edit("form", now())
    if is_looked_at:
        draw = current_app.extensions[DRAW_KEY]
        try:
            return look_at(session, actor, command, edit, start=start, kinds=kinds, draw=draw)
        except RefusedError as error:
            return _page(typed, _say(session, typed, [error.problem]), 422)
    titles = [text for key, text in typed.texts.items() if key.startswith("title.")]
    similar = find_similar(session, actor, titles, typed.companies)
    if {one.slug for one in similar} - set(typed.seen):
        if find_campaign(session, command.slug) is not None:
            return _page(typed, _say(session, typed, [Problem(("slug",), "taken")]), 422)
        return _page(typed, {}, 200, similar=similar)

    def work(session: Session) -> None:
        create_campaign(session, actor, command, edit, start=start, kinds=kinds)
        if proposed is not None:
            bring_company(session, actor, organization, proposed, edit)

    return _run(organization, typed, command, work, has_proposed=proposed is not None)


def _run(
    organization: str, typed: Typed, command: LoadCampaign, work: Callable[[Session], None], *, has_proposed: bool
) -> ResponseReturnValue:
    try:
        unit_of_work().run(work)
    except RefusedError as error:
        return _page(typed, _say(db.session(), typed, [error.problem]), 422)
    done = "created-proposed" if has_proposed else "created"
    return redirect(url_for("organize.campaign", organization=organization, slug=command.slug, done=done), 303)


def _with_slug(session: Session, typed: Typed) -> Typed:
    """Return the form with a slug: where none was typed, one that is free."""
    wanted = typed.new("").wanted_slug
    return typed if typed.slug or not wanted else replace(typed, slug=find_free_slug(session, wanted))


def _proposed(typed: Typed) -> tuple[SaveCompany | None, dict[str, str]]:
    """Return the company that is to be proposed, if any, or what is wrong with it."""
    if not (typed.company and typed.proposes):
        return None, {}
    from campaign.targets.rules import check_company  # noqa: PLC0415 - pydantic costs 150 ms, and few propose any

    slug = slug_of(typed.company)
    given = {"slug": slug, "name": typed.company, "country": typed.country, "timezone": typed.timezone}
    command, problems = check_company(given, now())
    errors = company_errors_of(problems)
    if "slug" in errors or "name" in errors:
        errors["company"] = errors.pop("slug", "") or errors.pop("name", "")
    return command, errors


def _say(session: Session, typed: Typed, problems: Sequence[Problem]) -> dict[str, str]:
    """Return what is wrong by box, the first of each; a slug that is taken with one that is free."""
    errors: dict[str, str] = {}
    for problem in problems:
        box, words = box_of(problem, typed.languages[0]), say_problem(problem)
        if box == "slug" and problem.code in ("taken", "reserved", "renamed"):
            free = find_free_slug(session, typed.new("").wanted_slug)
            words = gettext("%(problem)s This one is free: %(free)s.", problem=words, free=free)
        errors.setdefault(box, words)
    return errors


def _page(typed: Typed, errors: Errors, status: int, *, similar: Sequence[Similar] = ()) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    companies = dict(list_company_names(session))
    copyable = list_copyable(session, actor)
    is_unknown = bool(typed.company) and ("company" in errors or typed.proposes or "country" in errors)
    page = render_template(
        "organize/new_campaign.html",
        typed=typed,
        errors=errors,
        languages=[KNOWN[tag] for tag in typed.languages],
        offered=[one for tag, one in KNOWN.items() if tag not in typed.languages],
        starters=name_starters(current_language()),
        own=[one for one in copyable if one.organization is None],
        shared=[one for one in copyable if one.organization is not None],
        companies=companies,
        chosen=[(slug, companies[slug]) for slug in typed.companies if slug in companies],
        is_unknown=is_unknown,
        countries=list(list_countries(current_language())),
        similar=similar,
        seen=",".join(dict.fromkeys((*typed.seen, *(one.slug for one in similar)))),
        base=f"{current_app.config['PUBLIC_URL'].partition('://')[2]}/campaigns/",
        serves_others=len(here().signed_in.serves) > 1,
    )
    return page, status
