"""One's own account: name and language, what one signs in with, the devices that are signed in."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from campaign.accounts.factors import may_change_factors
from campaign.accounts.own import change_own_account
from campaign.accounts.passkeys import list_passkeys
from campaign.accounts.recovery import count_codes
from campaign.accounts.sessions import end_session, end_sessions, list_sessions
from campaign.accounts.web.guards import here, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.languages import ORGANIZERS
from campaign.kernel.unit import unit_of_work

_DONE: dict[str, LazyString] = {
    "saved": _("Saved."),
    "ended": _("That device is signed out."),
    "ended-all": _("All other devices are signed out."),
    "passkey-added": _("Passkey added. You can sign in with it from now on."),
    "passkey-removed": _("Passkey removed. It no longer signs you in."),
    "app-removed": _("Authenticator app removed."),
}


def add_account(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/account", "account", account)
    blueprint.add_url_rule("/account", "save_account", save_account, methods=["POST"])
    blueprint.add_url_rule("/account/devices/end", "ask_end_sessions", ask_end_sessions)
    blueprint.add_url_rule("/account/devices/end", "end_sessions", end_all, methods=["POST"])
    blueprint.add_url_rule("/account/devices/<uuid:device>/end", "end_session", end_one, methods=["POST"])


@access(Access.SIGNED_IN, signed_in())
def account() -> ResponseReturnValue:
    """Show it."""
    found = here().signed_in
    return _account(200, {"name": found.name, "language": found.language}, {})


def _account(status: int, typed: dict[str, str], wrong: dict[str, str]) -> ResponseReturnValue:
    session, found = db.session(), here().signed_in
    page = render_template(
        "organize/account/account.html",
        found=found,
        typed=typed,
        wrong=wrong,
        done=_DONE.get(request.args.get("done", "")),
        languages=ORGANIZERS,
        sessions=list_sessions(session, found, now()),
        passkeys=list_passkeys(session, found),
        codes=count_codes(session, found),
        may_change=may_change_factors(found),
    )
    return page, status


@access(Access.SIGNED_IN, signed_in())
def save_account() -> ResponseReturnValue:
    """Change name and language."""
    found, form = here().signed_in, read_form(request).values
    typed = {"name": form.get("name", ""), "language": form.get("language", "")}

    def work(session: Session) -> None:
        change_own_account(session, found, name=typed["name"], language=typed["language"])

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        return _account(422, typed, {str(error.problem.field[0]): error.problem.code})
    return redirect(url_for("organize.account", done="saved"), 303)


@access(Access.SIGNED_IN, signed_in())
def end_one(device: UUID) -> ResponseReturnValue:
    """Sign one device out."""
    found = here().signed_in
    if not unit_of_work().run(lambda session: end_session(session, found.account_id, device)):
        raise NotFoundError("there is no such device")
    return redirect(url_for("organize.account", done="ended"), 303)


@access(Access.SIGNED_IN, signed_in())
def ask_end_sessions() -> ResponseReturnValue:
    """Say how many devices would be signed out."""
    others = [one for one in list_sessions(db.session(), here().signed_in, now()) if not one.is_this]
    return render_template("organize/account/end_sessions.html", others=others)


@access(Access.SIGNED_IN, signed_in())
def end_all() -> ResponseReturnValue:
    """Sign all other devices out."""
    found = here().signed_in
    unit_of_work().run(lambda session: end_sessions(session, found.account_id, but=found.session_id))
    return redirect(url_for("organize.account", done="ended-all"), 303)
