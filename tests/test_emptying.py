"""What a test left is gone after it, and the next one's ids begin at one."""

import pytest
from sqlalchemy import text

from campaign.kernel.base import Base
from tests import emptying

_ADD = text("INSERT INTO organizations (slug, name) VALUES (:slug, :slug) RETURNING id")


@pytest.mark.parametrize("grown", [emptying._GROWN_BYTES, -1])
def test_rows_and_ids_begin_anew(engine, demo, monkeypatch, grown):
    monkeypatch.setattr(emptying, "_GROWN_BYTES", grown)
    for _ in range(2):
        with engine.begin() as connection:
            emptying.empty(connection)
            left = [
                table.name
                for table in Base.metadata.sorted_tables
                if connection.scalar(text(f"SELECT count(*) FROM {table.name}"))
            ]
            assert left == []
            assert connection.scalar(_ADD, {"slug": "union"}) == 1


def test_ids_that_a_rolled_back_row_took_are_given_again(engine):
    with engine.connect() as connection:
        connection.scalar(_ADD, {"slug": "union"})
        connection.rollback()
        emptying.empty(connection)
        assert connection.scalar(_ADD, {"slug": "union"}) == 1
        connection.rollback()
