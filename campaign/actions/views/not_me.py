"""For whom somebody else typed in ("this wasn't me"): deletes what waits, stops more mail from this campaign."""

from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.desk import desk
from campaign.actions.queries import find_own_action, find_standing_action
from campaign.actions.service.undoing import refuse
from campaign.actions.tokens import not_me_signer
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.headers import no_store
from campaign.kernel.localized import use_language
from campaign.kernel.tokens import ExpiredTokenError, TokenError


@access(Access.TOKEN)
def show(token: str) -> ResponseReturnValue:
    """Say what the button does; look, change nothing."""
    no_store()
    public_id, slug = _read(token)
    action = find_own_action(db.session(), public_id)
    if action is not None:
        use_language(action.language)
    return render_template(
        "actions/not_me.html", slug=slug, action=action, post_url=url_for("actions.not_me_post", token=token)
    )


@access(Access.TOKEN)
def refuse_all(token: str) -> ResponseReturnValue:
    """Delete what waits for this address in this campaign, and stop more from it."""
    no_store()
    public_id, slug = _read(token)
    office = desk()
    action = find_standing_action(db.session(), public_id)
    if action is not None:
        found = action
        use_language(found.language)
        office.transact(lambda session: refuse(session, found, office.installation.hashes), is_idempotent=True)
    return render_template("actions/not_me_done.html", slug=slug, is_stopped=action is not None and bool(action.email))


def _read(token: str) -> tuple[UUID, str]:
    try:
        claim = not_me_signer(desk().installation).read(token)
    except ExpiredTokenError as error:
        claim = error.claim
    except TokenError as error:
        raise NotFoundError("no such link") from error
    match claim:
        case [str(public_id), str(slug)]:
            return UUID(public_id), slug
    raise NotFoundError("no such link")


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/not-me/<token>", view_func=show, endpoint="not_me_page")
    blueprint.add_url_rule("/not-me/<token>", view_func=refuse_all, methods=["POST"], endpoint="not_me_post")
