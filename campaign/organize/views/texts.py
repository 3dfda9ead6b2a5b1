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
from campaign.kernel.formdata import read_form
from campaign.kernel.languages import KNOWN
from campaign.kernel.markdown import render_markdown
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.texts.boxes import GOAL
from campaign.organize.texts.posted import errors_of, kept, read_typed, with_blank
from campaign.organize.texts.saving import Outcome, Texts, Which, read_texts, remove_language, save_texts
from campaign.organize.texts.sheets import settle
from campaign.organize.texts.showing import show, untouched
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
    typed = read_typed(form, stored)
    act = form.values.get("act", "")
    if form.is_damaged:
        return _page(stored, kept(typed, Problem((), "damaged")), 422)
    if act in ("preview", "add"):
        extra = form.values.get("add", "") if act == "add" else ""
        return _page(stored, kept(typed), 200, extra=extra, is_rendered=act == "preview")
    actor, edit = current_actor(), Edit("form", now())
    which = _which(slug)
    outcome = unit_of_work().run(lambda session: save_texts(session, actor, which, typed, edit))
    if outcome.is_saved:
        done = "saved" if outcome.has_changed else "same"
        return redirect(url_for("organize.texts", organization=organization, slug=slug, done=done), 303)
    if outcome.problems:
        outcome = replace(outcome, sheet=with_blank(outcome.sheet, typed.sheet))
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
            errors=errors_of(page),
            reason=reason,
            goal_key=GOAL,
            is_rendered=is_rendered,
        ),
        status,
    )
