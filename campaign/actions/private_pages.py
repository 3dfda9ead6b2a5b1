"""Where a page behind a mailed link, or after a post, can be had again: what its head tells `js/token.js` (ADR 0049).

    /confirm/<token> ─► the bar shows /campaigns/<slug>/thanks ─ Reload, Back ─► leads to /confirm/<token> again

The browser keeps that with the entry of its history, half an hour at most. Of a high-safety campaign it keeps nothing:
there the address bar holds a mailed link as it does without JavaScript, because that is all the page can be had by.
"""

from flask import g, request, url_for

from campaign.actions.intake import current_intake
from campaign.kernel.errors import NotFoundError
from campaign.kernel.localized import readable_page

_SLUG = "private_page_slug"


def about_campaign(slug: str) -> None:
    """Say which campaign the link of the present request is about."""
    setattr(g, _SLUG, slug)


def private_here() -> str:
    """Return where the present page can be had again, for `layouts/private.html`.

    "here": at its own address. A path: it answers a post, and that is the page above it which can be read. Nothing: the
    address stays as it is.
    """
    slug = g.get(_SLUG)
    if slug is not None and not _may_be_kept(slug):
        return ""
    if request.method in ("GET", "HEAD"):
        return "here"
    endpoint, values = readable_page() or ("site.home", {})
    path = url_for(endpoint, **values)
    return "here" if path == request.path else path


def _may_be_kept(slug: str) -> bool:
    try:
        return not current_intake().doorsteps.find(slug).is_high_safety
    except NotFoundError:
        return False
