"""The plain SQLAlchemy base of all models, its naming convention, and the column types used everywhere.

Models import this module and nothing of Flask, so that rules run in a worker, a test or a shell alike.
"""

import uuid
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model: one metadata, deterministic constraint names."""

    # The registry itself, not `type_annotation_map`: Flask-SQLAlchemy makes its own base of a copy of this class, and
    # SQLAlchemy refuses the map on a class that has a registry already. JSON columns are typed by the model that owns
    # them.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            str: Text(),
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB(),
            dict[str, str]: JSONB(),
            dict[str, list[str]]: JSONB(),
            list[str]: JSONB(),
        },
    )
    metadata = registry.metadata


Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
"""Internal key; never leaves the service."""

PublicId = Annotated[uuid.UUID, mapped_column(unique=True, server_default=func.uuidv7())]
"""The key the outside sees (UUIDv7, RFC 9562; made by PostgreSQL 18, before it by a function of ours)."""

Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""A moment, aware, UTC."""

CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
"""When the row was written, by the database's clock."""
