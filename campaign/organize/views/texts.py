"""A campaign's texts, by language side by side: written, looked at, saved; a language taken away."""

from dataclasses import replace

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.accounts.web.guards import current_actor, member
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.languages import KNOWN
from campaign.kernel.localized import name_language
from campaign.kernel.markdown import render_markdown
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.problem_words import say_problem
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.texts.boxes import GOAL
from campaign.organize.texts.merging import LANGUAGE
from campaign.organize.texts.saving import REASON, Outcome, Texts, Typed, Which, read_texts, remove_language, save_texts
from campaign.organize.texts.sheets import Sheet, keys_of, settle
from campaign.organize.texts.showing import TextsPage, show, untouched
from campaign.revisions.service import Edit

_LONGEST_RENDERED = 100_000  # characters


def add_texts(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    rule = "/<organization>/campaigns/<slug>/text"
    blueprint.add_url_rule(rule, "texts", texts)
    blueprint.add_url_rule(rule, "save_texts", save, methods=["POST"])
    blueprint.add_url_rule(f"{rule}/rendered", "rendered", rendered, methods=["POST"])
    blueprint.add_url_rule(f"{rule}/languages/<language>", "language", language_page)
    blueprint.add_url_rule(f"{rule}/languages/<language>", "remove_language", remove, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def texts(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show what is stored; `?add=es`: with a column for a language that it has nothing in yet."""
    stored = _read(slug)
    return _page(stored, untouched(stored), 200, extra=request.args.get("add", ""))


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))  # a form as large as a file: a text pasted whole is kept
def save(organization: str, slug: str) -> ResponseReturnValue:
    """Save what was typed; or show it: as it will look, with another language, or with what is wrong."""
    form = read_form(request)
    stored = _read(slug)
    typed = _typed(form, stored)
    act = form.values.get("act", "")
    if form.is_damaged:
        return _page(stored, _kept(typed, Problem((), "damaged")), 422)
    if act in ("preview", "add"):
        extra = form.values.get("add", "") if act == "add" else ""
        return _page(stored, _kept(typed), 200, extra=extra, is_rendered=act == "preview")
    actor, edit = current_actor(), Edit("form", now())
    which = _which(slug)
    outcome = unit_of_work().run(lambda session: save_texts(session, actor, which, typed, edit))
    if outcome.is_saved:
        done = "saved" if outcome.has_changed else "same"
        return redirect(url_for("organize.texts", organization=organization, slug=slug, done=done), 303)
    if outcome.problems:
        outcome = replace(outcome, sheet=_with_blank(outcome.sheet, typed.sheet))
    return _page(_read(slug), outcome, 409 if outcome.conflicts else 422, reason=typed.reason)


@access(Access.MEMBER, member(Power.PUBLISH))
def rendered(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Return Markdown as it will look on the page, for whoever is writing it."""
    text = settle(read_form(request).values.get("text", ""))[:_LONGEST_RENDERED]
    return jsonify({"html": str(render_markdown(text))})


@access(Access.MEMBER, member(Power.PUBLISH))
def language_page(organization: str, slug: str, language: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Ask whether a language is to be taken away, and say how many texts go with it."""
    stored = _read(slug)
    if language not in stored.sheet.languages[1:]:
        raise NotFoundError("it has no such language besides its own")
    count = sum(1 for key, text in stored.sheet.texts.items() if text and key.endswith(f".{language}"))
    return render_template(
        "organize/texts/language.html", campaign=stored.campaign, language=KNOWN[language], count=count
    )


@access(Access.MEMBER, member(Power.PUBLISH))
def remove(organization: str, slug: str, language: str) -> ResponseReturnValue:
    """Take a language away with all its texts; the campaign's own stays."""
    actor, edit = current_actor(), Edit("form", now())
    which = _which(slug)
    outcome = unit_of_work().run(lambda session: remove_language(session, actor, which, language, edit))
    if not outcome.is_saved:
        return _page(_read(slug), outcome, 422)
    done = "removed" if outcome.has_changed else "same"
    return redirect(url_for("organize.texts", organization=organization, slug=slug, done=done), 303)


def _which(slug: str) -> Which:
    return Which(slug, current_app.extensions[KINDS_KEY])


def _read(slug: str) -> Texts:
    return read_texts(db.session(), current_actor(), _which(slug))


def _typed(form: FormData, stored: Texts) -> Typed:
    """Return what came with the form; of fields that no form of ours has, nothing."""
    values = form.values
    languages = tuple(dict.fromkeys(tag for tag in form.lists.get("languages", ()) if tag in KNOWN))
    keys = keys_of(stored.groups, languages)
    asked = [key for key in form.lists.get("asked", ()) if key in keys or key.removeprefix(LANGUAGE) in languages]
    base = values.get("base", "")
    return Typed(
        base=int(base) if base.isdecimal() and len(base) < len("2147483647") else 0,
        sheet=Sheet(languages or stored.sheet.languages, {key: settle(values[key]) for key in keys if key in values}),
        reason=values.get("reason", ""),
        choices={key: values[f"choose.{key}"] for key in asked if f"choose.{key}" in values},
        asked=asked,
    )


def _kept(typed: Typed, *problems: Problem) -> Outcome:
    return Outcome(typed.sheet, typed.base, [("", problem) for problem in problems])


def _with_blank(sheet: Sheet, typed: Sheet) -> Sheet:
    """Return a sheet with the columns that the form had, those without a word too."""
    return replace(sheet, languages=tuple(dict.fromkeys((*sheet.languages, *typed.languages))))


def _page(
    stored: Texts,
    outcome: Outcome,
    status: int,
    *,
    extra: str = "",
    is_rendered: bool = False,
    reason: str = "",
) -> ResponseReturnValue:
    page = show(stored, outcome, extra=[extra] if extra else [], is_rendered=is_rendered)
    done = {
        "saved": gettext("Saved."),
        "same": gettext("Nothing was different, so nothing was saved."),
        "removed": gettext("Taken away. You can have it back under Versions."),
    }.get(request.args.get("done", ""))
    return (
        render_template(
            "organize/texts/edit.html",
            campaign=stored.campaign,
            page=page,
            done=done,
            errors=_errors(page),
            reason=reason,
            goal_key=GOAL,
            is_rendered=is_rendered,
        ),
        status,
    )


def _errors(page: TextsPage) -> dict[str, str]:
    """Return all that stands in the way, by box, in the page's order."""
    errors = {
        f"{LANGUAGE}{one.code}": gettext(
            "%(language)s was taken away while you were writing in it. Choose what becomes of it.",
            language=name_language(one.code),
        )
        for one in page.gone
    }
    for cell, box in ((cell, row.box) for section in page.sections for row in section.rows for cell in row.cells):
        named = {"box": box.words, "language": name_language(cell.language.code)}
        if cell.problem is not None:
            errors[cell.key] = gettext(
                "%(box)s (%(language)s): %(problem)s", problem=say_problem(cell.problem), **named
            )
        elif cell.conflict is not None:
            errors[cell.key] = gettext(
                "%(box)s (%(language)s): someone saved another text while you were writing. Choose one.", **named
            )
    if page.goal_conflict is not None:
        errors[GOAL] = gettext("Goal: someone saved another number while you were writing. Choose one.")
    rest = {key: say_problem(problem) for key, problem in page.problems.items() if key not in errors}
    return {**errors, **{key if key in (GOAL, REASON) else "": words for key, words in rest.items()}}
