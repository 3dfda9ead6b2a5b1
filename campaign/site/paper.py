"""What a campaign gives out on paper: a flyer with its QR code, and a sheet of lines to sign by hand.

Both are pages that a browser prints, black on white, on Letter as on A4. They exist while a campaign takes names. One
of high safety has no sheet: a list of names on a clipboard is what its supporters must never be on
(docs/adr/0055-faces-for-three-scripts-woodcuts-and-paper.md).
"""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_public_campaign
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.keeping import cache_page
from campaign.kernel.localized import localized, negotiate, path_of
from campaign.site.queries import get_campaign_page

PAPER_SECONDS = 60
SHEET_LINES = 16
"""As many as leave a line a finger's height on the shorter of the two papers, below the longest demand."""

_MET = "met"


@localized
@cache_page(PAPER_SECONDS)
@access(Access.PUBLIC)
def flyer(slug: str) -> ResponseReturnValue:
    """Show the demand as a poster to print, with the QR code of the campaign's page."""
    return _paper("site/paper/flyer.html", _open_campaign(slug))


@localized
@cache_page(PAPER_SECONDS)
@access(Access.PUBLIC)
def sheet(slug: str) -> ResponseReturnValue:
    """Show lines to sign by hand under the demand, and who will read them."""
    found = _open_campaign(slug)
    if found.is_high_safety:
        raise NotFoundError(f"{slug!r} takes no names on paper")
    return _paper("site/paper/sheet.html", found)


def _open_campaign(slug: str) -> Campaign:
    found = get_public_campaign(db.session(), slug)
    if found.status != "open":
        raise NotFoundError(f"{slug!r} takes no names")
    return found


def _paper(template: str, campaign: Campaign) -> str:
    page = get_campaign_page(db.session(), campaign, negotiate(campaign.languages))
    address = f"{current_app.config['PUBLIC_URL']}{path_of('site.campaign', slug=campaign.slug)}"
    return render_template(
        template,
        page=page,
        companies=[standing.company for standing in page.standings if standing.stance != _MET],
        address=address.partition("://")[2],
        line_count=SHEET_LINES,
    )


def add_paper(site: Blueprint) -> None:
    """Give the public pages those that are printed."""
    site.add_url_rule("/campaigns/<slug>/flyer", view_func=flyer, endpoint="flyer")
    site.add_url_rule("/campaigns/<slug>/petition-sheet", view_func=sheet, endpoint="petition_sheet")
