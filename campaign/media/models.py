"""The tables of pictures and documents. What they are is apart from their bytes, which only who serves them reads."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel import slugs
from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId

MOST_PICTURES = 40
"""Of one campaign."""

MOST_DOCUMENTS = 20
"""Of one campaign."""

FORMATS = ("webp", "jpeg")
"""As which pictures are kept: the one for all, the other for browsers from before 2020."""


class Picture(Base):
    """A picture of a campaign, in several widths. Its size is that of the widest, as it is to be seen.

    `name`: by which a story places it. `alt`: what it shows, by language. `focus_x`, `focus_y`: in percent from the
    left and the top, what stays in sight where it is cropped. `is_head`: it stands at the head of the campaign's page.
    `digest`: of its bytes; part of its address.
    """

    __tablename__ = "campaign_pictures"
    __table_args__ = (
        UniqueConstraint("campaign_id", "name"),
        CheckConstraint(f"name ~ '{slugs.PATTERN}' AND length(name) <= {slugs.LENGTH}", name="name"),
        CheckConstraint("width > 0 AND height > 0", name="size"),
        CheckConstraint("focus_x BETWEEN 0 AND 100 AND focus_y BETWEEN 0 AND 100", name="focus"),
        Index("uq_campaign_pictures_head", "campaign_id", unique=True, postgresql_where="is_head"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    name: Mapped[str]
    alt: Mapped[dict[str, str]]
    width: Mapped[int]
    height: Mapped[int]
    focus_x: Mapped[int] = mapped_column(SmallInteger, server_default="50")
    focus_y: Mapped[int] = mapped_column(SmallInteger, server_default="50")
    is_head: Mapped[bool] = mapped_column(server_default=false())
    digest: Mapped[str]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now(), onupdate=func.now())


class PictureFile(Base):
    """A picture in one width and format, as it is sent."""

    __tablename__ = "picture_files"
    __table_args__ = (CheckConstraint(f"format IN {FORMATS}", name="format"),)

    picture_id: Mapped[int] = mapped_column(
        ForeignKey("campaign_pictures.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    format: Mapped[str] = mapped_column(Text, primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Document(Base):
    """A PDF that a campaign hands out. `title`: by language; `file_name`: what a reader's disk calls it."""

    __tablename__ = "campaign_documents"
    __table_args__ = (
        Index(None, "campaign_id"),
        CheckConstraint("size_bytes > 0", name="size_bytes"),
        CheckConstraint("length(file_name) BETWEEN 5 AND 80 AND file_name !~ '[/\\\\]'", name="file_name"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    title: Mapped[dict[str, str]]
    file_name: Mapped[str]
    size_bytes: Mapped[int]
    digest: Mapped[str]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now(), onupdate=func.now())


class DocumentFile(Base):
    """The bytes of a document, as they were uploaded."""

    __tablename__ = "document_files"

    document_id: Mapped[int] = mapped_column(
        ForeignKey("campaign_documents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    body: Mapped[bytes] = mapped_column(LargeBinary)
