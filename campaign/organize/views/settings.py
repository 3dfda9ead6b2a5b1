"""What an organization is called, says of itself and demands of who signs in for it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from campaign.accounts.demanding import demand_factor
from campaign.accounts.team import list_team
from campaign.accounts.web.guards import current_actor, here, member
from campaign.campaigns.models import Organization
from campaign.campaigns.queries import get_own_organization
from campaign.campaigns.saving import save_organization
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.languages import KNOWN, ORGANIZERS
from campaign.kernel.unit import unit_of_work
from campaign.organize.team_words import say_problem, say_problems
from campaign.revisions.service import Edit

_LINES = ("name", "place", "contact_url", "donate_url", "postal_address")
_MAILTO = "mailto:"

DONE = {
    "saved": _("Saved. Public pages show it within seconds."),
    "same": _("Nothing was different, so nothing was changed."),
    "demanded": _("From their next click on, everyone needs a second step."),
    "undemanded": _("A second step is no longer needed."),
}


def add_settings(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/<organization>/settings", "settings", settings)
    blueprint.add_url_rule("/<organization>/settings", "save_settings", save, methods=["POST"])
    blueprint.add_url_rule("/<organization>/settings/second-step", "second_step", second_step)
    blueprint.add_url_rule("/<organization>/settings/second-step", "demand_second_step", demand, methods=["POST"])


@access(Access.MEMBER, member(Power.ADMINISTER))
def settings(organization: str) -> ResponseReturnValue:
    """Show what there is to set."""
    row = get_own_organization(db.session(), current_actor(), organization)
    return _show(row, _typed_of(row), {}, 200)


@access(Access.MEMBER, member(Power.ADMINISTER))
def save(organization: str) -> ResponseReturnValue:
    """Save what an organization is called and says of itself."""
    # What an organization may hold costs 150 ms to import, which no process pays that only serves pages.
    from campaign.campaigns.rules import check_organization  # noqa: PLC0415 - as above

    typed, actor, at = read_form(request).values, current_actor(), now()
    command, problems = check_organization(_given(organization, typed), at)
    if command is None:
        row = get_own_organization(db.session(), actor, organization)
        return _show(row, typed, {_box(problem.field): say_problem(problem) for problem in problems}, 422)
    wanted = command

    def work(session: Session) -> bool:
        return bool(save_organization(session, actor, wanted, Edit("form", at)).differences)

    done = "saved" if unit_of_work().run(work, is_idempotent=True) else "same"
    return redirect(url_for("organize.settings", organization=organization, done=done), 303)


def _given(organization: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as the rules take it: what is empty is none; what has no box stays as it is."""
    given: dict[str, Any] = {name: typed[name].strip() or None for name in _LINES if name in typed}
    about = {tag: typed[f"about-{tag}"] for tag in KNOWN if typed.get(f"about-{tag}", "").strip()}
    return {**given, "slug": organization, "name": typed.get("name", "").strip(), "about": about or None}


def _typed_of(row: Organization) -> dict[str, str]:
    typed = {name: str(getattr(row, name) or "") for name in _LINES}
    typed["contact_url"] = typed["contact_url"].removeprefix(_MAILTO)
    return typed | {f"about-{tag}": text for tag, text in row.about.items()}


def _box(path: tuple[str | int, ...]) -> str:
    """Return the box that a problem is about."""
    if path[:1] == ("about",):
        return f"about-{path[1]}" if len(path) > 1 else f"about-{ORGANIZERS[0]}"
    return str(path[0]) if path and path[0] in _LINES else ""


def _show(row: Organization, typed: Mapping[str, str], errors: dict[str, str], status: int) -> ResponseReturnValue:
    tags = [*ORGANIZERS, *(tag for tag in KNOWN if tag not in ORGANIZERS and tag in row.about)]
    page = render_template(
        "organize/settings.html",
        row=row,
        typed=typed,
        errors=errors,
        abouts=tags,
        done=DONE.get(request.args.get("done", "")),
    )
    return page, status


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def second_step(organization: str) -> ResponseReturnValue:
    """Ask before a second factor is demanded of everybody, or no more, and say of how many."""
    return _second_step(organization, {}, 200)


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def demand(organization: str) -> ResponseReturnValue:
    """Demand a second factor of who signs in for the organization, or no more."""
    actor, is_demanded = current_actor(), read_form(request).values.get("demand") == "yes"

    def work(session: Session) -> bool:
        return demand_factor(session, actor, organization, Edit("form", now()), is_demanded=is_demanded)

    try:
        unit_of_work().run(work, is_idempotent=True)
    except RefusedError as error:
        return _second_step(organization, say_problems([error.problem]), 422)
    done = "demanded" if is_demanded else "undemanded"
    return redirect(url_for("organize.settings", organization=organization, done=done), 303)


def _second_step(organization: str, errors: dict[str, str], status: int) -> ResponseReturnValue:
    at = now()
    team = [one for one in list_team(db.session(), current_actor(), organization, at) if not one.is_over(at)]
    own = here().signed_in
    page = render_template(
        "organize/second_step.html",
        without=sum(not one.has_factor for one in team),
        team=len(team),
        has_own=own.has_app or own.has_passkey,
        errors=errors,
    )
    return page, status
