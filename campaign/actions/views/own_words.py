"""One's own words on a campaign's page: let be shown, or shown no more, on one's own page."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.intake import current_intake
from campaign.actions.posted import read_posted
from campaign.actions.service.showing_comments import let_show
from campaign.actions.tokens import my_signer
from campaign.actions.views.mine import open_page
from campaign.kernel.access import Access, access
from campaign.kernel.errors import NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.unit import unit_of_work


@access(Access.TOKEN, opened_by(my_signer))
def change(token: str, public_id: UUID) -> ResponseReturnValue:
    """Let the words of one signature be shown (`show=yes`), or no more."""
    intake = current_intake()
    owner = open_page(intake, token)
    mine = [action.id for action in owner.actions if action.public_id == public_id and action.person_id is not None]
    if not mine:
        raise NotFoundError("no such action")
    is_shown = read_posted(request, intake.installation).form.values.get("show") == "yes"
    unit_of_work().run(lambda session: let_show(session, mine, is_shown=is_shown), is_idempotent=True)
    return redirect(url_for("actions.my", token=token), 303)


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule(
        "/my/<token>/words/<uuid:public_id>", view_func=change, methods=["POST"], endpoint="my_words"
    )
