"""Adding and removing one's passkeys: asked for a fresh proof, since whoever adds one comes in again."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.factors import may_change_factors
from campaign.accounts.passkeys import (
    NAME_LENGTH,
    add_passkey,
    get_passkey,
    list_passkeys,
    options_to_add,
    remove_passkey,
)
from campaign.accounts.sessions import prove_session
from campaign.accounts.web.cookies import session_token, set_session
from campaign.accounts.web.guards import here, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.views.entering import device
from campaign.organize.views.passkey_door import ANSWER


def add_passkeys(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/account/passkeys/new", "new_passkey", new_passkey)
    blueprint.add_url_rule("/account/passkeys/new", "add_passkey", add, methods=["POST"])
    blueprint.add_url_rule("/account/passkeys/options", "new_passkey_options", new_options)
    blueprint.add_url_rule("/account/passkeys/<uuid:passkey>/remove", "ask_remove_passkey", ask_remove)
    blueprint.add_url_rule("/account/passkeys/<uuid:passkey>/remove", "remove_passkey", remove, methods=["POST"])


def ask_for_factor() -> ResponseReturnValue | None:
    """Lead whoever has a second factor, and signed in without, to where it is given; None for all others."""
    if may_change_factors(here().signed_in):
        return None
    there = request.path if request.method == "GET" else url_for("organize.account")
    return redirect(url_for("organize.prove", next=there, factor=1), 303)


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def new_passkey() -> ResponseReturnValue:
    """Ask what it is to be called."""
    return ask_for_factor() or _new(200, device(), None)


def _new(status: int, name: str, fault: str | None) -> ResponseReturnValue:
    page = render_template("organize/account/new_passkey.html", name=name, fault=fault, most=NAME_LENGTH)
    return page, status


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def new_options() -> ResponseReturnValue:
    """Give the browser what it needs to make one."""
    options = options_to_add(db.session(), here().signed_in, session_token(), now())
    return Response(options, mimetype="application/json")


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def add() -> ResponseReturnValue:
    """Keep the one that the browser made: by it, this session is proved by two factors."""
    if (answer := ask_for_factor()) is not None:
        return answer
    found, form, browser = here().signed_in, read_form(request).values, session_token()
    name = form.get("name", "").strip() or device() or "Passkey"

    def work(session: Session) -> tuple[bool, str | None]:
        at = now()
        if add_passkey(session, found, form.get(ANSWER, ""), name, browser=browser, at=at) is None:
            return False, None
        return True, prove_session(session, found, at, has_factor=True)

    try:
        is_added, token = unit_of_work().run(work)
    except RefusedError as error:
        return _new(422, name, error.problem.code)
    if not is_added:
        return _new(422, name, "not_proved")
    response = redirect(url_for("organize.account", done="passkey-added"), 303)
    if token is not None:
        set_session(response, token)
    return response


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def ask_remove(passkey: UUID) -> ResponseReturnValue:
    """Say which one would go, and what is left."""
    if (answer := ask_for_factor()) is not None:
        return answer
    session, found = db.session(), here().signed_in
    row = get_passkey(session, found, passkey)
    if row is None:
        raise NotFoundError("there is no such passkey")
    left = len(list_passkeys(session, found)) - 1
    return render_template("organize/account/remove_passkey.html", passkey=row, left=left, found=found)


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def remove(passkey: UUID) -> ResponseReturnValue:
    """Remove it."""
    if (answer := ask_for_factor()) is not None:
        return answer
    found = here().signed_in
    if not unit_of_work().run(lambda session: remove_passkey(session, found, passkey)):
        raise NotFoundError("there is no such passkey")
    return redirect(url_for("organize.account", done="passkey-removed"), 303)
