"""One's own page, without an account: a mailed link opens what one did here and what became of it.

`/my` mails the link, with the same answer for everybody. Behind it: see; withdraw and erase, which ask first
(`campaign.actions.views.ending`); and what one is sent (`own_mail`). A high-safety action has a link of its own, in its
own mail, and this page then shows it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from campaign.actions.fields import address_problem
from campaign.actions.intake import Intake, current_intake
from campaign.actions.kind import ActionView
from campaign.actions.posted import read_posted
from campaign.actions.problem_words import WORDS, ProblemWords, say_problem
from campaign.actions.queries import (
    OwnAction,
    count_referred,
    find_my_link,
    find_standing_action,
    list_own_actions,
    number_shown,
)
from campaign.actions.questions.telling import tell_answers
from campaign.actions.service.links import KEPT_FOR, ask_for_link, is_to_be_renewed, renew
from campaign.actions.sharecodes import code_for
from campaign.actions.tokens import my_signer, undo_signer
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import GoneError, NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.headers import no_store
from campaign.kernel.languages import INTERFACE
from campaign.kernel.localized import current_language, localized, negotiate, page_url, use_language
from campaign.kernel.problems import Problem
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError, TokenError
from campaign.kernel.unit import unit_of_work
from campaign.people.addresses import BadAddressError, parse_address
from campaign.people.consents import list_own_mail


@dataclass(frozen=True)
class Owner:
    """Who holds the link: a person, or nobody but one high-safety action."""

    person_id: int | None
    action_id: int | None
    actions: list[OwnAction]


class LinkOverError(GoneError):
    """A link to one's own page that opens nothing any more. `is_of_one`: it was that of one high-safety action."""

    def __init__(self, message: str, *, is_of_one: bool = False) -> None:
        super().__init__(message)
        self.is_of_one = is_of_one


@access(Access.PUBLIC)
@localized
def ask() -> ResponseReturnValue:
    """Show the form that asks for the link, or that it was asked for."""
    negotiate(INTERFACE)
    if request.args.get("sent") == "yes":
        no_store()
        return render_template("actions/my_sent.html")
    return _ask_page("", None)


@access(Access.PUBLIC)
def send() -> ResponseReturnValue:
    """Mail the link, if the address did anything here; 303 to the same answer, which a reload only reads again."""
    no_store()
    intake = current_intake()
    posted = read_posted(request, intake.installation)
    values = posted.form.values
    use_language(values.get("language"))
    typed = values.get("email", "")
    problems = posted.find_problems(intake.installation.stamp)
    try:
        address = parse_address(typed)
    except BadAddressError as error:
        problems.append(address_problem(error) if typed.strip() else Problem(("email",), "missing"))
    limited = intake.count_in_vain(posted)
    if limited is not None:
        problem = Problem(("email",), "limited")
        return _ask_page(typed, problem), 429, {"Retry-After": str(limited.retry_after_seconds)}
    if problems:
        return _ask_page(typed, problems[-1]), 422
    if not posted.is_from_machine:
        hashes = intake.installation.hashes
        unit_of_work().run(lambda session: ask_for_link(session, address.canonical, hashes), wakes=["critical"])
    return redirect(page_url("actions.my_ask", sent="yes", pin=True), 303)


_ASKING_WORDS: ProblemWords = {
    **WORDS,
    "stale": _("This page was open for too long. Send it again."),
    "limited": _("You’ve asked several times. Wait a while, then try again."),
}


def _ask_page(typed: str, problem: Problem | None) -> str:
    error = say_problem(problem, _ASKING_WORDS) if problem is not None else None
    stamp = current_intake().installation.stamp.make()
    return render_template("actions/my_ask.html", stamp=stamp, email=typed, error=error)


@access(Access.TOKEN, opened_by(my_signer, undo_signer))
def show(token: str) -> ResponseReturnValue:
    """Show what the holder of the link did here."""
    intake = current_intake()
    owner = open_page(intake, token)
    return _page(intake, owner, token)


def open_page(intake: Intake, token: str) -> Owner:
    """Return whose page the token opens; a visit renews the link's seven days, once a day."""
    try:
        claim = my_signer(intake.installation).read(token)
    except ForgedTokenError:
        return _open_action(intake, token)
    except ExpiredTokenError as error:
        raise LinkOverError("this link is over") from error
    link = find_my_link(db.session(), UUID(str(claim)))
    if link is None or link.expires_at < now():
        raise LinkOverError("this link is over")
    if request.method != "HEAD" and is_to_be_renewed(link):
        unit_of_work().run(lambda session: renew(session, link.public_id), is_idempotent=True)
    actions = list_own_actions(db.session(), link.person_id)
    use_language(actions[0].language if actions else None)
    return Owner(link.person_id, None, actions)


def _open_action(intake: Intake, token: str) -> Owner:
    try:
        claim = undo_signer(intake.installation).read(token)
    except ExpiredTokenError as error:
        raise LinkOverError("this link is over", is_of_one=True) from error
    except TokenError as error:
        raise NotFoundError("no such link") from error
    action = find_standing_action(db.session(), UUID(str(claim)))
    if action is None or action.person_id is not None:
        raise LinkOverError("nothing is left here", is_of_one=True)
    use_language(action.language)
    return Owner(None, action.id, [number_shown(action, intake.installation.hashes)])


def describe(intake: Intake, actions: Sequence[OwnAction]) -> dict[str, ActionView]:
    """Return what the kinds tell of actions, by public id."""
    views: dict[str, ActionView] = {}
    for name, kind in intake.kinds.items():
        ids = [action.id for action in actions if action.kind == name]
        if ids and kind.describe is not None:
            views |= {view.public_id: view for view in kind.describe(db.session(), ids, current_language())}
    return views


def can_be_undone(action: OwnAction, owner: Owner) -> bool:
    """Whether a withdrawn action can be had back: not once its supporter did the same again meanwhile."""
    if action.undo_until is None or action.undo_until < now():
        return False
    return not any(
        other.state == "confirmed" and other.is_counted
        for other in owner.actions
        if action.is_counted and other.campaign.id == action.campaign.id
    )


def _page(intake: Intake, owner: Owner, token: str) -> str:
    kinds = intake.kinds
    sharers = [action.id for action in owner.actions if action.state == "confirmed" and action.person_id is not None]
    own_mail = list_own_mail(db.session(), owner.person_id) if owner.person_id is not None else []
    return render_template(
        "actions/my.html",
        owner=owner,
        own_mail=own_mail,
        views=describe(intake, owner.actions),
        answers=tell_answers(db.session(), owner.actions, current_language()),
        withdrawing={name: kind.withdrawing for name, kind in kinds.items()},
        undoable={action.id for action in owner.actions if can_be_undone(action, owner)},
        token=token,
        share_codes={action_id: code_for(intake.installation, action_id) for action_id in sharers},
        referred=count_referred(db.session(), sharers) if sharers else {},
    )


def _say_over(error: LinkOverError) -> ResponseReturnValue:
    no_store()
    return render_template("actions/my_over.html", is_of_one=error.is_of_one, days=KEPT_FOR.days), 410


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.register_error_handler(LinkOverError, _say_over)
    blueprint.add_url_rule("/my", view_func=ask, endpoint="my_ask")
    blueprint.add_url_rule("/my", view_func=send, methods=["POST"], endpoint="my_send")
    blueprint.add_url_rule("/my/<token>", view_func=show, endpoint="my")
