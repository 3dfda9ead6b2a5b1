"""Companies and their offices: who has the care changes them, others propose.

list ─► company ─► its data · an office's address ─► changed at once, or proposed
└► an office: hold, resume ─► a page that asks, with its number
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, here, member
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.countries import list_countries
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.localized import current_language
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.company_forms import MOST_OFFICES, Read, errors_of, read_company, read_new_company, read_office
from campaign.organize.company_queries import OfficeRow, get_company_row, list_addressed_by, list_companies
from campaign.proposals.bringing import bring_company
from campaign.proposals.queries import list_proposals
from campaign.revisions.service import Edit
from campaign.targets.offices import hold_office, resume_office
from campaign.targets.queries import find_company, get_company

Values = Mapping[str, str]

_NOTHING_TYPED: Values = {}

_PUBLISHER = member(Power.PUBLISH)


def add_companies(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    one, office = "/<organization>/companies/<company>", "/<organization>/companies/<company>/offices/<uuid:office>"
    add = blueprint.add_url_rule
    add("/<organization>/companies", "companies", companies)
    add("/<organization>/companies/new", "new_company", new_company)
    add("/<organization>/companies/new", "add_company", add_company, methods=["POST"])
    add(one, "company", company)
    add(f"{one}/edit", "edit_company", edit_company)
    add(f"{one}/edit", "save_company", save, methods=["POST"])
    add(f"{one}/offices/new", "new_office", new_office)
    add(f"{one}/offices/new", "add_office", add_office, methods=["POST"])
    add(office, "office", show_office)
    add(office, "save_office", save_office, methods=["POST"])
    add(f"{office}/<any(hold, resume):step>", "ask_office", ask_office)
    add(f"{office}/<any(hold, resume):step>", "step_office", step_office, methods=["POST"])


@access(Access.MEMBER, _PUBLISHER)
def companies(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it, here and below
    """List companies: in whose care, how their addresses stand, what waits for them."""
    session, actor = db.session(), current_actor()
    waiting = [one for one in list_proposals(session, actor) if one.may_decide]
    return render_template("organize/companies.html", companies=list_companies(session, actor), waiting=waiting)


@access(Access.MEMBER, _PUBLISHER)
def company(organization: str, company: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a company, its offices, and what is proposed of it."""
    session, actor = db.session(), current_actor()
    return render_template(
        "organize/company.html",
        company=get_company_row(session, actor, company),
        campaigns=list_addressed_by(session, actor, company),
        proposals=[one for one in list_proposals(session, actor) if (one.thing, one.slug) == ("company", company)],
    )


