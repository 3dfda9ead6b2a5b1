"""What one sees after posting ("look into your mail") and after confirming: one's number, then one step at a time."""

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.actions.intake import current_intake
from campaign.actions.kind import ActionKind, ActionView
from campaign.actions.next_steps import END, find_step, list_steps
from campaign.actions.vouchers import VisitState, open_visit_state
from campaign.campaigns.queries import get_tally
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.headers import no_store
from campaign.kernel.localized import use_language
from campaign.kernel.mailboxes import webmail_of


@access(Access.PUBLIC)
def thanks(slug: str) -> ResponseReturnValue:
    """Thank a supporter; alike for known and new addresses. `step` goes on where the visit's token is too old, too."""
    no_store()
    installation = current_intake().installation
    doorstep = current_intake().doorsteps.find(slug)
    visit_state = open_visit_state(installation, request.args.get("t", ""))
    token = request.args.get("t", "") if visit_state.language else ""
    language = use_language(visit_state.language or request.args.get("lang") or doorstep.language)
    title = pick(doorstep.title, language, doorstep.languages)
    asked = request.args.get("step", "")
    is_onward = _counts(visit_state) or (bool(asked) and not visit_state.kind)
    step = find_step(list_steps(doorstep, visit_state, token), asked) if is_onward else None
    kind = current_intake().kinds.get(visit_state.kind)
    return render_template(
        kind.thanks if kind is not None else "actions/thanks.html",
        campaign=doorstep,
        title=title,
        demand=pick(doorstep.demand, language, doorstep.languages),
        visit_state=visit_state,
        token=token,
        step=step,
        view=_arrived(kind, visit_state, language),
        asked=_asked(kind, visit_state, language),
        ends_on=date.fromisoformat(visit_state.ends_on) if visit_state.ends_on else None,
        is_at_end=is_onward and step is None and not (visit_state.outcome and asked != END),
        webmail=webmail_of(visit_state.email),
        stamp=installation.stamp.make(),
        signatures=get_tally(db.session(), doorstep.id).confirmed if visit_state.number else None,
    )


def _arrived(kind: ActionKind | None, visit_state: VisitState, language: str) -> ActionView | None:
    """Return what the kind shows of what was just confirmed; nothing where it has nothing to show, or nobody did."""
    if kind is None or kind.arrived is None or not visit_state.public_id:
        return None
    return kind.arrived(db.session(), UUID(visit_state.public_id), language)


def _asked(kind: ActionKind | None, visit_state: VisitState, language: str) -> ActionView | None:
    """Return what was just asked for, as its kind shows it, while it waits for its confirmation."""
    if kind is None or kind.asked is None or not visit_state.asked or visit_state.outcome:
        return None
    return kind.asked(db.session(), visit_state.asked, language)


def _counts(visit_state: VisitState) -> bool:
    """Whether there is something to go on from: what is under review, or waits, has nothing next yet."""
    return visit_state.outcome not in ("", "held")


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/campaigns/<slug>/thanks", view_func=thanks)
