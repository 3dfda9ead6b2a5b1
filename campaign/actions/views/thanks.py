"""What one sees after posting ("look into your mail") and after confirming: one's number, then one step at a time."""

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.actions.desk import desk
from campaign.actions.journey import Journey, open_journey
from campaign.actions.kind import ActionKind, ActionView
from campaign.actions.steps import find_step, list_steps
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
    installation = desk().installation
    doorstep = desk().doorsteps.find(slug)
    journey = open_journey(installation, request.args.get("t", ""))
    token = request.args.get("t", "") if journey.language else ""
    language = use_language(journey.language or request.args.get("lang") or doorstep.language)
    title = pick(doorstep.title, language, doorstep.languages)
    asked = request.args.get("step", "")
    is_onward = _counts(journey) or (bool(asked) and not journey.kind)
    step = find_step(list_steps(doorstep, journey, token, title.value), asked) if is_onward else None
    kind = desk().kinds.get(journey.kind)
    return render_template(
        kind.thanks if kind is not None else "actions/thanks.html",
        campaign=doorstep,
        title=title,
        demand=pick(doorstep.demand, language, doorstep.languages),
        journey=journey,
        token=token,
        step=step,
        view=_arrived(kind, journey, language),
        ends_on=date.fromisoformat(journey.ends_on) if journey.ends_on else None,
        is_at_end=is_onward and step is None,
        webmail=webmail_of(journey.email),
        stamp=installation.stamp.make(),
    )


def _arrived(kind: ActionKind | None, journey: Journey, language: str) -> ActionView | None:
    """Return what the kind shows of what was just confirmed; nothing where it has nothing to show, or nobody did."""
    if kind is None or kind.arrived is None or not journey.public_id:
        return None
    return kind.arrived(db.session(), UUID(journey.public_id), language)


def _counts(journey: Journey) -> bool:
    """Whether there is something to go on from: what is under review, or waits, has nothing next yet."""
    return journey.outcome not in ("", "held")


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/campaigns/<slug>/thanks", view_func=thanks)
