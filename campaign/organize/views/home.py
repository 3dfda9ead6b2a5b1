"""Where organizers come in: to the organization that they serve, or to a choice of several."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import here, member, signed_in
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.organize.company_queries import list_companies
from campaign.organize.queries import MOST_TOLD, count_waiting, list_dated, list_own_campaigns
from campaign.organize.when import say_moment
from campaign.proposals.queries import list_proposals


def add_home(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("", "home", home)
    blueprint.add_url_rule("/choose", "choose", choose)
    blueprint.add_url_rule("/<organization>", "organization", organization)


@access(Access.SIGNED_IN, signed_in())
def home() -> ResponseReturnValue:
    """Lead to the one organization that they serve, or let them choose."""
    serves = here().signed_in.serves
    if len(serves) == 1:
        return redirect(url_for("organize.organization", organization=serves[0].organization), 303)
    return render_template("organize/choose.html")


@access(Access.SIGNED_IN, signed_in())
def choose() -> ResponseReturnValue:
    """Let them choose for which organization they go on."""
    return render_template("organize/choose.html")


@access(Access.MEMBER, member())
def organization(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show an organization's campaigns with their counts, and what waits."""
    session, actor = db.session(), here().actor
    cared_for = [one for one in list_companies(session, actor) if one.is_in_care] if here().may("publish") else []
    proposals = list_proposals(session, actor) if here().may("publish") else ()
    return render_template(
        "organize/home.html",
        proposals=sum(one.may_decide and not one.is_mine for one in proposals),
        returned=sum(one.returned for one in cared_for),
        campaigns=list_own_campaigns(session, actor),
        waiting=count_waiting(session, actor),
        most_told=MOST_TOLD,
        dated=[(one, say_moment(one.at, one.timezone)) for one in list_dated(session, actor)],
    )
