"""Adds pictures and documents to a campaign, says anew what they are, takes them away.

What is added and what is said of it is kept in the campaign's history; the bytes are not: what is removed is gone.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import lock_campaign
from campaign.media.commands import DescribeDocument, DescribePicture
from campaign.media.models import (
    MOST_DOCUMENTS,
    MOST_PICTURES,
    Document,
    DocumentFile,
    Picture,
    PictureFile,
)
from campaign.media.pdfs import check_pdf, safe_name
from campaign.media.queries import get_document, get_picture
from campaign.media.redrawing import Redrawn, digest_of
from campaign.revisions.differences import Difference, added, bring
from campaign.revisions.service import Edit, write_down

_PICTURES, _DOCUMENTS = "pictures", "documents"
_TOUCH = text("UPDATE campaigns SET updated_at = :at WHERE id = :id")


def add_picture(
    session: Session, actor: Actor, command: DescribePicture, edit: Edit, *, campaign_id: int, made: Redrawn
) -> Picture:
    """Add a picture that was made of an upload (`campaign.media.redrawing`) to a campaign.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: its name is taken (`name`), or the campaign has as many as it may (`file`).
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    own = select(Picture.name).where(Picture.campaign_id == campaign_id)
    names = set(session.scalars(own))  # narrowed: the campaign is in scope
    if len(names) >= MOST_PICTURES:
        raise RefusedError(Problem(("file",), "too_many", {"most": MOST_PICTURES}))
    name = command.name or _free_name(names)
    if name in names:
        raise RefusedError(Problem(("name",), "name_taken", {"given": name}))
    if command.is_head:
        _leave_head(session, campaign_id)
    values = _values(command, name)
    row = Picture(campaign_id=campaign_id, width=made.width, height=made.height, digest=made.digest, **values)
    session.add(row)
    session.flush()
    session.add_all(
        PictureFile(picture_id=row.id, format=file.format, width=file.width, body=file.body) for file in made.files
    )
    _note(session, actor, campaign_id, Difference(_PICTURES, name, is_new=True, values=added(values)), edit)
    return row


def describe_picture(
    session: Session, actor: Actor, command: DescribePicture, edit: Edit, *, campaign_id: int, public_id: UUID
) -> Picture:
    """Bring what is said of a picture to what the command says; an empty name stays as it is.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: it is none of theirs.
        RefusedError: its name is taken (`name`).
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    row = get_picture(session, actor, campaign_id, public_id)
    before, name = row.name, command.name or row.name
    twin = select(Picture.id).where(Picture.campaign_id == campaign_id, Picture.name == name, Picture.id != row.id)
    if session.scalar(twin) is not None:  # narrowed: the campaign is in scope
        raise RefusedError(Problem(("name",), "name_taken", {"given": name}))
    if command.is_head and not row.is_head:
        _leave_head(session, campaign_id)
    values = bring(row, _values(command, name))
    session.flush()
    if values:
        _note(session, actor, campaign_id, Difference(_PICTURES, before, values=values), edit)
    return row


def remove_picture(session: Session, actor: Actor, edit: Edit, *, campaign_id: int, public_id: UUID) -> None:
    """Delete a picture with all its files. Where a story places it, nothing stands from then on.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: it is none of theirs.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    row = get_picture(session, actor, campaign_id, public_id)
    session.delete(row)
    session.flush()
    _note(session, actor, campaign_id, Difference(_PICTURES, row.name, is_gone=True), edit)


def add_document(
    session: Session, actor: Actor, command: DescribeDocument, edit: Edit, *, campaign_id: int, told: str, body: bytes
) -> Document:
    """Add a PDF to a campaign. `told`: what its sender's browser calls it.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        UnfitFileError: it is no PDF, or too large. RefusedError: the campaign has as many as it may (`file`).
    """
    actor.require(Power.PUBLISH)
    check_pdf(body)
    lock_campaign(session, actor, campaign_id)
    count = select(func.count()).select_from(Document).where(Document.campaign_id == campaign_id)
    if (session.scalar(count) or 0) >= MOST_DOCUMENTS:  # narrowed: the campaign is in scope
        raise RefusedError(Problem(("file",), "too_many", {"most": MOST_DOCUMENTS}))
    values = {"title": dict(command.title), "file_name": safe_name(told), "size_bytes": len(body)}
    row = Document(campaign_id=campaign_id, digest=digest_of(body), **values)
    session.add(row)
    session.flush()
    session.add(DocumentFile(document_id=row.id, body=body))
    difference = Difference(_DOCUMENTS, row.file_name, is_new=True, values=added(values))
    _note(session, actor, campaign_id, difference, edit)
    return row


