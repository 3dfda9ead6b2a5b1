"""Setting up an app that shows codes, and recovery codes on paper."""

import segno
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.accounts.apps import address_of, new_secret, open_secret, remove_app, seal_secret, set_up_app
from campaign.accounts.recovery import count_codes, make_codes
from campaign.accounts.sessions import prove_session
from campaign.accounts.web.cookies import set_session
from campaign.accounts.web.guards import here, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import read_form
from campaign.kernel.installation import Installation
from campaign.kernel.unit import unit_of_work
from campaign.organize.views.passkeys import ask_for_factor

_GROUP = 4


def add_codes(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/account/app", "app", app)
    blueprint.add_url_rule("/account/app", "set_up_app", set_up, methods=["POST"])
    blueprint.add_url_rule("/account/app/remove", "ask_remove_app", ask_remove)
    blueprint.add_url_rule("/account/app/remove", "remove_app", remove, methods=["POST"])
    blueprint.add_url_rule("/account/codes", "codes", codes)
    blueprint.add_url_rule("/account/codes", "make_codes", make, methods=["POST"])


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def app() -> ResponseReturnValue:
    """Show a new secret, as a picture and as text."""
    return ask_for_factor() or _app(200, new_secret(), is_wrong=False)


def _app(status: int, secret: str, *, is_wrong: bool) -> ResponseReturnValue:
    found = here().signed_in
    picture = segno.make(address_of(secret, found.email), error="m").svg_inline(
        light="#fff", svgclass="desk-qr", lineclass=None, omitsize=True
    )
    page = render_template(
        "organize/account/app.html",
        picture=Markup(picture),  # noqa: S704 - made of squares
        key=" ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)),
        carried=seal_secret(_installation(), found, secret),
        is_wrong=is_wrong,
        found=found,
    )
    return page, status


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def set_up() -> ResponseReturnValue:
    """Keep the app whose code is typed; show its first recovery codes."""
    if (answer := ask_for_factor()) is not None:
        return answer
    found, form = here().signed_in, read_form(request).values
    secret = open_secret(_installation(), found, form.get("carried", ""))
    if secret is None:
        return _app(422, new_secret(), is_wrong=True)

    def work(session: Session) -> tuple[str | None, list[str]] | None:
        at = now()
        if not set_up_app(session, found, secret, form.get("code", ""), at):
            return None
        made = make_codes(session, found, mails=False) if not count_codes(session, found) else []
        return prove_session(session, found, at, has_factor=True), made

    done = unit_of_work().run(work)
    if done is None:
        return _app(422, secret, is_wrong=True)
    token, made = done
    response = current_app.make_response(render_template("organize/account/codes_made.html", codes=made, is_app=True))
    if token is not None:
        set_session(response, token)
    return response


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def ask_remove() -> ResponseReturnValue:
    """Say what would be left."""
    if (answer := ask_for_factor()) is not None:
        return answer
    found = here().signed_in
    if not found.has_app:
        return redirect(url_for("organize.account"), 303)
    return render_template("organize/account/remove_app.html", found=found)


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def remove() -> ResponseReturnValue:
    """Forget the app."""
    if (answer := ask_for_factor()) is not None:
        return answer
    found = here().signed_in
    was_there = unit_of_work().run(lambda session: remove_app(session, found))
    return redirect(url_for("organize.account", done="app-removed" if was_there else None), 303)


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def codes() -> ResponseReturnValue:
    """Say what becomes of the codes that are good now."""
    found = here().signed_in
    if not (found.has_app or found.has_passkey):
        return redirect(url_for("organize.account"), 303)
    return ask_for_factor() or render_template("organize/account/codes.html", left=count_codes(db.session(), found))


@access(Access.SIGNED_IN, signed_in(is_fresh=True))
def make() -> ResponseReturnValue:
    """Make ten new ones, and show them this once."""
    found = here().signed_in
    if not (found.has_app or found.has_passkey):
        return redirect(url_for("organize.account"), 303)
    if (answer := ask_for_factor()) is not None:
        return answer
    made = unit_of_work().run(lambda session: make_codes(session, found))
    return render_template("organize/account/codes_made.html", codes=made, is_app=False)


def _installation() -> Installation:
    found: Installation = current_app.extensions["campaign.installation"]
    return found
