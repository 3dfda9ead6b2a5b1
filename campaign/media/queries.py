"""Read pictures and documents: what they are, for pages and organizers; their bytes, for who serves them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.kernel.errors import NotFoundError
from campaign.kernel.scoping import scoped
from campaign.media.models import Document, DocumentFile, Picture, PictureFile


@dataclass(frozen=True, slots=True)
class Shown:
    """The pictures and documents of a campaign, in the order they came; no bytes."""

    pictures: Sequence[Picture]
    documents: Sequence[Document]


def list_shown(session: Session, campaign_id: int) -> Shown:
    """Return what a campaign's page shows."""
    pictures = select(Picture).where(Picture.campaign_id == campaign_id).order_by(Picture.id)
    documents = select(Document).where(Document.campaign_id == campaign_id).order_by(Document.id)
    return Shown(session.scalars(pictures).all(), session.scalars(documents).all())


def find_picture_file(session: Session, public_id: UUID, digest: str, name: str, width: int) -> bytes | None:
    """Return a picture in one format and width, or None where there is none with that digest."""
    query = (
        select(PictureFile.body)
        .join(Picture, Picture.id == PictureFile.picture_id)
        .where(Picture.public_id == public_id, Picture.digest == digest)
        .where(PictureFile.format == name, PictureFile.width == width)
    )
    return session.scalars(query).one_or_none()


def find_document_file(session: Session, public_id: UUID, digest: str) -> Row[str, bytes] | None:
    """Return what a document is called and its bytes, or None where there is none with that digest."""
    query = (
        select(Document.file_name, DocumentFile.body)
        .join(DocumentFile, DocumentFile.document_id == Document.id)
        .where(Document.public_id == public_id, Document.digest == digest)
    )
    return session.execute(query).one_or_none()


def get_picture(session: Session, actor: Actor, campaign_id: int, public_id: UUID) -> Picture:
    """Return a picture of a campaign of the actor's; raise `NotFoundError`."""
    query = select(Picture).where(Picture.public_id == public_id, Picture.campaign_id == campaign_id)
    found = session.scalars(scoped(query, actor)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such picture")
    return found


def get_document(session: Session, actor: Actor, campaign_id: int, public_id: UUID) -> Document:
    """Return a document of a campaign of the actor's; raise `NotFoundError`."""
    query = select(Document).where(Document.public_id == public_id, Document.campaign_id == campaign_id)
    found = session.scalars(scoped(query, actor)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such document")
    return found