def describe_document(
    session: Session, actor: Actor, command: DescribeDocument, edit: Edit, *, campaign_id: int, public_id: UUID
) -> Document:
    """Bring a document's title to what the command says.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: it is none of theirs.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    row = get_document(session, actor, campaign_id, public_id)
    values = bring(row, {"title": dict(command.title)})
    session.flush()
    if values:
        _note(session, actor, campaign_id, Difference(_DOCUMENTS, row.file_name, values=values), edit)
    return row


def remove_document(session: Session, actor: Actor, edit: Edit, *, campaign_id: int, public_id: UUID) -> None:
    """Delete a document with its file.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: it is none of theirs.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    row = get_document(session, actor, campaign_id, public_id)
    session.delete(row)
    session.flush()
    _note(session, actor, campaign_id, Difference(_DOCUMENTS, row.file_name, is_gone=True), edit)


def copy_media(session: Session, actor: Actor, edit: Edit, *, from_id: int, to_id: int) -> None:
    """Give a campaign that has neither the pictures and documents of another, with their files.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign they come to is none of theirs. Whose the
            other is, is for the caller to know: it may be one that an organization shares.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, to_id)
    ids = {"from_id": from_id, "to_id": to_id}
    pictures = session.execute(_COPY_PICTURES, ids).scalars()  # narrowed: they come to a campaign in scope
    documents = session.execute(_COPY_DOCUMENTS, ids).scalars()  # narrowed: as above
    copied = [Difference(_PICTURES, name, is_new=True) for name in pictures]
    copied += [Difference(_DOCUMENTS, name, is_new=True) for name in documents]
    write_down(session, actor, edit, Thing("campaign", campaign_id=to_id), copied, row_id=to_id)


_COPY_PICTURES = text("""
WITH old AS (SELECT * FROM campaign_pictures WHERE campaign_id = :from_id),
new AS (
    INSERT INTO campaign_pictures
        (campaign_id, name, alt, width, height, focus_x, focus_y, is_head, digest)
    SELECT :to_id, name, alt, width, height, focus_x, focus_y, is_head, digest FROM old ORDER BY id
    RETURNING id, name),
files AS (
    INSERT INTO picture_files (picture_id, format, width, body)
    SELECT new.id, f.format, f.width, f.body
    FROM new JOIN old USING (name) JOIN picture_files f ON f.picture_id = old.id)
SELECT name FROM new ORDER BY id
""")

_COPY_DOCUMENTS = text("""
WITH old AS (
    SELECT d.*, row_number() OVER (ORDER BY d.id) AS place FROM campaign_documents d WHERE campaign_id = :from_id),
new AS (
    INSERT INTO campaign_documents (campaign_id, title, file_name, size_bytes, digest)
    SELECT :to_id, title, file_name, size_bytes, digest FROM old ORDER BY id
    RETURNING id, file_name),
placed AS (SELECT id, file_name, row_number() OVER (ORDER BY id) AS place FROM new),
files AS (
    INSERT INTO document_files (document_id, body)
    SELECT placed.id, f.body FROM placed JOIN old USING (place) JOIN document_files f ON f.document_id = old.id)
SELECT file_name FROM placed ORDER BY id
""")


def _values(command: DescribePicture, name: str) -> Mapping[str, object]:
    return {
        "name": name,
        "alt": dict(command.alt),
        "focus_x": command.focus_x,
        "focus_y": command.focus_y,
        "is_head": command.is_head,
    }


def _free_name(names: set[str]) -> str:
    return next(name for number in range(1, MOST_PICTURES + 2) if (name := f"picture-{number}") not in names)


def _leave_head(session: Session, campaign_id: int) -> None:
    """Let no picture stand at the head of a campaign's page; the campaign is locked, and in scope."""
    session.execute(update(Picture).where(Picture.campaign_id == campaign_id, Picture.is_head).values(is_head=False))


def _note(session: Session, actor: Actor, campaign_id: int, difference: Difference, edit: Edit) -> None:
    """Write down what changed of a campaign that is locked, whose page is of today then."""
    session.execute(_TOUCH, {"at": edit.at, "id": campaign_id})  # narrowed: the campaign is in scope
    thing = Thing("campaign", campaign_id=campaign_id)
    write_down(session, actor, edit, thing, [difference], row_id=campaign_id)
