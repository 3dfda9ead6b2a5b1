"""A campaign at a glance: how it stands, what comes next, what is missing, who signed, where companies stand, notes."""

from datetime import UTC, timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from campaign.accounts.web.guards import current_actor, here, member
from campaign.actions.kind import ActionKind
from campaign.actions.sharing import share_for
from campaign.campaigns.lifecycle import keep_notes
from campaign.campaigns.models import PUBLIC, Campaign
from campaign.campaigns.previewing import LASTS, allow_preview, preview_signer
from campaign.campaigns.queries import get_count, get_own_campaign_by_slug, list_days
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.installation import Installation
from campaign.kernel.localized import current_language
from campaign.kernel.unit import unit_of_work
from campaign.organize.checklist import check_campaign
from campaign.organize.graph import DAYS, draw_days
from campaign.organize.lifecycle_words import errors_of
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.when import say_moment
from campaign.revisions.service import Edit
from campaign.targets.queries import list_stances

_AT = "/<organization>/campaigns/<slug>"


def add_campaign(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule(_AT, "campaign", campaign)
    blueprint.add_url_rule(f"{_AT}/notes", "save_notes", save_notes, methods=["POST"])
    blueprint.add_url_rule(f"{_AT}/preview", "preview", preview, methods=["POST"])


@access(Access.MEMBER, member())
def campaign(organization: str, slug: str) -> ResponseReturnValue:
    """Show how a campaign stands."""
    return _page(organization, get_own_campaign_by_slug(db.session(), current_actor(), slug))


def _page(
    organization: str, found: Campaign, typed: str | None = None, status: int = 200, **errors: str
) -> ResponseReturnValue:
    session, at = db.session(), now().astimezone(UTC)
    kinds: tuple[ActionKind, ...] = current_app.extensions[KINDS_KEY]
    panels = [kind.organize_panel(session, found, current_language()) for kind in kinds if kind.organize_panel]
    shown = sorted((panel for panel in panels if panel is not None), key=lambda panel: panel.order)
    ends = list_days(session, current_actor(), found.id, at.date() - timedelta(days=DAYS))
    page = render_template(
        "organize/campaign.html",
        campaign=found,
        count=get_count(session, found),
        opens=say_moment(found.opens_at, found.opens_zone) if found.opens_at and found.opens_zone else "",
        lacks=check_campaign(session, found, organization) if found.status == "draft" else None,
        graph=draw_days(ends, at.date(), is_coarse=found.is_high_safety),
        standings=list_stances(session, found.id),
        share=_share(found),
        notes=(found.notes if typed is None else typed) if here().may("publish") else "",
        errors=errors,
        panels=[Markup(render_template(panel.template, **panel.context)) for panel in shown],  # noqa: S704 - our own
    )
    return page, status


def _share(found: Campaign) -> object:
    if found.status not in PUBLIC:
        return None
    title = pick(found.title, current_language(), found.languages).value
    demand = pick(found.demand, current_language(), found.languages).value
    return share_for(found.slug, title, demand=demand, is_high_safety=found.is_high_safety)


@access(Access.MEMBER, member(Power.PUBLISH))
def save_notes(organization: str, slug: str) -> ResponseReturnValue:
    """Keep what organizers note for one another."""
    actor, typed = current_actor(), read_form(request).values.get("notes", "").strip()
    try:
        unit_of_work().run(lambda session: keep_notes(session, actor, slug, typed, Edit("form", now())))
    except RefusedError as error:
        found = get_own_campaign_by_slug(db.session(), actor, slug)
        return _page(organization, found, typed, 422, **errors_of([error.problem], found.languages))
    return redirect(url_for("organize.campaign", organization=organization, slug=slug, done="noted"), 303)


@access(Access.MEMBER, member(Power.PUBLISH))
def preview(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Make a link to a draft's pages, and show it: it is stored nowhere."""
    actor = current_actor()
    public_id = unit_of_work().run(lambda session: allow_preview(session, actor, slug))
    installation: Installation = current_app.extensions["campaign.installation"]
    address = installation.url(f"/preview/{preview_signer(installation).sign(str(public_id))}")
    found = get_own_campaign_by_slug(db.session(), actor, slug)
    return render_template("organize/preview.html", campaign=found, address=address, days=LASTS.days)
