"""The link that a visitor followed, as a request tells of it: where it has them come from (`campaign.actions.sources`).

Campaigns' pages are kept for everybody and know no visitor, so their form cannot hold it. When it is sent, the browser
names the page it was on, with its query (our pages say `Referrer-Policy: same-origin`), and so it does when a page that
is made for one visitor is asked for from there. No script takes part; where a browser keeps its address to itself,
`static/js/source.js` fills in the form (ADR 0048).
"""

from urllib.parse import parse_qs, urlsplit

from flask import Request

from campaign.actions.sources import NAMES, source_in
from campaign.kernel.querystring import is_endless


def followed_source(request: Request, public_url: str) -> str:
    """Return the source in the address that was asked for, else in that of the page of ours it was asked from.

    Raises:
        UndeclaredReadError: the page is kept for everybody, where it would be another's.
    """
    asked = source_in({name: request.args.getlist(name) for name in NAMES})
    return asked or _source_before(request, public_url)


def _source_before(request: Request, public_url: str) -> str:
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = before.netloc in (request.host, urlsplit(public_url).netloc)
    if not is_ours or not before.query or is_endless(before.query):
        return ""
    return source_in(parse_qs(before.query, keep_blank_values=True, errors="replace"))
