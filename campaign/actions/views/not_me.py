"""For whom somebody else typed in ("this wasn't me"): deletes what waits, and for a time has nothing more asked.

link ─► 14 days ─► deletes all that waits for the address in the campaign, and refuses more (`delivery.suppression`)
          └─ older ─► deletes the one thing it was mailed for, as long as that waits; refuses nothing
                          └─ that waits no more ─► 410: it can do nothing any more

So an old mail in other hands is no lever for ever.
"""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.intake import current_intake
from campaign.actions.queries import find_own_action, find_standing_action
from campaign.actions.service.refusing import refuse
from campaign.actions.service.taking_back import delete_waiting
from campaign.actions.tokens import not_me_signer
from campaign.actions.views.confirming import Link, read_link
from campaign.delivery.suppression import REFUSAL_LASTS
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.guards import opened_by
from campaign.kernel.localized import use_language
from campaign.kernel.unit import unit_of_work


@dataclass(frozen=True)
class Terms:
    """What the pages name: how long a refusal lasts and a link is good, in days."""

    days: int = REFUSAL_LASTS.days
    link_days: int = 0


@access(Access.TOKEN, opened_by(not_me_signer))
def show(token: str) -> ResponseReturnValue:
    """Say what the button does; look, change nothing."""
    link = _read(token)
    action = find_own_action(db.session(), link.public_id)
    if action is not None:
        use_language(action.language)
    if link.is_expired and (action is None or action.state != "waiting"):
        return _too_old(link)
    return render_template(
        "actions/not_me.html",
        is_old=link.is_expired,
        post_url=url_for("actions.not_me_post", token=token),
        terms=_terms(),
    )


@access(Access.TOKEN, opened_by(not_me_signer))
def refuse_all(token: str) -> ResponseReturnValue:
    """Delete what waits for this address in this campaign, and for a time ask it nothing more there."""
    link = _read(token)
    if link.is_expired:
        return _delete_one(link)
    action = find_standing_action(db.session(), link.public_id)
    if action is not None:
        found = action
        use_language(found.language)
        hashes = current_intake().installation.hashes
        unit_of_work().run(lambda session: refuse(session, found, hashes), is_idempotent=True)
    return _done(link, is_stopped=action is not None and bool(action.email))


def _delete_one(link: Link) -> ResponseReturnValue:
    action = find_own_action(db.session(), link.public_id)
    if action is not None:
        use_language(action.language)
    if action is None or action.state != "waiting":
        return _too_old(link)
    action_id = action.id
    unit_of_work().run(lambda session: delete_waiting(session, [action_id]), is_idempotent=True)
    return _done(link, is_stopped=False)


def _done(link: Link, *, is_stopped: bool) -> str:
    return render_template(
        "actions/not_me_done.html", slug=link.slug, is_stopped=is_stopped, is_old=link.is_expired, terms=_terms()
    )


def _too_old(link: Link) -> ResponseReturnValue:
    return render_template("actions/not_me_old.html", slug=link.slug, terms=_terms()), 410


def _terms() -> Terms:
    return Terms(link_days=not_me_signer(current_intake().installation).max_age_seconds // 86400)


def _read(token: str) -> Link:
    return read_link(not_me_signer(current_intake().installation), token)


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/not-me/<token>", view_func=show, endpoint="not_me_page")
    blueprint.add_url_rule("/not-me/<token>", view_func=refuse_all, methods=["POST"], endpoint="not_me_post")
