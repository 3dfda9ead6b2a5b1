"""How a campaign looks: its art and its colours, chosen from the tested set, with the poster that they make."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.commands import SaveCampaign
from campaign.campaigns.look import ARTS, PALETTES, palette_for
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.campaigns.saving import save_campaign
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import read_form
from campaign.kernel.localized import current_language
from campaign.kernel.unit import unit_of_work
from campaign.organize.media_words import say_all
from campaign.revisions.service import Edit


def add_look(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/campaigns/<slug>/look"
    blueprint.add_url_rule(room, "look", look)
    blueprint.add_url_rule(room, "save_look", save, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def look(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a campaign's art and colours, and all others."""
    campaign = get_own_campaign_by_slug(db.session(), current_actor(), slug)
    return _page(slug, campaign.art, campaign.palette, {})


@access(Access.MEMBER, member(Power.PUBLISH))
def save(organization: str, slug: str) -> ResponseReturnValue:
    """Show the poster that is asked for (`step=preview`), or have the campaign wear it."""
    from campaign.campaigns.rules import check_look  # noqa: PLC0415 - costs each process that serves pages pydantic

    values, actor = read_form(request).values, current_actor()
    get_own_campaign_by_slug(db.session(), actor, slug)  # what is none of theirs is not added, but not found
    chosen, problems = check_look({name: values.get(name) or None for name in ("art", "palette")}, now())
    if problems:
        found = get_own_campaign_by_slug(db.session(), actor, slug)
        return _page(slug, found.art, found.palette, say_all(problems)), 422
    if values.get("step") == "preview":
        return _page(slug, chosen["art"], chosen["palette"], {}, is_preview=True)
    command = SaveCampaign(slug, chosen, organization, None, False, None, None, ())  # noqa: FBT003 - not its agreement
    unit_of_work().run(
        lambda session: save_campaign(session, actor, command, Edit("form", now()), has_actions=_asked_by_nobody)
    )
    return redirect(url_for("organize.look", organization=organization, slug=slug, done="saved"), 303)


def _asked_by_nobody(*_keys: object) -> bool:
    """Say that somebody may have acted: a look changes nothing that is promised to them."""
    return True


def _page(slug: str, art: str, palette: str, errors: dict[str, str], *, is_preview: bool = False) -> str:
    campaign = get_own_campaign_by_slug(db.session(), current_actor(), slug)
    return render_template(
        "organize/look.html",
        campaign=campaign,
        art=art,
        palette=palette,
        worn=palette_for(palette, art),
        arts=[(name, palette_for("", name)) for name in ("", *ARTS)],
        palettes=("", *PALETTES),
        demand=pick(campaign.demand, current_language(), campaign.languages),
        errors=errors,
        is_preview=is_preview,
    )
