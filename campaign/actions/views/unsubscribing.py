"""The page behind the unsubscribe link of a mail that nobody asked for, and what a mail program's own button posts to.

    link ─► GET: what the button does ─► POST ─► stopped ─┬─ within the hour: "that was a mistake" ─► as it was
    mail program ──────────────────────► POST ─► 200      └─ /my: the rest

A POST needs nothing but the link: no stamp, no cookie, whatever body, from whatever page (RFC 8058, section 3.2; the
answer is no redirect). A link that is too old for anything else still stops mail. One whose person is gone says that
nobody is left to write to.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.intake import current_intake
from campaign.actions.tokens import unsubscribe_signer
from campaign.actions.views.confirming import read_link
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.guards import opened_by
from campaign.kernel.limits import Poster
from campaign.kernel.localized import use_language
from campaign.kernel.network import client_ip
from campaign.kernel.refusals import from_anywhere
from campaign.kernel.unit import unit_of_work
from campaign.people.stopping import Recipient, find_recipient, stop, undo


@access(Access.TOKEN, opened_by(unsubscribe_signer))
def show(token: str) -> ResponseReturnValue:
    """Show the button, or that it was pressed; change nothing."""
    recipient = _find(token)
    if recipient is None or recipient.is_stopped:
        return _done(token, recipient)
    post_url = url_for("actions.unsubscribe", token=token)
    return render_template("actions/unsubscribe.html", recipient=recipient, post_url=post_url)


@from_anywhere
@access(Access.TOKEN, opened_by(unsubscribe_signer))
def unsubscribe(token: str) -> ResponseReturnValue:
    """Stop what the organization sends unasked; pressed again, or by a program, the same."""
    recipient = _find(token)
    if recipient is not None:
        person_id, organization_id = recipient.person_id, recipient.organization_id
        unit_of_work().run(
            lambda session: stop(session, person_id, [organization_id], "unsubscribe"), is_idempotent=True
        )
    return _done(token, _find(token))


@access(Access.TOKEN, opened_by(unsubscribe_signer))
def resubscribe(token: str) -> ResponseReturnValue:
    """Undo it, as long as the page offers that; afterwards show how it stands."""
    intake, recipient = current_intake(), _find(token)
    intake.check_limits(Poster(client_ip(request, intake.installation.settings.trusted_proxies)))
    if recipient is not None and recipient.can_undo:
        person_id, organization_id = recipient.person_id, recipient.organization_id
        unit_of_work().run(lambda session: undo(session, person_id, organization_id), is_idempotent=True)
        recipient = _find(token)
        if recipient is not None and not recipient.is_stopped:
            return render_template("actions/unsubscribe_undone.html", recipient=recipient)
    return show(token)


def _find(token: str) -> Recipient | None:
    link = read_link(unsubscribe_signer(current_intake().installation), token)
    recipient = find_recipient(db.session(), link.public_id, link.slug)
    if recipient is not None:
        use_language(recipient.language)
    return recipient


def _done(token: str, recipient: Recipient | None) -> str:
    undo_url = url_for("actions.resubscribe", token=token)
    return render_template("actions/unsubscribed.html", recipient=recipient, undo_url=undo_url)


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/unsubscribe/<token>", view_func=show, endpoint="unsubscribe_page")
    blueprint.add_url_rule("/unsubscribe/<token>", view_func=unsubscribe, methods=["POST"])
    blueprint.add_url_rule("/unsubscribe/<token>/undo", view_func=resubscribe, methods=["POST"])
