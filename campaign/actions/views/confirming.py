"""The page behind the mailed link. Looking at it changes nothing, however often and by what machine; its button does.

link ─► waiting ─► the page and its button ─► POST ─► thanks, with the number
─► confirmed before ─► 200 "already confirmed"          ─► past 14 days, still waiting ─► 410 and a form
─► deleted meanwhile ─► 410, and the way to the campaign's form        ─► not ours ─► 404
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.actions.commands import ConfirmAction, Confirmation, Signed
from campaign.actions.doorstep import limit_scope, list_barred
from campaign.actions.intake import Intake, current_intake
from campaign.actions.kind import ActionView
from campaign.actions.next_steps import find_step, list_steps
from campaign.actions.private_pages import about_campaign
from campaign.actions.queries import OwnAction, find_own_action, number_shown
from campaign.actions.questions.telling import tell_answers
from campaign.actions.redirects import lead_to_thanks
from campaign.actions.service.asking import ask_anew
from campaign.actions.service.holding import REVIEWED_WITHIN
from campaign.actions.sharecodes import code_for
from campaign.actions.signing_again import find_again
from campaign.actions.tokens import confirm_signer
from campaign.actions.vouchers import VisitState, seal_visit_state
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.limits import Poster
from campaign.kernel.localized import current_language, use_language
from campaign.kernel.network import client_ip
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError, Signer
from campaign.kernel.unit import unit_of_work
from campaign.people.addresses import parse_address


@dataclass(frozen=True)
class Link:
    """A mailed link, read: which action, of which campaign, and whether its time is over."""

    public_id: UUID
    slug: str
    is_expired: bool


@access(Access.TOKEN, opened_by(confirm_signer))
def show(token: str) -> ResponseReturnValue:
    """Show what would be confirmed, and the button."""
    link = read_link(confirm_signer(current_intake().installation), token)
    action = find_own_action(db.session(), link.public_id)
    if action is None:
        return _gone(link)
    use_language(action.language)
    if action.state != "waiting":
        return _answer_settled(action, link)
    if link.is_expired:
        return answer_expired(action, url_for("actions.ask_again", token=token))
    if is_barred(action):
        return _gone(link)
    return confirm_page([action], url_for("actions.confirm", token=token))


@access(Access.TOKEN, opened_by(confirm_signer))
def confirm(token: str) -> ResponseReturnValue:
    """Confirm, on the press of the button."""
    intake = current_intake()
    link = read_link(confirm_signer(intake.installation), token)
    if link.is_expired:
        return show(token)
    outcome = intake.confirm(ConfirmAction(link.public_id))
    if outcome.signed is not None:
        return thank(intake, link.public_id, outcome, outcome.signed)
    action = find_own_action(db.session(), link.public_id)
    if action is None or outcome.outcome == "gone":
        return _gone(link)
    if outcome.outcome in ("already", "withdrawn"):
        use_language(action.language)
        return _answer_settled(action, link)
    return thank(intake, link.public_id, outcome, signed_as(action))


@access(Access.TOKEN, opened_by(confirm_signer))
def ask_again(token: str) -> ResponseReturnValue:
    """Send the mail anew, if it still waits; the same words for everybody."""
    intake = current_intake()
    link = read_link(confirm_signer(intake.installation), token)
    return send_anew(intake, link, find_own_action(db.session(), link.public_id), ask_anew)


Ask = Callable[[Session, UUID, KeyedHash], None]


def send_anew(intake: Intake, link: Link, action: OwnAction | None, ask: Ask) -> str:
    """Mail a link of `action` again by `ask`, where there is one; the same words for everybody."""
    scope = ""
    if action is not None:
        use_language(action.language)
        scope = limit_scope(action.campaign.id, is_high_safety=action.campaign.is_high_safety)
    intake.check_limits(Poster(client_ip(request, intake.installation.settings.trusted_proxies), scope))
    if action is not None:
        public_id = action.public_id
        hashes = intake.installation.hashes
        unit_of_work().run(lambda session: ask(session, public_id, hashes), wakes=["critical"])
    return render_template("actions/sent_anew.html", slug=link.slug)


def is_barred(action: OwnAction) -> bool:
    """Whether the address of an action that waits takes no part in its campaign, since it was asked to confirm."""
    return parse_address(action.email).canonical in list_barred(db.session(), action.campaign)


def answer_expired(action: OwnAction, again_url: str) -> ResponseReturnValue:
    """Say that a link is past its time, and offer a new one."""
    return render_template("actions/expired.html", campaign=action.campaign, again_url=again_url), 410


def read_link(signer: Signer, token: str) -> Link:
    """Return a mailed link, read, also one past its time; raise `NotFoundError` where it is not ours."""
    try:
        claim, is_expired = signer.read(token), False
    except ExpiredTokenError as error:
        claim, is_expired = error.claim, True
    except ForgedTokenError as error:
        raise NotFoundError("no such link") from error
    match claim:
        case [str(public_id), str(slug)]:
            about_campaign(slug)
            return Link(UUID(public_id), slug, is_expired)
    raise NotFoundError("no such link")


def confirm_page(
    actions: Sequence[OwnAction], post_url: str, *, shown: Sequence[UUID] = (), is_more: bool = False
) -> str:
    """Return the page with what would be confirmed, and its button; its form brings back `shown`.

    `is_more`: other actions wait, which this page does not list.
    """
    again = find_again(db.session(), [action.id for action in actions])
    before = {action_id: found.before.answers for action_id, found in again.items() if "answers" in found.changes}
    return render_template(
        "actions/confirm.html",
        actions=actions,
        views=_describe(actions),
        again=again,
        answers=tell_answers(db.session(), actions, current_language(), before),
        campaign=actions[0].campaign,
        review_days=REVIEWED_WITHIN.days,
        post_url=post_url,
        shown=shown,
        is_more=is_more,
    )


def _describe(actions: Sequence[OwnAction]) -> dict[str, ActionView]:
    """Return the kinds' own words on actions, by public id: a letter shows its text before it is confirmed."""
    views: dict[str, ActionView] = {}
    for name, kind in current_intake().kinds.items():
        ids = [action.id for action in actions if action.kind == name]
        if ids and kind.describe is not None:
            views |= {view.public_id: view for view in kind.describe(db.session(), ids, actions[0].language)}
    return views


