"""Pictures and documents of campaigns, apart from their bytes.

Revision: 0049
After: 0048
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")


def _id():
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _public_id():
    return sa.Column("public_id", UUID(as_uuid=True), nullable=False, unique=True, server_default=sa.text("uuidv7()"))


def _moment(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=_NOW)


def _of(name, table, **more):
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, **more)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "campaign_pictures",
        _id(),
        _public_id(),
        _of("campaign_id", "campaigns"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("alt", JSONB, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("focus_x", sa.SmallInteger, nullable=False, server_default="50"),
        sa.Column("focus_y", sa.SmallInteger, nullable=False, server_default="50"),
        sa.Column("is_head", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("digest", sa.Text, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.UniqueConstraint("campaign_id", "name"),
        sa.CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) <= 63", name="name"),
        sa.CheckConstraint("width > 0 AND height > 0", name="size"),
        sa.CheckConstraint("focus_x BETWEEN 0 AND 100 AND focus_y BETWEEN 0 AND 100", name="focus"),
    )
    op.create_index(
        "uq_campaign_pictures_head", "campaign_pictures", ["campaign_id"], unique=True, postgresql_where="is_head"
    )
    op.create_table(
        "picture_files",
        _of("picture_id", "campaign_pictures", primary_key=True, autoincrement=False),
        sa.Column("format", sa.Text, primary_key=True),
        sa.Column("width", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("format IN ('webp', 'jpeg')", name="format"),
    )
    op.create_table(
        "campaign_documents",
        _id(),
        _public_id(),
        _of("campaign_id", "campaigns"),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint("size_bytes > 0", name="size_bytes"),
        sa.CheckConstraint(r"length(file_name) BETWEEN 5 AND 80 AND file_name !~ '[/\\]'", name="file_name"),
    )
    op.create_index(op.f("ix_campaign_documents_campaign_id"), "campaign_documents", ["campaign_id"])
    op.create_table(
        "document_files",
        _of("document_id", "campaign_documents", primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    # What they hold is packed already: PostgreSQL need not try.
    op.execute("ALTER TABLE picture_files ALTER COLUMN body SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE document_files ALTER COLUMN body SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("document_files", "campaign_documents", "picture_files", "campaign_pictures"):
        op.drop_table(table)
