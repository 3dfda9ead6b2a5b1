"""Invitations: sent, sent again, taken back by who administers; said yes to by whoever holds the mail."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.commands import Invite
from campaign.accounts.inviting import accept, find_asked, invite, revoke, send_again
from campaign.accounts.linking import LinkView, find_link, use_link
from campaign.accounts.sessions import enter_by_link
from campaign.accounts.web.cookies import asked_token
from campaign.accounts.web.guards import current_actor, member
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.languages import ORGANIZERS
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.team_forms import TypedGrant, read_grant
from campaign.organize.team_words import say_problems
from campaign.organize.views.entering import device, end_before, into
from campaign.organize.views.team import choices, render_team


def add_inviting(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    below = "/<organization>/team/invitations/<uuid:invitation>"
    blueprint.add_url_rule("/<organization>/team/invite", "invite", show)
    blueprint.add_url_rule("/<organization>/team/invite", "send_invitation", send, methods=["POST"])
    blueprint.add_url_rule(f"{below}/send-again", "send_invitation_again", again, methods=["POST"])
    blueprint.add_url_rule(f"{below}/revoke", "revoke_invitation", take_back, methods=["POST"])


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def show(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show the form by which somebody is invited."""
    return _show(TypedGrant(), {}, {}, 200)


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def send(organization: str) -> ResponseReturnValue:
    """Mail an invitation."""
    form, actor, at = read_form(request), current_actor(), now()
    typed, grant, problems = read_grant(form, at)
    values, language = form.values, form.values.get("language", "en")
    if language not in ORGANIZERS:
        problems.append(Problem(("language",), "not_a_choice"))
    if grant is None or problems:
        return _show(typed, values, say_problems(problems), 422)
    command = Invite(organization, values.get("email", ""), grant, language)
    try:
        unit_of_work().run(lambda session: invite(session, actor, command, at), wakes=["critical"])
    except RefusedError as error:
        return _show(typed, values, say_problems([error.problem]), 422)
    return redirect(url_for("organize.team", organization=organization, done="invited"), 303)


def _show(typed: TypedGrant, values: Mapping[str, str], errors: dict[str, str], status: int) -> ResponseReturnValue:
    page = render_template("organize/invite.html", typed=typed, values=values, errors=errors, at=now(), **choices())
    return page, status


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def again(organization: str, invitation: UUID) -> ResponseReturnValue:
    """Mail an invitation once more."""
    return _do(send_again, "again", organization, invitation)


@access(Access.MEMBER, member(Power.ADMINISTER, is_fresh=True))
def take_back(organization: str, invitation: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    return _do(revoke, "revoked", organization, invitation)


def _do(service: Callable[..., object], done: str, organization: str, invitation: UUID) -> ResponseReturnValue:
    actor: Actor = current_actor()
    at = now()
    try:
        unit_of_work().run(lambda session: service(session, actor, organization, invitation, at), wakes=["critical"])
    except RefusedError as error:
        return render_team(organization, say_problems([error.problem])), 422
    return redirect(url_for("organize.team", organization=organization, done=done), 303)


def show_invitation(
    token: str, link: LinkView, name: str = "", error: RefusedError | None = None
) -> ResponseReturnValue:
    """Show what an invitation says, with the button that accepts it; behind the link that was mailed."""
    asked = find_asked(db.session(), link, now())
    if asked is None:
        return render_template("organize/invitation_over.html"), 410
    errors = say_problems([error.problem]) if error else {}
    page = render_template("organize/invitation.html", token=token, asked=asked, name=name, errors=errors)
    return page, 422 if error else 200


def accept_invitation(token: str) -> ResponseReturnValue:
    """Take in whoever pressed an invitation's button; sign them in where the invitation made their account."""
    name, browser, at = read_form(request).values.get("name", ""), asked_token(), now()

    def work(session: Session) -> tuple[str, str | None] | None:
        link = use_link(session, token, browser, at)
        found = accept(session, link, name, at) if link else None
        if found is None:
            return None
        if not found.is_new:
            return found.organization, None
        end_before(session)
        return found.organization, enter_by_link(session, found.account_id, device(), at)

    try:
        entered = unit_of_work().run(work)
    except RefusedError as error:
        link = find_link(db.session(), token, at)
        return show_invitation(token, link, name, error) if link else (render_template("organize/link_over.html"), 410)
    if entered is None:
        return render_template("organize/invitation_over.html"), 410
    organization, session_token = entered
    there = url_for("organize.organization", organization=organization)
    return into(session_token, there) if session_token else redirect(there, 303)