def _campaign_of(action: OwnAction) -> dict[str, object]:
    return {"campaign": action.campaign, "title": action.title_in(action.language), "action": action}


def _answer_settled(action: OwnAction, link: Link) -> ResponseReturnValue:
    """Answer a link whose action was confirmed before, or taken back.

    Whoever comes back by it in its time stands where they stood after pressing its button: what is next knows them. A
    voucher is good for one action however often it is handed out.
    """
    if action.state in ("withdrawn", "discarded"):
        return render_template("actions/withdrawn.html", **_campaign_of(action))
    action = number_shown(action, current_intake().installation.hashes)
    context, step, token, view = _campaign_of(action), None, "", None
    if action.state in ("confirmed", "merged"):
        installation, doorstep = current_intake().installation, current_intake().doorsteps.find(action.campaign.slug)
        visit_state = VisitState(
            kind=action.kind,
            language=current_language(),
            outcome="already",
            number=action.number,
            vouched_by=str(action.public_id) if action.person_id is not None and not link.is_expired else "",
        )
        token = seal_visit_state(installation, visit_state)
        step = find_step(list_steps(doorstep, visit_state, token), "")
        kind = current_intake().kinds.get(action.kind)
        if kind is not None and kind.arrived is not None:
            view = kind.arrived(db.session(), action.public_id, current_language())
    return render_template("actions/already.html", step=step, token=token, view=view, **context)


def _gone(link: Link) -> ResponseReturnValue:
    return render_template("actions/gone.html", slug=link.slug), 410


def thank(
    intake: Intake, public_id: UUID, outcome: Confirmation, signed: Signed, *, waits_url: str = ""
) -> ResponseReturnValue:
    """Lead to the thanks page; `waits_url`: the path of the page with what came meanwhile, where something did."""
    is_open_handed = outcome.outcome in ("confirmed", "merged") and signed.has_person
    visit_state = VisitState(
        kind=signed.kind,
        language=signed.language,
        outcome=outcome.outcome,
        number=outcome.number if signed.has_person else None,
        ends_on=(now() + REVIEWED_WITHIN).date().isoformat() if outcome.outcome == "held" else "",
        vouched_by=str(public_id) if is_open_handed else "",
        public_id=str(public_id) if is_open_handed else "",
        share_code=code_for(intake.installation, outcome.sharer_id) if outcome.sharer_id else "",
        waits_url=waits_url,
    )
    return lead_to_thanks(intake.installation, signed.slug, visit_state)


def signed_as(action: OwnAction) -> Signed:
    """Return what its supporter's next step has to know of an action."""
    return Signed(action.kind, action.campaign.slug, action.language, has_person=action.person_id is not None)


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/confirm/<token>", view_func=show, endpoint="confirm_page")
    blueprint.add_url_rule("/confirm/<token>", view_func=confirm, methods=["POST"])
    blueprint.add_url_rule("/confirm/<token>/again", view_func=ask_again, methods=["POST"])
