"""The public pages and the small files browsers and crawlers ask for. All of it is the same for every reader."""

from collections.abc import Sequence
from datetime import UTC

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from campaign.actions.kind import ActionKind
from campaign.actions.redirects import AFTER
from campaign.actions.sharing import VIA
from campaign.campaigns.look import palette_of
from campaign.campaigns.milestones import next_milestone
from campaign.campaigns.previewing import DRAW_KEY
from campaign.campaigns.queries import get_count, get_public_campaign
from campaign.cards.views import cards
from campaign.kernel.access import Access, access
from campaign.kernel.assets import asset_url
from campaign.kernel.db import db
from campaign.kernel.keeping import cache_page
from campaign.kernel.languages import DEFAULT, INTERFACE
from campaign.kernel.localized import localized, negotiate, path_of
from campaign.kernel.markdown import render_markdown
from campaign.site.discovery import discover_campaign, discover_company, discover_home
from campaign.site.feeds import add_feeds
from campaign.site.figures import illustrated
from campaign.site.listings import ABOUT_KEY, add_listings
from campaign.site.moved import init_moved
from campaign.site.panels import KINDS_KEY, campaign_acts, company_panels, home_panels
from campaign.site.paper import add_paper
from campaign.site.previews import add_previews, draw_unsaved
from campaign.site.queries import get_campaign_page, get_company_page, list_campaigns
from campaign.site.small_print import add_small_print
from campaign.site.styleguide import styleguide
from campaign.targets.queries import get_company

PAGE_SECONDS = 10
COUNT_SECONDS = 2
"""Short, because a count that lags behind one's own signature is not believed; a hit costs nothing either way."""
DAY_SECONDS = 86_400

_OURS_FIRST = (DEFAULT, *(code for code in INTERFACE if code != DEFAULT))

site = Blueprint("site", __name__)
add_small_print(site)
add_listings(site)
add_feeds(site)
add_paper(site)
add_previews(site)


def init_site(app: Flask, kinds: Sequence[ActionKind], *, is_demo: bool = False, sender: str = "") -> None:
    """Give `app` the public pages, showing the panels of `kinds`.

    Args:
        app: the application.
        kinds: the registry.
        is_demo: whether this is a demonstration, or a test: it says so, and has the style guide.
        sender: the name that mail comes from, for the page about this installation; empty where it has none.
    """
    app.extensions[KINDS_KEY] = tuple(kinds)
    app.extensions[ABOUT_KEY] = {"is_demo": is_demo, "sender": sender}
    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.filters["illustrated"] = illustrated
    app.jinja_env.globals["palette_of"] = palette_of
    app.jinja_env.globals["site_links"] = [link for kind in kinds for link in kind.links]
    app.extensions[DRAW_KEY] = draw_unsaved
    init_moved(app)
    app.register_blueprint(site)
    app.register_blueprint(cards)
    if is_demo:
        app.register_blueprint(styleguide)


@site.get("/")
@localized
@cache_page(PAGE_SECONDS)
@access(Access.PUBLIC)
def home() -> ResponseReturnValue:
    """Show the campaigns that need people, what is on, the wins, and how many stand behind them."""
    session, language = db.session(), negotiate(_OURS_FIRST)
    return render_template(
        "site/home.html",
        page=list_campaigns(session, language),
        discovery=discover_home(language),
        panels=home_panels(session, language),
    )


@site.get("/campaigns/<slug>")
@localized
@cache_page(PAGE_SECONDS, VIA, AFTER)
@access(Access.PUBLIC)
def campaign(slug: str) -> ResponseReturnValue:
    """Show a campaign: its demand, its count, what can be done, its story."""
    session = db.session()
    found = get_public_campaign(session, slug)
    language = negotiate(found.languages)
    page = get_campaign_page(session, found, language)
    return render_template(
        "site/campaign.html",
        page=page,
        discovery=discover_campaign(session, found, page, language),
        acts=campaign_acts(session, found, language),
    )


@site.get("/campaigns/<slug>/count.json")
@cache_page(COUNT_SECONDS)
@access(Access.PUBLIC)
def count(slug: str) -> ResponseReturnValue:
    """Tell how many confirmed, to any page of the web."""
    session = db.session()
    found = get_public_campaign(session, slug)
    told = get_count(session, found)
    as_of = told.as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    milestone = next_milestone(told.confirmed, found.goal)
    response = jsonify({"confirmed": told.confirmed, "goal": found.goal, "milestone": milestone, "as_of": as_of})
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@site.get("/companies/<slug>")
@localized
@cache_page(PAGE_SECONDS)
@access(Access.PUBLIC)
def company(slug: str) -> ResponseReturnValue:
    """Show what a company is asked, where it stands and stood, and what was sent to it."""
    session = db.session()
    found = get_company(session, slug)
    language = negotiate(_OURS_FIRST)
    page = get_company_page(session, found, language)
    return render_template(
        "site/company.html",
        page=page,
        discovery=discover_company(page, language),
        panels=company_panels(session, found, language),
    )


@site.get("/robots.txt")
@cache_page(DAY_SECONDS)
@access(Access.PUBLIC)
def robots() -> ResponseReturnValue:
    """Tell crawlers where the public pages are listed, and shut them out of nothing.

    What belongs to one person says `X-Robots-Tag: noindex`, and only who may fetch it reads that. Shut out, a crawler
    that met such an address in somebody's post could list it, token and all, for everybody to open. Fetching it changes
    nothing here; one that goes by no rules would go by this file neither.

    Source: Google Search Central, "Block Search indexing with noindex".
    """
    listed = f"Sitemap: {current_app.config['PUBLIC_URL']}{path_of('site.sitemap')}"
    return Response(f"User-agent: *\nDisallow:\n\n{listed}\n", mimetype="text/plain")


@site.get("/favicon.ico")
@access(Access.PUBLIC)
def favicon() -> ResponseReturnValue:
    """Lead browsers that ask without reading the page to the icon."""
    return redirect(asset_url("img/favicon.svg"), 302)
