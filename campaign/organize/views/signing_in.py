"""Signing in by a link, and out.

    ask for a link ─► mail ─► opened here:      its page's button ─► in
                          └─► opened elsewhere: a code is shown ─► typed here ─► in

Reading a page signs nobody in; whichever address is typed, the answer is the same.
"""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.asking import ask_for_link
from campaign.accounts.linking import LinkView, find_link, use_code, use_link
from campaign.accounts.proofs import code_of, new_token
from campaign.accounts.sessions import end_this_session, enter_by_link, find_session
from campaign.accounts.web.cookies import (
    asked_token,
    forget_session,
    session_token,
    set_asked,
    set_session,
)
from campaign.accounts.web.devices import device_of
from campaign.accounts.web.guards import comes_from_here, here, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import ForbiddenError
from campaign.kernel.formdata import read_form
from campaign.kernel.headers import no_store
from campaign.kernel.languages import ORGANIZERS, best, preferences
from campaign.kernel.localized import use_language
from campaign.kernel.unit import unit_of_work
from campaign.people.addresses import BadAddressError, parse_address


def add_signing_in(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/sign-in", "sign_in", sign_in)
    blueprint.add_url_rule("/sign-in", "ask_for_link", ask, methods=["POST"])
    blueprint.add_url_rule("/sign-in/sent", "sent", sent)
    blueprint.add_url_rule("/sign-in/sent", "type_code", type_code, methods=["POST"])
    blueprint.add_url_rule("/link/<token>", "link", link)
    blueprint.add_url_rule("/link/<token>", "use_link", press, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def _begin() -> None:
    """Write the answer in the browser's language, keep it nowhere, and refuse forms of other sites."""
    no_store()
    use_language(best(preferences(request.headers.get("Accept-Language", "")), ORGANIZERS, "en"))
    if request.method == "POST" and not comes_from_here():
        raise ForbiddenError("this form was not posted from here")


@access(Access.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Ask for the address of whoever signs in; who is signed in goes on."""
    _begin()
    if find_session(db.session(), session_token(), now()):
        return redirect(next_address(request.args.get("next", "")), 303)
    return _page("", None, 200)


@access(Access.PUBLIC)
def ask() -> ResponseReturnValue:
    """Mail a link to the address, if it is an organizer's; answer 303 alike for all."""
    _begin()
    form = read_form(request).values
    typed = form.get("email", "")
    try:
        address = parse_address(typed)
    except BadAddressError as error:
        return _page(typed, error.fault, 422)
    browser, at = asked_token() or new_token(), now()
    unit_of_work().run(lambda session: ask_for_link(session, address.canonical, browser, at), wakes=["critical"])
    response = redirect(url_for("organize.sent", next=form.get("next") or None), 303)
    set_asked(response, browser)
    return response


def _page(typed: str, fault: str | None, status: int) -> ResponseReturnValue:
    there = next_address((request.form if request.method == "POST" else request.args).get("next", ""))
    return render_template("organize/sign_in.html", typed=typed, fault=fault, next=there), status


@access(Access.PUBLIC)
def sent() -> ResponseReturnValue:
    """Say to look into the mailbox, and take the code of a link that was opened elsewhere."""
    _begin()
    return _sent(200, is_wrong=False)


@access(Access.PUBLIC)
def type_code() -> ResponseReturnValue:
    """Sign in by a code, in the browser that asked for the link."""
    _begin()
    form, browser = read_form(request).values, asked_token()

    def work(session: Session) -> str | None:
        found = use_code(session, form.get("code", ""), browser, now()) if browser else None
        return _enter(session, found) if found else None

    token = unit_of_work().run(work)
    return _into(token, form.get("next", "")) if token else _sent(422, is_wrong=True)


def _sent(status: int, *, is_wrong: bool) -> ResponseReturnValue:
    there = next_address((request.form if request.method == "POST" else request.args).get("next", ""))
    page = render_template("organize/sent.html", is_wrong=is_wrong, has_asked=bool(asked_token()), next=there)
    return page, status


@access(Access.PUBLIC)
def link(token: str) -> ResponseReturnValue:
    """Show a link's button; in another browser than the one that asked, its code."""
    _begin()
    return _link(token, find_link(db.session(), token, now()))


@access(Access.PUBLIC)
def press(token: str) -> ResponseReturnValue:
    """Sign in by a link whose button was pressed."""
    _begin()
    browser = asked_token()

    def work(session: Session) -> str | None:
        found = use_link(session, token, browser, now())
        return _enter(session, found) if found else None

    entered = unit_of_work().run(work)
    return _into(entered, "") if entered else _link(token, find_link(db.session(), token, now()))


def _link(token: str, found: LinkView | None) -> ResponseReturnValue:
    if found is None:
        return render_template("organize/link_over.html"), 410
    if not found.is_for(asked_token()):
        hashes = current_app.extensions["campaign.installation"].hashes
        return render_template("organize/code.html", code=code_of(hashes, found.public_id))
    return render_template("organize/link.html", token=token)


def _enter(session: Session, found: LinkView) -> str | None:
    """Begin the session of whose link was used; return its token."""
    if found.account_id is None:
        return None
    return enter_by_link(session, found.account_id, device_of(request.headers.get("User-Agent", "")), now())


def _into(token: str, there: str) -> ResponseReturnValue:
    response = redirect(next_address(there), 303)
    set_session(response, token)
    return response


@access(Access.SIGNED_IN, signed_in())
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    found = here().signed_in
    unit_of_work().run(lambda session: end_this_session(session, found), is_idempotent=True)
    response = redirect(url_for("organize.sign_in"), 303)
    forget_session(response)
    return response


def next_address(typed: str) -> str:
    """Return where to go on: a page of the organizers' side, whatever was asked for."""
    home = url_for("organize.home")
    is_path = "\\" not in typed and "//" not in typed and typed.isprintable()
    return typed if is_path and typed.startswith((f"{home}/", f"{home}?")) else home
