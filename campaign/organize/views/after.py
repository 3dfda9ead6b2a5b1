"""What follows signing: the steps of the thanks page in their order, their words, and those of the mails."""

from dataclasses import replace

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.accounts.web.guards import current_actor, member
from campaign.actions.next_steps import all_steps
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.after.showing import ORDER, AfterPage, in_order, show_after, shown_steps, write_order
from campaign.organize.problem_words import say_problem
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.texts.posted import errors_of, kept, read_typed
from campaign.organize.texts.saving import Outcome, Texts, Typed, Which, read_texts, save_texts
from campaign.organize.texts.showing import untouched
from campaign.revisions.service import Edit

UP, DOWN = "up", "down"


def add_after(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/campaigns/<slug>/after"
    blueprint.add_url_rule(room, "after", after)
    blueprint.add_url_rule(room, "save_after", save, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def after(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show what follows signing, as it is."""
    stored = _read(slug)
    return _page(stored, untouched(stored), 200)


@access(Access.MEMBER, member(Power.PUBLISH))
def save(organization: str, slug: str) -> ResponseReturnValue:
    """Save what was typed; or move a step (`act`), with all that was typed still there."""
    form = read_form(request)
    stored = _read(slug)
    order, moved = _order(form)
    typed = _typed(form, stored, order)
    if form.is_damaged:
        return _page(stored, kept(typed, Problem((), "damaged")), 422, order=order)
    if moved:
        return _page(stored, kept(typed), 200, order=order, is_moved=True)
    actor, edit, which = current_actor(), Edit("form", now()), _which(slug)
    outcome = unit_of_work().run(lambda session: save_texts(session, actor, which, typed, edit))
    if outcome.is_saved:
        done = "saved" if outcome.has_changed else "same"
        return redirect(url_for("organize.after", organization=organization, slug=slug, done=done), 303)
    return _page(_read(slug), outcome, 409 if outcome.conflicts else 422, order=order)


def _which(slug: str) -> Which:
    return Which(slug, current_app.extensions[KINDS_KEY])


def _read(slug: str) -> Texts:
    return read_texts(db.session(), current_actor(), _which(slug))


def _order(form: FormData) -> tuple[list[str], bool]:
    """Return the steps in the order that the form has, after the move that it asks for, and whether it asks for one."""
    order = [name for name in dict.fromkeys(form.lists.get("order", ())) if name in _known()]
    act, _, name = form.values.get("act", "").partition(".")
    if act not in (UP, DOWN) or name not in order:
        return order, False
    at = order.index(name)
    to = at + (-1 if act == UP else 1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return order, True


def _known() -> list[str]:
    return list(all_steps(current_app.extensions[KINDS_KEY]))


def _typed(form: FormData, stored: Texts, order: list[str]) -> Typed:
    """Return what came with the form; a form without an order leaves it as it is stored."""
    typed = read_typed(form, stored)
    if not order:
        return typed
    known = _known()
    whole = in_order([], order, known)
    text = write_order(whole, form.lists.get("shown", []), known)
    was = stored.at(typed.base).get(ORDER) if typed.base < stored.number else stored.sheet.get(ORDER)
    if shown_steps(text, known) == shown_steps(was, known):
        text = was  # the steps that are not shown have no order of their own
    return replace(typed, sheet=replace(typed.sheet, texts={**typed.sheet.texts, ORDER: text}))


def _page(
    stored: Texts, outcome: Outcome, status: int, *, order: list[str] | None = None, is_moved: bool = False
) -> ResponseReturnValue:
    page = show_after(stored, outcome, current_app.extensions[KINDS_KEY], order or [])
    done = {
        "saved": gettext("Saved. The page after signing shows it within ten seconds; emails, from the next one on."),
        "same": gettext("Nothing was different, so nothing was saved."),
    }.get(request.args.get("done", ""))
    return (
        render_template(
            "organize/after/edit.html",
            campaign=stored.campaign,
            page=page,
            done=done,
            errors=_errors(page),
            is_moved=is_moved,
            order_key=ORDER,
        ),
        status,
    )


def _errors(page: AfterPage) -> dict[str, str]:
    errors = {}
    if page.conflict is not None:
        errors[ORDER] = gettext("Order of the steps: someone saved another order while you were working. Choose one.")
    elif page.problem is not None:
        errors[ORDER] = gettext("Order of the steps: %(problem)s", problem=say_problem(page.problem))
    return {**errors, **{key: words for key, words in errors_of(page.texts).items() if key or not errors}}
