"""A view changes something by its unit of work, or by a coalescer; its own session only reads."""

import pytest

from tests.architecture.doors import rooms_of_the_web, views_that_commit


def test_no_view_commits_by_itself():
    assert views_that_commit() == []
    assert len(list(rooms_of_the_web())) > 20


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("actions/views/mine.py", "def bad():\n    db.session.commit()"),
        ("letters/views.py", "def bad(session):\n    session.commit()"),
        ("events/views/mine.py", "def bad(sessions):\n    with sessions() as s, s.begin():\n        pass"),
        ("delivery/webhook.py", "def bad(sessions):\n    return retrying.transact(sessions, work)"),
        ("actions/views/new.py", "def bad(sessions):\n    return transact(sessions, work)"),
    ],
)
def test_a_planted_commit_is_found(copy, place, source):
    copy.plant(place, source)
    assert {found.partition(":")[0] for found in views_that_commit(copy.package)} == {f"campaign/{place}"}
