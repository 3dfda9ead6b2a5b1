"""Runs migrations: on a connection that is handed in, or on DATABASE_URL."""

import os
import re

from alembic import context
from sqlalchemy import Connection, create_engine

from campaign import tables
from campaign.kernel.base import Base

_MODELS = tables.MODULES  # imported for the models they register


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        include_object=tables.is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", os.environ["DATABASE_URL"])
    with create_engine(url).connect() as opened:
        _run(opened)
        opened.commit()
