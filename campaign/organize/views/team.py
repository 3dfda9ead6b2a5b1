"""An organization's team: who serves it, with what powers; changed and let go.

What changes somebody's powers asks for a fresh proof of who does it, before the form is shown.
"""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from campaign.accounts.changing import change_member, remove_member
from campaign.accounts.roles import POWERS_OF, ROLES
from campaign.accounts.team import Member, get_member, list_invited, list_team, names_of
from campaign.accounts.web.guards import current_actor, here, member
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.team_forms import TypedGrant, last_day, read_grant, typed_of
from campaign.organize.team_words import say_problems

DONE = {
    "invited": _("The invitation is on its way."),
    "again": _("The invitation is on its way again. The link in the earlier email no longer works."),
    "revoked": _("The invitation is taken back. Its link no longer works."),
    "changed": _("Saved. It holds from their next click."),
    "same": _("Nothing was different, so nothing was changed."),
    "removed": _("They’re off the team, and can’t open anything here anymore."),
}


def add_team(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_app_template_filter(names_of, "powernames")
    blueprint.add_app_template_filter(last_day, "lastday")
    blueprint.add_url_rule("/<organization>/team", "team", team)
    blueprint.add_url_rule("/<organization>/team/report", "team_report", report)
    blueprint.add_url_rule("/<organization>/team/<uuid:person>", "member", show)
    blueprint.add_url_rule("/<organization>/team/<uuid:person>", "change_member", change, methods=["POST"])
    blueprint.add_url_rule("/<organization>/team/<uuid:person>/remove", "ask_removal", ask)
    blueprint.add_url_rule("/<organization>/team/<uuid:person>/remove", "remove_member", remove, methods=["POST"])


@access(Access.MEMBER, member(Power.ADMINISTER))
def team(organization: str) -> ResponseReturnValue:
    """Show who serves the organization, and who was asked to."""
    return render_team(organization, {})


def render_team(organization: str, errors: dict[str, str]) -> str:
    """Return the page of the team, with what was wrong with what was asked there."""
    session, at = db.session(), now()
    return render_template(
        "organize/team.html",
        team=list_team(session, current_actor(), organization, at),
        invited=list_invited(session, current_actor(), organization, at),
        own=here().signed_in.public_id,
        done=DONE.get(request.args.get("done", "")),
        errors=errors,
        at=at,
    )


@access(Access.MEMBER, member(Power.ADMINISTER))
def report(organization: str) -> ResponseReturnValue:
    """Show all people and powers on one sheet, to print."""
    session, at = db.session(), now()
    return render_template(
        "organize/team_report.html",
        team=list_team(session, current_actor(), organization, at),
        invited=list_invited(session, current_actor(), organization, at),
        at=at,
    )


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def show(organization: str, person: UUID) -> ResponseReturnValue:
    """Show what somebody may do, to change it."""
    found = get_member(db.session(), current_actor(), organization, person, now())
    return _show(found, typed_of(found.grant), {}, 200)


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def change(organization: str, person: UUID) -> ResponseReturnValue:
    """Change what somebody may do."""
    actor, at = current_actor(), now()
    typed, grant, problems = read_grant(read_form(request), at)
    if grant is None:
        return _again(organization, person, typed, say_problems(problems), at)
    wanted = grant
    try:
        is_new = unit_of_work().run(
            lambda session: change_member(session, actor, organization, person, wanted, at=at), is_idempotent=True
        )
    except RefusedError as error:
        return _again(organization, person, typed, say_problems([error.problem]), at)
    return redirect(url_for("organize.team", organization=organization, done="changed" if is_new else "same"), 303)


def _again(
    organization: str, person: UUID, typed: TypedGrant, errors: dict[str, str], at: datetime
) -> ResponseReturnValue:
    found = get_member(db.session(), current_actor(), organization, person, at)
    return _show(found, typed, errors, 422)


def _show(found: Member, typed: TypedGrant, errors: dict[str, str], status: int) -> ResponseReturnValue:
    page = render_template(
        "organize/member.html",
        person=found,
        typed=typed,
        errors=errors,
        is_own=found.account == here().signed_in.public_id,
        at=now(),
        **choices(),
    )
    return page, status


def choices() -> dict[str, list[str]]:
    """Return which roles and powers whoever is signed in has to give, by their names."""
    powers = current_actor().powers
    return {
        "roles": [role for role in reversed(ROLES) if POWERS_OF[role] <= powers],
        "powers": names_of(powers),
    }


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def ask(organization: str, person: UUID) -> ResponseReturnValue:
    """Ask before somebody is let go, and say what that means."""
    return _ask(organization, person, {}, 200)


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def remove(organization: str, person: UUID) -> ResponseReturnValue:
    """Let somebody go."""
    actor, at = current_actor(), now()
    try:
        gone = unit_of_work().run(lambda session: remove_member(session, actor, organization, person, at))
    except RefusedError as error:
        return _ask(organization, person, say_problems([error.problem]), 422)
    if gone.account == here().signed_in.public_id:
        return redirect(url_for("organize.choose"), 303)
    return redirect(url_for("organize.team", organization=organization, done="removed"), 303)


def _ask(organization: str, person: UUID, errors: dict[str, str], status: int) -> ResponseReturnValue:
    session, at = db.session(), now()
    found = get_member(session, current_actor(), organization, person, at)
    sent = [one for one in list_invited(session, current_actor(), organization, at) if one.account == found.account]
    is_own = found.account == here().signed_in.public_id
    page = render_template("organize/remove_member.html", person=found, sent=len(sent), errors=errors, is_own=is_own)
    return page, status
