"""Leads who comes by an address that something had before to the one it has now, for ever.

Only what was not found is looked at (as in `respelling`), so what is there under its own slug costs nothing more. A
visit is answered by 301, a form by 308, which lets the browser send it again whole. Both are kept for seconds alone: a
slug can change back, and a browser that remembered both ways would go round for ever.

Source: RFC 9110, §15.4.2 and §15.4.9; RFC 9111, §4.2.2 (a 301 is kept for as long as a cache likes, unless told).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from werkzeug.routing import MapAdapter

from campaign.kernel.access import Access, declared
from campaign.kernel.localized import PREFIX_KEY
from campaign.kernel.querystring import whole_query
from campaign.kernel.text import is_storable

KEPT_SECONDS = 10
"""As long as a public page."""

_KEY = "campaign.moved"
_SLUG = "slug"


@dataclass(frozen=True)
class Mover:
    """Knows where things went that have a page.

    Args:
        stem: what the rules of their pages hold: ``/campaigns/<slug>``.
        access: for whom those pages are.
        find: the slug of today, by one of before; None where there is none, or not for who asks.
    """

    stem: str
    access: Access
    find: Callable[[str], str | None]


def add_mover(app: Flask, mover: Mover) -> None:
    """Let pages that are not found be looked for by `mover`."""
    app.extensions.setdefault(_KEY, []).append(mover)


def moved() -> Response | None:
    """Return the answer that leads to where the page is now that was asked for and not found; None where it is not."""
    rule, values = request.url_rule, request.view_args or {}
    if rule is None or _SLUG not in values or not is_storable(values[_SLUG]):
        return None
    who = declared(current_app.view_functions[rule.endpoint])
    movers: list[Mover] = current_app.extensions.get(_KEY, [])
    for mover in movers:
        if who is mover.access and mover.stem in rule.rule and (slug := mover.find(values[_SLUG])) is not None:
            return _lead_to(rule.endpoint, {**values, _SLUG: slug})
    return None


def _lead_to(endpoint: str, values: dict[str, str]) -> Response:
    adapter: MapAdapter = current_app.extensions["campaign.urls"]
    prefix = f"/{request.environ[PREFIX_KEY]}" if PREFIX_KEY in request.environ else ""
    query = urlencode(whole_query(request.environ), doseq=True)
    address = f"{prefix}{adapter.build(endpoint, values)}{'?' if query else ''}{query}"
    is_visit = request.method in ("GET", "HEAD")
    return Response(
        status=301 if is_visit else 308,
        headers={"Location": address, "Cache-Control": f"max-age={KEPT_SECONDS}"},
    )
