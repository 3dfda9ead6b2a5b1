"""The services of pictures and documents, each called about a campaign's."""

from uuid import uuid4

from sqlalchemy import text

from campaign.kernel.clock import now
from campaign.media import queries, service
from campaign.media.commands import DescribeDocument, DescribePicture
from campaign.media.redrawing import PictureBody, Redrawn
from campaign.revisions.service import Edit
from tests.media.files import pdf

SAID = DescribePicture("new", {"en": "Workers march."})
TITLED = DescribeDocument({"en": "New"})
MADE = Redrawn(960, 640, "0" * 12, (PictureBody("webp", 960, b"x"),))

_PICTURE = text("""
INSERT INTO campaign_pictures (campaign_id, name, alt, width, height, digest)
SELECT id, 'old', '{}', 960, 640, '' FROM campaigns WHERE id = :id RETURNING public_id
""")
_DOCUMENT = text("""
INSERT INTO campaign_documents (campaign_id, title, file_name, size_bytes, digest)
SELECT id, '{}', 'a.pdf', 1, '' FROM campaigns WHERE id = :id RETURNING public_id
""")


def _edit():
    return Edit("form", now())


def _of(session, w, statement):
    """The keys of a picture or document of the world's campaign; in a world of nothing, of none."""
    return {"campaign_id": w.campaign_id, "public_id": session.scalar(statement, {"id": w.campaign_id}) or uuid4()}


def _add_picture(s, a, w):
    return service.add_picture(s, a, SAID, _edit(), campaign_id=w.campaign_id, made=MADE)


def _describe_picture(s, a, w):
    return service.describe_picture(s, a, SAID, _edit(), **_of(s, w, _PICTURE))


def _add_document(s, a, w):
    return service.add_document(s, a, TITLED, _edit(), campaign_id=w.campaign_id, told="a.pdf", body=pdf())


def _describe_document(s, a, w):
    return service.describe_document(s, a, TITLED, _edit(), **_of(s, w, _DOCUMENT))


def _copy(s, a, w):
    other = s.scalar(text("SELECT id FROM campaigns WHERE id <> :id ORDER BY id LIMIT 1"), {"id": w.campaign_id})
    s.execute(_DOCUMENT, {"id": other})
    return service.copy_media(s, a, _edit(), from_id=other, to_id=w.campaign_id)


def cases(case, publish):
    """Return them, by what makes a case of one; `publish`: the power that they need."""
    return [
        case(service.add_picture, _add_picture, publish, verb="change"),
        case(service.describe_picture, _describe_picture, publish, verb="change"),
        case(
            service.remove_picture,
            lambda s, a, w: service.remove_picture(s, a, _edit(), **_of(s, w, _PICTURE)),
            publish,
            verb="change",
        ),
        case(service.add_document, _add_document, publish, verb="change"),
        case(service.describe_document, _describe_document, publish, verb="change"),
        case(
            service.remove_document,
            lambda s, a, w: service.remove_document(s, a, _edit(), **_of(s, w, _DOCUMENT)),
            publish,
            verb="change",
        ),
        case(service.copy_media, _copy, publish, verb="change"),
        case(queries.get_picture, lambda s, a, w: queries.get_picture(s, a, **_of(s, w, _PICTURE))),
        case(queries.get_document, lambda s, a, w: queries.get_document(s, a, **_of(s, w, _DOCUMENT))),
    ]
