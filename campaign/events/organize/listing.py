"""An organization's events, or those of one campaign: what is to come first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import here, member
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.events.queries.own import list_own_events
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events", "list", show)
    blueprint.add_url_rule("/campaigns/<slug>/events", "of_campaign", of_campaign)


@access(Access.MEMBER, member())
def show(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show all events of an organization."""
    at = now()
    events = list_own_events(db.session(), here().actor)
    coming = [event for event in events if not event.is_over(at)]
    over = [event for event in reversed(events) if event.is_over(at)]
    return render_template("events/organize/list.html", coming=coming, over=over)


@access(Access.MEMBER, member())
def of_campaign(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show the events of a campaign."""
    session = db.session()
    found = get_own_campaign_by_slug(session, here().actor, slug)
    events = list_own_events(session, here().actor, campaign=found.slug)
    return render_template("events/organize/of_campaign.html", campaign=found, events=events)
