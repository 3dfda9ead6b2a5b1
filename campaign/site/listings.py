"""The pages that lead around: every campaign, each organization, and what all of this is."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.keeping import cache_page
from campaign.kernel.languages import INTERFACE
from campaign.kernel.localized import localized, negotiate
from campaign.site.discovery import discover_about, discover_campaigns, discover_organization
from campaign.site.organizations import list_organizations
from campaign.site.panels import organization_panels
from campaign.site.queries import get_organization_page, list_campaigns

LISTING_SECONDS = 10
ABOUT_SECONDS = 300

ABOUT_KEY = "campaign.about"
"""Where the application keeps what its page about itself says of the installation."""


@localized
@cache_page(LISTING_SECONDS)
@access(Access.PUBLIC)
def campaigns() -> ResponseReturnValue:
    """List every campaign: open, won, paused and closed."""
    language = negotiate(INTERFACE)
    return render_template(
        "site/campaigns.html",
        page=list_campaigns(db.session(), language),
        discovery=discover_campaigns(language),
    )


@localized
@cache_page(LISTING_SECONDS)
@access(Access.PUBLIC)
def organization(slug: str) -> ResponseReturnValue:
    """Show who an organization is, what it asks, what is on, what it has won, and how to hear from it."""
    session, language = db.session(), negotiate(INTERFACE)
    page = get_organization_page(session, slug, language)
    return render_template(
        "site/organization.html",
        page=page,
        discovery=discover_organization(page.organization, language),
        panels=organization_panels(session, slug, language),
    )


@localized
@cache_page(ABOUT_SECONDS)
@access(Access.PUBLIC)
def about() -> ResponseReturnValue:
    """Say what worker-driven social responsibility is, and who runs this installation."""
    language = negotiate(INTERFACE)
    return render_template(
        "site/about.html",
        organizations=list_organizations(db.session(), language),
        discovery=discover_about(language),
        **current_app.extensions[ABOUT_KEY],
    )


def add_listings(site: Blueprint) -> None:
    """Give the public face its pages that lead around."""
    site.add_url_rule("/campaigns", view_func=campaigns)
    site.add_url_rule("/organizations/<slug>", view_func=organization)
    site.add_url_rule("/about", view_func=about)
