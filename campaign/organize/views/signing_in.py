"""Signing in by a link, and out.

    ask for a link ─► mail ─► opened here:      its page's button ─► in
                          └─► opened elsewhere: a code is shown ─► typed here ─► in

Reading a page signs nobody in; whichever address is typed, the answer is the same.
"""

from datetime import timedelta

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
    set_next,
)
from campaign.accounts.web.guards import here, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.views.entering import (
    device,
    end_before,
    into,
    kept_next,
    line,
    minutes,
    next_address,
    open_door,
    posted_next,
)
from campaign.organize.views.inviting import accept_invitation, show_invitation
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


@access(Access.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Ask for the address of whoever signs in; who is signed in goes on."""
    open_door()
    if find_session(db.session(), session_token(), now()):
        return redirect(next_address(request.args.get("next", "")), 303)
    return _page("", None, 200)


@access(Access.PUBLIC)
def ask() -> ResponseReturnValue:
    """Mail a link to the address, if it is an organizer's; answer 303 alike for all."""
    open_door()
    form = read_form(request).values
    typed = form.get("email", "")
    try:
        address = parse_address(typed)
    except BadAddressError as error:
        return _page(typed, error.fault, 422)
    browser, at = asked_token() or new_token(), now()
    where, known = line(), session_token()

    def work(session: Session) -> timedelta | None:
        return ask_for_link(session, address.canonical, browser, at, line=where, known=known)

    wait = unit_of_work().run(work, wakes=["critical"])
    if wait is not None:
        return _page(typed, "wait", 429, minutes(wait))
    there = next_address(form.get("next", ""))
    response = redirect(url_for("organize.sent", next=form.get("next") or None), 303)
    set_asked(response, browser)
    set_next(response, there)
    return response


def _page(typed: str, fault: str | None, status: int, wait: int = 0) -> ResponseReturnValue:
    return render_template("organize/sign_in.html", typed=typed, fault=fault, wait=wait, next=posted_next()), status


@access(Access.PUBLIC)
def sent() -> ResponseReturnValue:
    """Say to look into the mailbox, and take the code of a link that was opened elsewhere."""
    open_door()
    return _sent(200, is_wrong=False)


@access(Access.PUBLIC)
def type_code() -> ResponseReturnValue:
    """Sign in by a code, in the browser that asked for the link."""
    open_door()
    form, browser = read_form(request).values, asked_token()

    def work(session: Session) -> str | None:
        found = use_code(session, form.get("code", ""), browser, now()) if browser else None
        return _enter(session, found) if found else None

    token = unit_of_work().run(work)
    return into(token, form.get("next", "")) if token else _sent(422, is_wrong=True)


def _sent(status: int, *, is_wrong: bool) -> ResponseReturnValue:
    page = render_template("organize/sent.html", is_wrong=is_wrong, has_asked=bool(asked_token()), next=posted_next())
    return page, status


@access(Access.PUBLIC)
def link(token: str) -> ResponseReturnValue:
    """Show a link's button; in another browser than the one that asked, its code. An invitation says what it is."""
    open_door()
    found = find_link(db.session(), token, now())
    return show_invitation(token, found) if found and found.kind == "invited" else _link(token, found)


@access(Access.PUBLIC)
def press(token: str) -> ResponseReturnValue:
    """Sign in by a link whose button was pressed; join by that of an invitation."""
    open_door()
    pressed = find_link(db.session(), token, now())
    if pressed and pressed.kind == "invited":
        return accept_invitation(token)
    browser = asked_token()

    def work(session: Session) -> str | None:
        found = use_link(session, token, browser, now())
        return _enter(session, found) if found else None

    entered = unit_of_work().run(work)
    return into(entered, kept_next()) if entered else _link(token, find_link(db.session(), token, now()))


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
    end_before(session)
    return enter_by_link(session, found.account_id, device(), now())


@access(Access.SIGNED_IN, signed_in(lacks_factor=None))
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    found = here().signed_in
    unit_of_work().run(lambda session: end_this_session(session, found), is_idempotent=True)
    response = redirect(url_for("organize.sign_in"), 303)
    forget_session(response)
    return response
