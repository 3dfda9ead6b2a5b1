"""Proving who one is: by the second factor after a mailed link, or once more before what asks again.

Three ways lead here, and back to where one was:

    lacks the second factor ─► factor ────────┐
    an organization demands it ─► second_factor ─► a code, a recovery code, a passkey ─► back to where one was
    proved too long ago ─► prove ─────────────┘                 └─ or, where that is enough, another link
"""

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.asking import ask_for_link
from campaign.accounts.members import find_account
from campaign.accounts.passkeys import options_to_use
from campaign.accounts.proofs import new_token
from campaign.accounts.proving import NotProved, Outcome, Proved, may_prove_by_link, prove_by_code, prove_by_passkey
from campaign.accounts.web.cookies import (
    asked_token,
    forget_session,
    session_token,
    set_asked,
    set_next,
    set_session,
)
from campaign.accounts.web.guards import here, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import ForbiddenError, NotFoundError
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.views.entering import line, minutes, posted_next
from campaign.organize.views.passkey_door import ANSWER


def add_proving(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/sign-in/factor", "factor", factor)
    blueprint.add_url_rule("/sign-in/factor", "give_factor", give_factor, methods=["POST"])
    blueprint.add_url_rule("/sign-in/factor/passkey", "factor_options", factor_options)
    blueprint.add_url_rule("/account/second-factor", "second_factor", second_factor)
    blueprint.add_url_rule("/account/prove", "prove", prove)
    blueprint.add_url_rule("/account/prove", "give_proof", give_proof, methods=["POST"])
    blueprint.add_url_rule("/account/prove/passkey", "prove_options", prove_options)
    blueprint.add_url_rule("/account/prove/link", "prove_by_link", prove_by_link, methods=["POST"])


@access(Access.SIGNED_IN, signed_in(lacks_factor=True))
def factor() -> ResponseReturnValue:
    """Ask for the second factor after a mailed link."""
    return _factor(200, None)


@access(Access.SIGNED_IN, signed_in(lacks_factor=True))
def give_factor() -> ResponseReturnValue:
    """Take the second factor after a mailed link."""
    outcome = _prove()
    if isinstance(outcome, Proved):
        return _back(outcome)
    if outcome.is_over:
        response = redirect(url_for("organize.sign_in", next=posted_next(), over="tries"), 303)
        forget_session(response)
        return response
    return _factor(429 if outcome.wait else 422, outcome)


def _factor(status: int, wrong: NotProved | None) -> ResponseReturnValue:
    return render_template("organize/proving/factor.html", **_told(wrong)), status


@access(Access.SIGNED_IN, signed_in())
def second_factor() -> ResponseReturnValue:
    """Say that an organization asks for a second factor; take it, or lead to where one is set up."""
    serving = here().signed_in.serving(request.args.get("organization", ""))
    if serving is None:
        raise NotFoundError("there is no such organization")
    return render_template("organize/proving/second_factor.html", serving=serving, **_told(None))


@access(Access.SIGNED_IN, signed_in())
def prove() -> ResponseReturnValue:
    """Ask once more who it is; `?factor=1`: by the second factor, where there is one."""
    return _proving(200, None)


@access(Access.SIGNED_IN, signed_in())
def give_proof() -> ResponseReturnValue:
    """Take the proof, and lead back."""
    outcome = _prove()
    return _back(outcome) if isinstance(outcome, Proved) else _proving(429 if outcome.wait else 422, outcome)


def _proving(status: int, wrong: NotProved | None) -> ResponseReturnValue:
    found = here().signed_in
    asks_factor = "factor" in request.values and (found.has_app or found.has_passkey)
    may_link = may_prove_by_link(found) and not asks_factor
    page = render_template("organize/proving/prove.html", may_link=may_link, asks_factor=asks_factor, **_told(wrong))
    return page, status


def _told(wrong: NotProved | None) -> dict[str, object]:
    wait = minutes(wrong.wait) if wrong and wrong.wait else 0
    return {"is_wrong": wrong is not None and not wait, "wait": wait, "next": posted_next(), "found": here().signed_in}


@access(Access.SIGNED_IN, signed_in(lacks_factor=True))
def factor_options() -> ResponseReturnValue:
    """Give the browser a challenge for a passkey as second factor."""
    return _options()


@access(Access.SIGNED_IN, signed_in())
def prove_options() -> ResponseReturnValue:
    """Give the browser a challenge for proving it once more."""
    return _options()


def _options() -> ResponseReturnValue:
    return Response(options_to_use(db.session(), session_token(), now()), mimetype="application/json")


@access(Access.SIGNED_IN, signed_in())
def prove_by_link() -> ResponseReturnValue:
    """Mail another link to who is signed in, where that proves enough."""
    found = here().signed_in
    if not may_prove_by_link(found):
        raise ForbiddenError("a link proves less than they signed in with")
    browser, at, where, known = asked_token() or new_token(), now(), line(), session_token()

    def work(session: Session) -> timedelta | None:
        account = find_account(session, found.email)
        return ask_for_link(session, account.email, browser, at, line=where, known=known) if account else None

    wait = unit_of_work().run(work, wakes=["critical"])
    if wait is not None:
        return _proving(429, NotProved(wait))
    response = redirect(url_for("organize.sent", next=posted_next()), 303)
    set_asked(response, browser)
    set_next(response, posted_next())
    return response


def _prove() -> Outcome:
    found, form, where, browser = here().signed_in, read_form(request).values, line(), session_token()

    def work(session: Session) -> Outcome:
        at = now()
        if answer := form.get(ANSWER, ""):
            return prove_by_passkey(session, found, answer, browser=browser, at=at)
        return prove_by_code(session, found, form.get("code", ""), line=where, at=at)

    return unit_of_work().run(work)


def _back(outcome: Proved) -> ResponseReturnValue:
    response = redirect(posted_next(), 303)
    if outcome.token is not None:
        set_session(response, outcome.token)
    return response
