"""The page behind the mailed link. Looking at it changes nothing, however often and by what machine; its button does.

link ─► waiting ─► the page and its button ─► POST ─► thanks, with the number
─► confirmed before ─► 200 "already confirmed"          ─► past 14 days, still waiting ─► 410 and a form
─► deleted meanwhile ─► 410, and the way to the campaign's form        ─► not ours ─► 404
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.actions.commands import ConfirmAction, Confirmation, Signed
from campaign.actions.desk import Desk, desk
from campaign.actions.journey import Journey, seal_journey
from campaign.actions.kind import ActionView
from campaign.actions.onward import lead_to_thanks
from campaign.actions.queries import OwnAction, find_own_action, list_waiting_with
from campaign.actions.service.asking import ask_all_anew, ask_anew
from campaign.actions.sharing import code_for
from campaign.actions.steps import find_step, list_steps
from campaign.actions.tokens import confirm_all_signer, confirm_signer
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.headers import no_store
from campaign.kernel.limits import Poster
from campaign.kernel.localized import current_language, use_language
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError, KeyedHash, Signer
from campaign.people.addresses import parse_address


@dataclass(frozen=True)
class _Link:
    """A mailed link, read: which action, of which campaign, and whether its time is over."""

    public_id: UUID
    slug: str
    is_expired: bool


@access(Access.TOKEN)
def show(token: str) -> ResponseReturnValue:
    """Show what would be confirmed, and the button."""
    no_store()
    link = _read(confirm_signer(desk().installation), token)
    action = find_own_action(db.session(), link.public_id)
    if action is None:
        return _gone(link)
    use_language(action.language)
    if action.state != "waiting":
        return _answer_settled(action)
    if link.is_expired:
        return _expired(action, url_for("actions.ask_again", token=token))
    return _page([action], url_for("actions.confirm", token=token))


@access(Access.TOKEN)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm, on the press of the button."""
    no_store()
    office = desk()
    link = _read(confirm_signer(office.installation), token)
    if link.is_expired:
        return show(token)
    outcome = office.confirm(ConfirmAction(link.public_id))
    if outcome.signed is not None:
        return _thank(office, link.public_id, outcome, outcome.signed)
    action = find_own_action(db.session(), link.public_id)
    if action is None or outcome.outcome == "gone":
        return _gone(link)
    if outcome.outcome in ("already", "withdrawn"):
        use_language(action.language)
        return _answer_settled(action)
    return _thank(office, link.public_id, outcome, _signed(action))


@access(Access.TOKEN)
def ask_again(token: str) -> ResponseReturnValue:
    """Send the mail anew, if it still waits; the same words for everybody."""
    no_store()
    office = desk()
    link = _read(confirm_signer(office.installation), token)
    return _send_anew(office, link, find_own_action(db.session(), link.public_id), ask_anew)


@access(Access.TOKEN)
def show_all(token: str) -> ResponseReturnValue:
    """Show all that waits for one mailbox: the page behind the one mail of the next day."""
    no_store()
    link, waiting = _waiting(token)
    if not waiting:
        return render_template("actions/nothing_waits.html")
    use_language(waiting[0].language)
    if link.is_expired:
        return _expired(waiting[0], url_for("actions.ask_all_again", token=token))
    return _page(waiting, url_for("actions.confirm_all", token=token))


@access(Access.TOKEN)
def confirm_all(token: str) -> ResponseReturnValue:
    """Confirm all that waits, on the press of the button."""
    no_store()
    link, waiting = _waiting(token)
    if not waiting or link.is_expired:
        return show_all(token)
    office = desk()
    # Oldest first: where one signed twice, what was typed last is what holds.
    answered = [(action, office.confirm(ConfirmAction(action.public_id))) for action in reversed(waiting)]
    action, outcome = _best(answered)
    return _thank(office, action.public_id, outcome, outcome.signed or _signed(action))


def _best(answered: Sequence[tuple[OwnAction, Confirmation]]) -> tuple[OwnAction, Confirmation]:
    """Return what to thank for: the newest that counts, else the newest. Nobody signed before by the same press."""
    counting = [pair for pair in answered if pair[1].outcome in ("confirmed", "merged")]
    action, outcome = (counting or answered)[-1]
    new = {(other.kind, other.campaign.id) for other, told in answered if told.outcome == "confirmed"}
    if outcome.outcome == "merged" and (action.kind, action.campaign.id) in new:
        outcome = replace(outcome, outcome="confirmed")
    return action, outcome


@access(Access.TOKEN)
def ask_all_again(token: str) -> ResponseReturnValue:
    """Send one mail anew for all that still waits; the same words for everybody."""
    no_store()
    link, waiting = _waiting(token)
    return _send_anew(desk(), link, waiting[0] if waiting else None, ask_all_anew)


_Ask = Callable[[Session, UUID, KeyedHash], None]


