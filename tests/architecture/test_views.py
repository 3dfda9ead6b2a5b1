"""A view parses, calls one service function, renders."""

import pytest

from tests.architecture.rules import views_that_query


def test_no_view_talks_to_the_database_by_itself():
    assert views_that_query() == []


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("pledges/views.py", "def bad():\n    return db.session().execute('SELECT 1')"),
        ("actions/views/thanks.py", "def bad(session):\n    return session.scalars(select(Campaign)).all()"),
        ("letters/views.py", "_FIND = text('SELECT 1')"),
        ("site/views.py", "def bad():\n    return Campaign.query(id=1)"),
        ("letters/panels.py", "def bad(session):\n    session.add(Letter())"),
    ],
)
def test_a_planted_query_is_found(copy, place, source):
    copy.plant(place, source)
    assert {found.partition(":")[0] for found in views_that_query(copy.package)} == {f"campaign/{place}"}
