"""What ends something on one's own page: withdrawing an action, and erasing all of it. Each asks first, on a page.

    GET …/withdraw/ID ─► what it means ─► POST ─► withdrawn ─┬─ within the hour: POST …/restore/ID ─► as it was
                                                             └─ later: sign again
    GET …/erase ─► what it means ─► POST (`sure=yes`) ─► nothing is left ─► GET /my/erased, the same for everybody

The page that says what became of it can be read again: it is reached by a redirect, and needs no link.
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.actions.intake import Intake, current_intake
from campaign.actions.posted import read_posted
from campaign.actions.queries import OwnAction
from campaign.actions.service import taking_back
from campaign.actions.service.restoring import restore as restore_action
from campaign.actions.tokens import my_signer, undo_signer
from campaign.actions.views.mine import Owner, describe, open_page
from campaign.kernel.access import Access, access
from campaign.kernel.errors import NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.languages import INTERFACE
from campaign.kernel.localized import current_language, localized, negotiate, page_url
from campaign.kernel.unit import unit_of_work

WITHDRAWN_FROM = ("waiting", "held", "confirmed")
"""States in which there is something to withdraw."""


@access(Access.TOKEN, opened_by(my_signer, undo_signer))
def ask_to_withdraw(token: str, public_id: UUID) -> ResponseReturnValue:
    """Say what withdrawing an action means, with the button that does it; change nothing."""
    intake = current_intake()
    owner = open_page(intake, token)
    action = _find(owner, public_id)
    if action.state not in WITHDRAWN_FROM:
        return redirect(_back(token, public_id), 303)
    way = intake.kinds[action.kind].withdrawing
    can_undo = way.restore is not None and action.state == "confirmed" and action.person_id is not None
    view = describe(intake, [action]).get(str(action.public_id))
    return render_template(
        "actions/withdraw.html", item=action, view=view, way=way, can_undo=can_undo, back=_back(token, public_id)
    )


@access(Access.TOKEN, opened_by(my_signer, undo_signer))
def withdraw(token: str, public_id: UUID) -> ResponseReturnValue:
    """Withdraw one action."""
    intake = current_intake()
    mine = [_find(open_page(intake, token), public_id).id]
    unit_of_work().run(lambda session: taking_back.withdraw(session, mine, intake.kinds), is_idempotent=True)
    return redirect(_back(token, public_id), 303)


@access(Access.TOKEN, opened_by(my_signer, undo_signer))
def restore(token: str, public_id: UUID) -> ResponseReturnValue:
    """Undo a withdrawing, as long as that is offered; the page says how it stands."""
    intake = current_intake()
    mine = _find(open_page(intake, token), public_id).id
    unit_of_work().run(lambda session: restore_action(session, mine, intake.kinds), is_idempotent=True)
    return redirect(_back(token, public_id), 303)


@access(Access.TOKEN, opened_by(my_signer, undo_signer))
def ask_to_erase(token: str) -> ResponseReturnValue:
    """Say what erasing means, with the button that does it; change nothing."""
    return _erase_page(open_page(current_intake(), token), token)


@access(Access.TOKEN, opened_by(my_signer, undo_signer))
def erase(token: str) -> ResponseReturnValue:
    """With `sure=yes`, forget everything; ask once more without."""
    intake = current_intake()
    owner = open_page(intake, token)
    if read_posted(request, intake.installation).form.values.get("sure") != "yes":
        return _erase_page(owner, token)
    language = current_language()
    unit_of_work().run(lambda session: _erase(session, owner, intake), is_idempotent=True)
    return redirect(page_url("actions.my_erased", language=language), 303)


@access(Access.PUBLIC)
@localized
def erased() -> ResponseReturnValue:
    """Say what is so once everything is deleted; the same for everybody."""
    negotiate(INTERFACE)
    return render_template("actions/my_erased.html")


def _erase_page(owner: Owner, token: str) -> str:
    has_person = owner.person_id is not None
    return render_template("actions/my_erase.html", token=token, has_person=has_person)


def _erase(session: Session, owner: Owner, intake: Intake) -> None:
    if owner.person_id is not None:
        taking_back.erase_person(session, owner.person_id, intake.kinds)
    elif owner.action_id is not None:
        taking_back.erase_action(session, owner.action_id, intake.kinds)


def _find(owner: Owner, public_id: UUID) -> OwnAction:
    for action in owner.actions:
        if action.public_id == public_id:
            return action
    raise NotFoundError("no such action")


def _back(token: str, public_id: UUID) -> str:
    return url_for("actions.my", token=token, _anchor=f"deed-{public_id}")


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    one = "/my/<token>/{}/<uuid:public_id>"
    blueprint.add_url_rule(one.format("withdraw"), view_func=ask_to_withdraw, endpoint="my_withdraw")
    blueprint.add_url_rule(one.format("withdraw"), view_func=withdraw, methods=["POST"], endpoint="my_withdraw_post")
    blueprint.add_url_rule(one.format("restore"), view_func=restore, methods=["POST"], endpoint="my_restore")
    blueprint.add_url_rule("/my/<token>/erase", view_func=ask_to_erase, endpoint="my_erase")
    blueprint.add_url_rule("/my/<token>/erase", view_func=erase, methods=["POST"], endpoint="my_erase_post")
    blueprint.add_url_rule("/my/erased", view_func=erased, endpoint="my_erased")
