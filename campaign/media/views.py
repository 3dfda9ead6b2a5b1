"""The addresses of pictures and documents: their digest makes them good for a year. They read no cookie.

What is uploaded is served so that it can do nothing: by the type that we made it, never by what a browser would make
of it (`nosniff`), with nothing allowed to it and in a place of its own (`sandbox`), documents only to be kept.

Sources: CSP Level 3, `sandbox`; RFC 6266 (Content-Disposition); RFC 8246 (immutable).
"""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.media.models import FORMATS
from campaign.media.queries import find_document_file, find_picture_file

_YEAR_SECONDS = 31_536_000
_NOTHING = "default-src 'none'; sandbox; frame-ancestors 'none'"

media = Blueprint("media", __name__)


@media.get("/pictures/<uuid:public_id>/<digest>-<int(max=9999):width>.<name>")
@access(Access.PUBLIC)
def picture(public_id: UUID, digest: str, width: int, name: str) -> ResponseReturnValue:
    """Serve a picture in one width and format."""
    body = find_picture_file(db.session(), public_id, digest, name, width) if name in FORMATS else None
    if body is None:
        raise NotFoundError("there is no such picture")
    return _serve(body, f"image/{name}", digest)


@media.get("/documents/<uuid:public_id>/<digest>.pdf")
@access(Access.PUBLIC)
def document(public_id: UUID, digest: str) -> ResponseReturnValue:
    """Hand out a document, to be kept: no page of ours shows what is in it."""
    found = find_document_file(db.session(), public_id, digest)
    if found is None:
        raise NotFoundError("there is no such document")
    response = _serve(found.body, "application/pdf", digest)
    response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return response


def _serve(body: bytes, mimetype: str, digest: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = _NOTHING
    response.set_etag(f"{digest}-{len(body)}")
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR_SECONDS
    response.cache_control["immutable"] = None
    response.make_conditional(request)
    return response
