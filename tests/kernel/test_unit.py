"""A view's own transaction: committed before anybody hears of it, and told to nobody where it was not."""

import pytest
from sqlalchemy import text

from campaign.kernel import retrying
from campaign.kernel.db import db
from campaign.kernel.errors import ConflictError, TryLaterError
from campaign.kernel.unit import UnitOfWork, unit_of_work
from tests.actions.stage import *  # noqa: F403 - the application and its database

_UNDONE = text("DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '40001'; END $$")


@pytest.fixture
def nudged():
    return []


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(retrying.time, "sleep", lambda _seconds: None)


@pytest.fixture
def unit(app, sessions, nudged):
    def nudge(lane):
        with sessions() as other:
            nudged.append((lane, other.scalar(text("SELECT count(*) FROM people"))))

    with app.app_context():
        yield UnitOfWork(sessions, nudge)


@pytest.fixture
def add(fresh):
    return lambda session: (
        session.execute(
            text("INSERT INTO people (email, email_display, language) VALUES ('a@x.example', 'a@x.example', 'en')")
        ).rowcount
    )


def test_lanes_are_told_after_the_commit_each_once(unit, add, nudged):
    assert unit.run(add, wakes=["critical", "letters"]) == 1
    assert nudged == [("critical", 1), ("letters", 1)]


def test_who_ran_again_is_told_of_once(unit, add, nudged):
    runs = []

    def work(session):
        runs.append(session)
        add(session)
        if len(runs) < 3:
            session.execute(_UNDONE)

    unit.run(work, wakes=["critical"])
    assert len(set(map(id, runs))) == 3
    assert nudged == [("critical", 1)]


@pytest.mark.parametrize("refuse", [True, False], ids=["refused", "lasting"])
def test_nobody_hears_of_what_was_not_committed(unit, add, nudged, sessions, refuse):
    def work(session):
        add(session)
        if refuse:
            raise ConflictError("no")
        session.execute(_UNDONE)

    with pytest.raises(ConflictError if refuse else TryLaterError):
        unit.run(work, wakes=["critical"])
    assert nudged == []
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM people")) == 0


def test_a_request_holds_one_connection_at_a_time(app, unit):
    """Else as many requests as the pool has connections would wait for one another's second."""
    db.session().execute(text("SELECT 1"))
    assert db.engine.pool.checkedout() == 1
    unit.run(lambda _session: None)
    assert db.engine.pool.checkedout() == 0


def test_every_application_has_one(app):
    with app.app_context():
        assert isinstance(unit_of_work(), UnitOfWork)
