"""A campaign at a glance."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from campaign.accounts.web.guards import here, member
from campaign.actions.kind import ActionKind
from campaign.campaigns.queries import get_count, get_own_campaign_by_slug
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.localized import current_language
from campaign.organize.rooms import KINDS_KEY


def add_campaign(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/<organization>/campaigns/<slug>", "campaign", campaign)


@access(Access.MEMBER, member())
def campaign(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show how a campaign stands."""
    session = db.session()
    found = get_own_campaign_by_slug(session, here().actor, slug)
    kinds: tuple[ActionKind, ...] = current_app.extensions[KINDS_KEY]
    panels = [kind.organize_panel(session, found, current_language()) for kind in kinds if kind.organize_panel]
    shown = sorted((panel for panel in panels if panel is not None), key=lambda panel: panel.order)
    return render_template(
        "organize/campaign.html",
        campaign=found,
        count=get_count(session, found),
        panels=[Markup(render_template(panel.template, **panel.context)) for panel in shown],  # noqa: S704 - our own
    )