@access(Access.MEMBER, _PUBLISHER)
def new_company(organization: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask what a company is that is not here yet."""
    return _new_company({"country": "US", "timezone": "America/New_York"}, {}, 200)


@access(Access.MEMBER, _PUBLISHER)
def add_company(organization: str) -> ResponseReturnValue:
    """Propose a company; the operator accepts it."""
    form = read_form(request)
    read, known = read_new_company(form), find_company(db.session(), form.values.get("slug", "").strip())
    if known is not None:
        problem = Problem(("slug",), "company_there", {"company": known.name})
        return _new_company(form.values, {**read.errors, **errors_of([problem])}, 422)
    errors = _bring(organization, read, form.values.get("note", "").strip())
    if errors:
        return _new_company(form.values, errors, 422)
    return redirect(url_for("organize.proposals", organization=organization, done="proposed"), 303)


def _new_company(typed: Values, errors: Values, status: int) -> ResponseReturnValue:
    page = render_template(
        "organize/new_company.html", typed=typed, errors=errors, rows=range(MOST_OFFICES), countries=_countries()
    )
    return page, status


@access(Access.MEMBER, _PUBLISHER)
def edit_company(organization: str, company: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask what a company is to be called, where it is, how fast letters go there."""
    return _edit(company, _NOTHING_TYPED, {}, 200)


@access(Access.MEMBER, _PUBLISHER)
def save(organization: str, company: str) -> ResponseReturnValue:
    """Change it, or propose that."""
    form = read_form(request)
    get_company(db.session(), company)
    errors = _bring(organization, read_company(form, company), form.values.get("note", "").strip())
    return _edit(company, form.values, errors, 422) if errors else _back(organization, company)


def _edit(slug: str, typed: Values, errors: Values, status: int) -> ResponseReturnValue:
    row = get_company_row(db.session(), current_actor(), slug)
    stored = {"name": row.name, "country": row.country, "timezone": row.timezone, "sector": row.sector}
    page = render_template(
        "organize/edit_company.html", company=row, typed=typed or stored, errors=errors, countries=_countries()
    )
    return page, status


@access(Access.MEMBER, _PUBLISHER)
def new_office(organization: str, company: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask for an office that is not here yet."""
    return _office(company, None, _NOTHING_TYPED, {}, 200)


@access(Access.MEMBER, _PUBLISHER)
def add_office(organization: str, company: str) -> ResponseReturnValue:
    """Propose an office."""
    return _take_office(organization, company, None)


@access(Access.MEMBER, _PUBLISHER)
def show_office(organization: str, company: str, office: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Ask for an office's address, where it was found, and when it was checked."""
    return _office(company, office, _NOTHING_TYPED, {}, 200)


@access(Access.MEMBER, _PUBLISHER)
def save_office(organization: str, company: str, office: UUID) -> ResponseReturnValue:
    """Note that an address was checked, or propose a new one."""
    return _take_office(organization, company, office)


def _take_office(organization: str, slug: str, office: UUID | None) -> ResponseReturnValue:
    form, session = read_form(request), db.session()
    known = _find_office(slug, office)
    read = read_office(form, get_company(session, slug), known.office if known else None)
    errors = _bring(organization, read, form.values.get("note", "").strip())
    return _office(slug, office, form.values, errors, 422) if errors else _back(organization, slug)


def _office(slug: str, office: UUID | None, typed: Values, errors: Values, status: int) -> ResponseReturnValue:
    known = _find_office(slug, office)
    stored = {"address": known.address, "source": known.source} if known else {"source": ""}
    page = render_template(
        "organize/office.html",
        company=get_company_row(db.session(), current_actor(), slug),
        office=known,
        typed=typed or {**stored, "checked_on": now().date().isoformat()},
        errors=errors,
    )
    return page, status


def _find_office(slug: str, office: UUID | None) -> OfficeRow | None:
    """Return an office as it stands; None for one that is to be added. Raises `NotFoundError`."""
    row = get_company_row(db.session(), current_actor(), slug)
    if office is None:
        return None
    found = next((one for one in row.offices if one.public_id == office), None)
    if found is None:
        raise NotFoundError("there is no such office")
    return found


_STEPS: Mapping[str, Callable[..., None]] = {"hold": hold_office, "resume": resume_office}


@access(Access.MEMBER, _PUBLISHER)
def ask_office(organization: str, company: str, office: UUID, step: str) -> ResponseReturnValue:  # noqa: ARG001
    """Say how many letters are held, or go on, before it is done."""
    row = get_company_row(db.session(), current_actor(), company)
    return render_template("organize/ask_office.html", company=row, office=_find_office(company, office), step=step)


@access(Access.MEMBER, _PUBLISHER)
def step_office(organization: str, company: str, office: UUID, step: str) -> ResponseReturnValue:
    """Hold the letters to an office, or let them go on."""
    actor = current_actor()
    unit_of_work().run(lambda session: _STEPS[step](session, actor, company, office), wakes=["letters"])
    return redirect(url_for("organize.company", organization=organization, company=company, done=step), 303)


def _bring(organization: str, read: Read, note: str) -> Values:
    """Do what was read; return what is wrong with it, by box."""
    command, actor, edit = read.command, current_actor(), Edit("form", now())
    if command is None or read.errors:
        return read.errors

    def work(session: Session) -> None:
        bring_company(session, actor, organization, command, edit, note=note)

    try:
        unit_of_work().run(work, wakes=["letters"])
    except RefusedError as error:
        found = errors_of([error.problem])
        if "office" in (request.view_args or {}) or request.endpoint == "organize.add_office":
            found = {box.removesuffix("-0"): words for box, words in found.items()}
        return found
    return {}


def _back(organization: str, slug: str) -> ResponseReturnValue:
    """Lead to the company; what waits for a second person stands there."""
    is_theirs = get_company_row(db.session(), here().actor, slug).is_in_care
    done = "saved" if is_theirs else "proposed"
    return redirect(url_for("organize.company", organization=organization, company=slug, done=done), 303)


def _countries() -> list[tuple[str, str]]:
    return list(list_countries(current_language()))
