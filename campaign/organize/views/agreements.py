"""Agreements and who signed them: who has the care changes them, others propose.

list ─► agreement ─► its data · a signatory more · signatories that go: a page that asks, with their number
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.queries import find_agreement, get_agreement
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.agreement_forms import errors_of, read_agreement, read_signatory
from campaign.organize.agreement_queries import get_agreement_row, list_agreement_rows, list_wanted_by
from campaign.proposals.bringing import bring_agreement
from campaign.proposals.queries import list_proposals
from campaign.revisions.service import Edit

Values = Mapping[str, str]

_NOTHING: Values = {}
_PUBLISHER = member(Power.PUBLISH)


def add_agreements(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/agreements"
    one = f"{room}/<agreement>"
    add = blueprint.add_url_rule
    add(room, "agreements", agreements)
    add(f"{room}/new", "new_agreement", new_agreement)
    add(f"{room}/new", "add_agreement", add_agreement, methods=["POST"])
    add(one, "agreement", agreement)
    add(f"{one}/edit", "edit_agreement", edit_agreement)
    add(f"{one}/edit", "save_agreement", save, methods=["POST"])
    add(f"{one}/signatories", "add_signatory", add_signatory, methods=["POST"])
    add(f"{one}/signatories/remove", "remove_signatories", remove_signatories, methods=["POST"])


@access(Access.MEMBER, _PUBLISHER)
def agreements(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it, here and below
    """List agreements: in whose care, how many signed."""
    return render_template("organize/agreements.html", agreements=list_agreement_rows(db.session(), current_actor()))


@access(Access.MEMBER, _PUBLISHER)
def agreement(organization: str, agreement: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show an agreement, who signed it, and what is proposed of it."""
    return _show(agreement, _NOTHING, _NOTHING, 200)


def _show(slug: str, typed: Values, errors: Values, status: int) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    row, signed = get_agreement_row(session, actor, slug)
    page = render_template(
        "organize/agreement.html",
        agreement=row,
        signed=signed,
        campaigns=list_wanted_by(session, actor, slug),
        proposals=[one for one in list_proposals(session, actor) if (one.thing, one.slug) == ("agreement", slug)],
        typed=typed,
        errors=errors,
    )
    return page, status


@access(Access.MEMBER, _PUBLISHER)
def new_agreement(organization: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask what an agreement is that is not here yet."""
    return _edit(None, _NOTHING, _NOTHING, 200)


@access(Access.MEMBER, _PUBLISHER)
def add_agreement(organization: str) -> ResponseReturnValue:
    """Propose an agreement; the operator accepts it."""
    form = read_form(request)
    read = read_agreement(form)
    if read.command is not None and find_agreement(db.session(), read.command.slug) is not None:
        errors: Values = errors_of([Problem(("name",), "agreement_there")])
    else:
        errors = read.errors or _bring(organization, read.command, form.values)
    if errors:
        return _edit(None, form.values, errors, 422)
    return redirect(url_for("organize.proposals", organization=organization, done="proposed"), 303)


@access(Access.MEMBER, _PUBLISHER)
def edit_agreement(organization: str, agreement: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask what an agreement is called, since when it is in force, how many signed as of when."""
    return _edit(agreement, _NOTHING, _NOTHING, 200)


@access(Access.MEMBER, _PUBLISHER)
def save(organization: str, agreement: str) -> ResponseReturnValue:
    """Change it, or propose that."""
    form = read_form(request)
    get_agreement(db.session(), agreement)
    read = read_agreement(form, agreement)
    errors = read.errors or _bring(organization, read.command, form.values)
    return _edit(agreement, form.values, errors, 422) if errors else back(organization, agreement)


def _edit(slug: str | None, typed: Values, errors: Values, status: int) -> ResponseReturnValue:
    row, stored = None, _NOTHING
    if slug is not None:
        row, _signed = get_agreement_row(db.session(), current_actor(), slug)
        said = {"name": row.name, "since": row.since, "signatories": row.signatories_count}
        stored = {name: "" if value is None else str(value) for name, value in said.items()}
        stored["as_of"] = row.signatories_as_of.isoformat() if row.signatories_as_of else ""
    page = render_template("organize/edit_agreement.html", agreement=row, typed=typed or stored, errors=errors)
    return page, status


@access(Access.MEMBER, _PUBLISHER)
def add_signatory(organization: str, agreement: str) -> ResponseReturnValue:
    """Add a company that signed, or the year of one that is there; or propose that."""
    form = read_form(request)
    found = get_agreement(db.session(), agreement)
    read = read_signatory(form, agreement, found.name)
    errors = read.errors or _bring(organization, read.command, form.values)
    return _show(agreement, form.values, errors, 422) if errors else back(organization, agreement)


@access(Access.MEMBER, _PUBLISHER)
def remove_signatories(organization: str, agreement: str) -> ResponseReturnValue:
    """Say which companies are no longer signatories, before it is done or proposed; then do it."""
    form = read_form(request)
    row, signed = get_agreement_row(db.session(), current_actor(), agreement)
    ticked = set(form.lists.get("gone", ()))
    gone = [one.name for one in signed if one.name in ticked]
    if not gone:
        return _show(agreement, _NOTHING, errors_of([Problem(("gone",), "nothing_ticked")]), 422)
    if form.values.get("step") != "confirmed":
        return render_template("organize/remove_signatories.html", agreement=row, gone=gone, errors={}, typed=_NOTHING)
    errors = _bring(organization, SaveAgreement(agreement, {}, {}, gone), form.values)
    if errors:
        page = render_template(
            "organize/remove_signatories.html", agreement=row, gone=gone, errors=errors, typed=form.values
        )
        return page, 422
    return back(organization, agreement)


def _bring(organization: str, command: SaveAgreement | None, typed: Values) -> Values:
    """Do what was read; return what is wrong with it, by box."""
    if command is None:
        raise ValueError("a form without a command says what is wrong")
    actor, edit, note = current_actor(), Edit("form", now()), typed.get("note", "").strip()

    def work(session: Session) -> None:
        bring_agreement(session, actor, organization, command, edit, note=note)

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        return errors_of([error.problem])
    return {}


def back(organization: str, slug: str) -> ResponseReturnValue:
    """Lead to the agreement, which says what was done, or waits."""
    row, _signed = get_agreement_row(db.session(), current_actor(), slug)
    done = "kept" if row.is_in_care else "proposed"
    return redirect(url_for("organize.agreement", organization=organization, agreement=slug, done=done), 303)
