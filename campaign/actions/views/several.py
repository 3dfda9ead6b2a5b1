"""The page behind a link that confirms several actions: it lists what waits for one mailbox; its button confirms that.

Exactly what the page listed is confirmed, and of that what still waits for the same mailbox. Anybody can type anybody's
address, so what came between the page and the press is nothing its reader has seen: it stays, and the answer says so.

link ─► what waits, each with its words; the form carries their public ids ─► POST ─► those are confirmed ─► thanks
                             │ a POST without them, or none of them waits any more ◄─┘     └─► "something more waits"
                             └─ confirms nothing, and shows the page
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.commands import ConfirmAction, Confirmation
from campaign.actions.intake import current_intake
from campaign.actions.posted import read_posted
from campaign.actions.queries import OwnAction, list_waiting_with
from campaign.actions.service.asking import ask_all_anew
from campaign.actions.tokens import confirm_all_signer
from campaign.actions.views.confirming import (
    Link,
    answer_expired,
    confirm_page,
    is_barred,
    read_link,
    send_anew,
    signed_as,
    thank,
)
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.guards import opened_by
from campaign.kernel.localized import use_language

MOST_LISTED = 10
"""Actions on one page: whoever types a stranger's address a thousand times must not make a page of it. The newest are
listed, and the others after those."""

SHOWN = "shown"
"""The field of the page's form that holds the public id of an action it lists; one for each."""


_PUBLIC_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@access(Access.TOKEN, opened_by(confirm_all_signer))
def show_all(token: str) -> ResponseReturnValue:
    """Show all that waits for one mailbox: the page behind the one mail of the next day."""
    return _show(token, *_waiting(token))


@access(Access.TOKEN, opened_by(confirm_all_signer))
def confirm_all(token: str) -> ResponseReturnValue:
    """Confirm what the page listed, on the press of its button."""
    intake = current_intake()
    link, waiting = _waiting(token)
    form = read_posted(request, intake.installation).form
    listed = {value for name, value in form.pairs if name == SHOWN and _PUBLIC_ID.fullmatch(value)}
    ids = sorted(map(UUID, listed))[:MOST_LISTED]
    chosen = _list_waiting(link, most=MOST_LISTED, only=ids) if ids else []
    if not chosen or link.is_expired:
        return _show(token, link, waiting)
    # Oldest first, so that what is thanked for is the newest.
    answered = [(action, intake.confirm(ConfirmAction(action.public_id))) for action in reversed(chosen)]
    action, outcome = _best(answered)
    waits_url = url_for("actions.confirm_all_page", token=token) if len(chosen) < len(waiting) else ""
    return thank(intake, action.public_id, outcome, outcome.signed or signed_as(action), waits_url=waits_url)


@access(Access.TOKEN, opened_by(confirm_all_signer))
def ask_all_again(token: str) -> ResponseReturnValue:
    """Send one mail anew for all that still waits; the same words for everybody."""
    link, waiting = _waiting(token)
    return send_anew(current_intake(), link, waiting[0] if waiting else None, ask_all_anew)


def _waiting(token: str) -> tuple[Link, list[OwnAction]]:
    """Return a link for several, read, and what waits behind it, newest first: one more than a page lists."""
    link = read_link(confirm_all_signer(current_intake().installation), token)
    return link, _list_waiting(link, most=MOST_LISTED + 1)


def _list_waiting(link: Link, *, most: int, only: Sequence[UUID] | None = None) -> list[OwnAction]:
    waiting = list_waiting_with(db.session(), link.public_id, most=most, only=only)
    return [action for action in waiting if not is_barred(action)]


def _show(token: str, link: Link, waiting: Sequence[OwnAction]) -> ResponseReturnValue:
    if not waiting:
        return render_template("actions/nothing_waits.html")
    use_language(waiting[0].language)
    if link.is_expired:
        return answer_expired(waiting[0], url_for("actions.ask_all_again", token=token))
    post_url = url_for("actions.confirm_all", token=token)
    listed = waiting[:MOST_LISTED]
    shown = [action.public_id for action in listed]
    return confirm_page(listed, post_url, shown=shown, is_more=len(waiting) > len(listed))


def _best(answered: Sequence[tuple[OwnAction, Confirmation]]) -> tuple[OwnAction, Confirmation]:
    """Return what to thank for: the newest that counts, else the newest. Nobody signed before by the same press."""
    counting = [pair for pair in answered if pair[1].outcome in ("confirmed", "merged")]
    action, outcome = (counting or answered)[-1]
    new = {(other.kind, other.campaign.id) for other, told in answered if told.outcome == "confirmed"}
    if outcome.outcome == "merged" and (action.kind, action.campaign.id) in new:
        outcome = replace(outcome, outcome="confirmed")
    return action, outcome


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/confirm/all/<token>", view_func=show_all, endpoint="confirm_all_page")
    blueprint.add_url_rule("/confirm/all/<token>", view_func=confirm_all, methods=["POST"])
    blueprint.add_url_rule("/confirm/all/<token>/again", view_func=ask_all_again, methods=["POST"])
