"""Signing in by a passkey: what the browser needs for it, and its answer.

The page's script (`js/organize/passkey.js`) asks for the one and posts the other, in a form like any.
"""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.passkeys import options_to_use, use_passkey
from campaign.accounts.proofs import new_token
from campaign.accounts.sessions import begin_session
from campaign.accounts.web.cookies import asked_token, set_asked
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.views.entering import device, end_before, into, open_door, posted_next

ANSWER = "credential"
"""The field of a form that holds what the browser answered."""


def add_passkey_door(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/sign-in/passkey", "passkey_options", options)
    blueprint.add_url_rule("/sign-in/passkey", "use_passkey", use, methods=["POST"])


@access(Access.PUBLIC)
def options() -> ResponseReturnValue:
    """Give the browser a challenge, bound to a cookie of its own."""
    open_door()
    browser = asked_token() or new_token()
    response = Response(options_to_use(db.session(), browser, now()), mimetype="application/json")
    set_asked(response, browser)
    return response


@access(Access.PUBLIC)
def use() -> ResponseReturnValue:
    """Sign in whose passkey answered."""
    open_door()
    form, browser, where = read_form(request).values, asked_token(), device()

    def work(session: Session) -> str | None:
        at = now()
        used = use_passkey(session, form.get(ANSWER, ""), browser=browser, at=at)
        if used is None:
            return None
        end_before(session)
        return begin_session(session, used.account_id, where, at, has_factor=True, lacks_factor=False)

    token = unit_of_work().run(work)
    if token is None:
        page = render_template("organize/sign_in.html", typed="", fault="passkey", wait=0, next=posted_next())
        return page, 422
    return into(token, form.get("next", ""))
