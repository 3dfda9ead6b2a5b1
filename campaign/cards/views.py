"""The address of a card: its digest makes it good for a year, so that a changed card is a new picture to everybody."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from campaign.campaigns.queries import get_public_campaign
from campaign.cards.queries import find_card
from campaign.cards.showing import DIGEST_LENGTH
from campaign.kernel.access import Access, access
from campaign.kernel.db import db

_YEAR_SECONDS = 31_536_000
_OUTDATED_SECONDS = 60

cards = Blueprint("cards", __name__)


@cards.get("/campaigns/<slug>/card/<digest>-<language>.png")
@access(Access.PUBLIC)
def card(slug: str, digest: str, language: str) -> ResponseReturnValue:
    """Serve the picture as it is stored. Under an outdated address it is today's, and nobody is told to keep it.

    Any page may show it: that is what it is for.
    """
    session = db.session()
    campaign = get_public_campaign(session, slug)
    if len(digest) != DIGEST_LENGTH or language not in campaign.page_languages:
        abort(404)
    found = find_card(session, campaign.id, language)
    if found is None:
        abort(404)
    return serve(found.png, found.digest, asked=digest)


def serve(png: bytes, digest: str, *, asked: str) -> Response:
    """Answer with a stored picture; good for a year where the address `asked` for the digest it has."""
    response = Response(png, mimetype="image/png")
    response.set_etag(digest)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR_SECONDS if asked == digest else _OUTDATED_SECONDS
    if asked == digest:
        response.cache_control["immutable"] = None
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request)
    return response
