"""What one sees after posting ("look into your mail") and after confirming (one's number, and the next step)."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.actions.desk import desk
from campaign.actions.doorstep import Doorstep
from campaign.actions.journey import Journey, open_journey
from campaign.actions.kind import Panel
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.headers import no_store
from campaign.kernel.localized import use_language


@access(Access.PUBLIC)
def thanks(slug: str) -> ResponseReturnValue:
    """Thank a supporter; alike for known and new addresses."""
    no_store()
    doorstep = desk().doorsteps.find(slug)
    token = request.args.get("t", "")
    journey = open_journey(desk().installation, token)
    language = use_language(journey.language or request.args.get("lang") or doorstep.language)
    kind = desk().kinds.get(journey.kind)
    return render_template(
        kind.thanks if kind is not None else "actions/thanks.html",
        campaign=doorstep,
        title=pick(doorstep.title, language, doorstep.languages),
        demand=pick(doorstep.demand, language, doorstep.languages),
        journey=journey,
        token=token if journey.language else "",
        steps=next_steps(doorstep, journey, token if journey.language else ""),
        share_url=desk().installation.url(f"/campaigns/{doorstep.slug}"),
    )


def next_steps(doorstep: Doorstep, journey: Journey, token: str) -> list[Panel]:
    """Return what the kinds offer next, best first."""
    found = [kind.next_step(doorstep, journey, token) for kind in desk().kinds.values() if kind.next_step is not None]
    return sorted((panel for panel in found if panel is not None), key=lambda panel: panel.order)


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/campaigns/<slug>/thanks", view_func=thanks)