def _send_anew(office: Desk, link: _Link, action: OwnAction | None, ask: _Ask) -> str:
    if action is not None:
        use_language(action.language)
        office.check_limits(Poster("", _canonical(action.email)))
        session = db.session()
        ask(session, action.public_id, office.installation.hashes)
        session.commit()
        office.nudge("critical")
    return render_template("actions/sent_anew.html", slug=link.slug)


def _canonical(email: str) -> str:
    """Return the address that limits are counted by; none where nobody is written to any more."""
    return parse_address(email).canonical if email else ""


def _waiting(token: str) -> tuple[_Link, list[OwnAction]]:
    """Return a link for several, read, and what waits behind it, newest first."""
    link = _read(confirm_all_signer(desk().installation), token)
    return link, list_waiting_with(db.session(), link.public_id)


def _expired(action: OwnAction, again_url: str) -> ResponseReturnValue:
    return render_template("actions/expired.html", campaign=action.campaign, again_url=again_url), 410


def _read(signer: Signer, token: str) -> _Link:
    try:
        claim, is_expired = signer.read(token), False
    except ExpiredTokenError as error:
        claim, is_expired = error.claim, True
    except ForgedTokenError as error:
        raise NotFoundError("no such link") from error
    match claim:
        case [str(public_id), str(slug)]:
            return _Link(UUID(public_id), slug, is_expired)
    raise NotFoundError("no such link")


def _page(actions: Sequence[OwnAction], post_url: str) -> str:
    return render_template(
        "actions/confirm.html",
        actions=actions,
        views=_describe(actions),
        campaign=actions[0].campaign,
        post_url=post_url,
    )


def _describe(actions: Sequence[OwnAction]) -> dict[str, ActionView]:
    """Return the kinds' own words on actions, by public id: a letter shows its text before it is confirmed."""
    views: dict[str, ActionView] = {}
    for name, kind in desk().kinds.items():
        ids = [action.id for action in actions if action.kind == name]
        if ids and kind.describe is not None:
            views |= {view.public_id: view for view in kind.describe(db.session(), ids, actions[0].language)}
    return views


def _campaign_of(action: OwnAction) -> dict[str, object]:
    return {"campaign": action.campaign, "title": action.title_in(action.language), "action": action}


def _answer_settled(action: OwnAction) -> ResponseReturnValue:
    if action.state in ("withdrawn", "discarded"):
        return render_template("actions/withdrawn.html", **_campaign_of(action))
    context, step, token, view = _campaign_of(action), None, "", None
    if action.state in ("confirmed", "merged"):
        installation, doorstep = desk().installation, desk().doorsteps.find(action.campaign.slug)
        journey = Journey(kind=action.kind, language=current_language(), outcome="already", number=action.number)
        token = seal_journey(installation, journey)
        title = pick(doorstep.title, current_language(), doorstep.languages).value
        step = find_step(list_steps(doorstep, journey, token, title), "")
        kind = desk().kinds.get(action.kind)
        if kind is not None and kind.arrived is not None:
            view = kind.arrived(db.session(), action.public_id, current_language())
    return render_template("actions/already.html", step=step, token=token, view=view, **context)


def _gone(link: _Link) -> ResponseReturnValue:
    return render_template("actions/gone.html", slug=link.slug), 410


def _thank(office: Desk, public_id: UUID, outcome: Confirmation, signed: Signed) -> ResponseReturnValue:
    is_open_handed = outcome.outcome in ("confirmed", "merged") and signed.has_person
    journey = Journey(
        kind=signed.kind,
        given_name=signed.given_name,
        family_name=signed.family_name,
        email=signed.email,
        postal_code=signed.postal_code,
        country=signed.country,
        language=signed.language,
        outcome=outcome.outcome,
        number=outcome.number,
        vouched_by=str(public_id) if is_open_handed else "",
        public_id=str(public_id) if is_open_handed else "",
        share_code=code_for(office.installation, outcome.sharer_id) if outcome.sharer_id else "",
    )
    return lead_to_thanks(office.installation, signed.slug, journey)


def _signed(action: OwnAction) -> Signed:
    return Signed(
        action.kind,
        action.campaign.slug,
        action.language,
        has_person=action.person_id is not None,
        given_name=action.given_name if action.person_id else "",
        family_name=action.family_name,
        email=action.email if action.person_id else "",
        postal_code=action.postal_code,
        country=action.country,
    )


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/confirm/<token>", view_func=show, endpoint="confirm_page")
    blueprint.add_url_rule("/confirm/<token>", view_func=confirm, methods=["POST"])
    blueprint.add_url_rule("/confirm/<token>/again", view_func=ask_again, methods=["POST"])
    blueprint.add_url_rule("/confirm/all/<token>", view_func=show_all, endpoint="confirm_all_page")
    blueprint.add_url_rule("/confirm/all/<token>", view_func=confirm_all, methods=["POST"])
    blueprint.add_url_rule("/confirm/all/<token>/again", view_func=ask_all_again, methods=["POST"])
