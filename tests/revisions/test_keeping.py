"""The history is kept in the transaction of the change: numbered, with who, one revision an edit, and gone with its thing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from campaign.audit.models import KEPT_FOR, AuditEntry
from campaign.audit.service import Thing
from campaign.campaigns.models import Organization
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor
from campaign.revisions.differences import Difference
from campaign.revisions.models import Revision
from campaign.revisions.previewing import attempt
from campaign.revisions.service import Edit, forget_who, lock, write_down

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
GOAL = Difference(values={"goal": (1, 2)})
UPDATE = Difference("updates", "Another season", is_new=True)


def kept(session):
    return session.scalars(select(Revision).order_by(Revision.id)).all()


def test_an_edit_is_one_revision_of_each_thing_whoever_takes_part(session):
    edit, ana = Edit("form", AT), Actor("Ana Díaz", ALL_POWERS, frozenset())
    write_down(session, ana, edit, Thing("campaign", "a"), [GOAL], row_id=7)
    write_down(session, ana, edit, Thing("campaign", "a"), [UPDATE], row_id=7)
    write_down(session, ana, edit, Thing("company", "b"), [GOAL], row_id=7, verb="add")
    write_down(session, ana, Edit("load", AT), Thing("campaign", "a"), [GOAL], row_id=7)
    assert [(one.thing, one.number, one.door, one.who, len(one.changes)) for one in kept(session)] == [
        ("campaign", 1, "form", "Ana Díaz", 2),
        ("company", 1, "form", "Ana Díaz", 1),
        ("campaign", 2, "load", "Ana Díaz", 1),
    ]
    session.expire_all()
    first = kept(session)[0]
    assert (first.at, first.about) == (AT, {})
    assert first.changes == [
        {"values": {"goal": [1, 2]}},
        {"part": "updates", "name": "Another season", "is_new": True},
    ]
    log = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.verb, entry.thing, entry.changed) for entry in log] == [
        ("change", "campaign", ["goal"]),
        ("change", "campaign", ["updates"]),
        ("add", "company", ["goal"]),
        ("change", "campaign", ["goal"]),
    ]


def test_nothing_is_written_where_nothing_differs(session):
    write_down(session, OPERATOR, Edit("load", AT), Thing("campaign", "a"), [], row_id=7)
    assert kept(session) == []
    assert session.scalars(select(AuditEntry)).all() == []


def test_what_a_savepoint_took_back_is_written_anew(session):
    edit = Edit("form", AT)
    savepoint = session.begin_nested()
    write_down(session, OPERATOR, edit, Thing("campaign", "a"), [GOAL], row_id=7)
    savepoint.rollback()
    write_down(session, OPERATOR, edit, Thing("campaign", "a"), [UPDATE], row_id=7)
    (one,) = kept(session)
    assert (one.number, one.changes) == (1, [UPDATE.kept()])


def test_two_revisions_never_have_one_number(session):
    session.add_all(
        Revision(thing="campaign", thing_id=7, number=1, at=AT, door="load", who="x", changes=[]) for _ in range(2)
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_two_that_change_a_thing_at_once_take_turns(sessions):
    with sessions() as session, session.begin():
        row = Organization(slug="ciw", name="Coalition")
        session.add(row)
    with sessions() as one, sessions() as other:
        first, second = (session.scalars(select(Organization)).one() for session in (one, other))
        lock(one, first)
        first.name = "First"
        other.execute(text("SET LOCAL lock_timeout = '50ms'"))
        savepoint = other.begin_nested()
        with pytest.raises(Exception, match="lock timeout"):
            lock(other, second)
        savepoint.rollback()
        other.execute(text("SELECT FROM organizations FOR KEY SHARE"))  # what refers to it does not wait
        one.commit()
        lock(other, second)
        assert second.name == "First"
        other.rollback()


# A preview


def test_a_preview_leaves_nothing_behind_and_says_what_it_did(session):
    def rename():
        row.name = "Changed"
        session.flush()
        write_down(session, OPERATOR, edit, Thing("organization", row.public_id), [GOAL], row_id=row.id)
        return row.name

    row = Organization(slug="ciw", name="Coalition")
    session.add(row)
    session.flush()
    edit = Edit("form", AT)
    assert attempt(session, rename, is_preview=True) == "Changed"
    assert (row.name, kept(session), session.scalars(select(AuditEntry)).all()) == ("Coalition", [], [])
    assert attempt(session, rename, is_preview=False) == "Changed"
    assert (row.name, len(kept(session))) == ("Changed", 1)


def test_a_change_that_fails_leaves_nothing_behind_either(session):
    def fail():
        session.add(Organization(slug="ciw", name="Coalition"))
        session.flush()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        attempt(session, fail, is_preview=False)
    assert session.scalars(select(Organization)).all() == []


# What goes


def test_a_history_goes_with_its_thing_and_with_no_other(session):
    rows = [Organization(slug=slug, name=slug) for slug in ("one", "two")]
    session.add_all(rows)
    session.flush()
    for row in rows:
        Edit("load", AT).keep(session, OPERATOR, ("organization", row.id), [GOAL.kept()])
    Edit("load", AT).keep(session, OPERATOR, ("campaign", rows[0].id), [GOAL.kept()])
    session.delete(rows[0])
    session.flush()
    session.expire_all()
    assert [(one.thing, one.thing_id) for one in kept(session)] == [
        ("organization", rows[1].id),
        ("campaign", rows[0].id),
    ]


def test_who_made_a_change_is_forgotten_when_the_log_forgets_it(session):
    now = datetime.now(UTC)
    for days in (KEPT_FOR.days + 1, KEPT_FOR.days - 1):
        Edit("load", now - timedelta(days=days)).keep(session, OPERATOR, ("campaign", 7), [GOAL.kept()])
    assert (forget_who(session), forget_who(session)) == (1, 0)
    session.expire_all()
    assert [(one.who, one.changes) for one in kept(session)] == [
        ("", [{"values": {"goal": [1, 2]}}]),
        ("operator", [{"values": {"goal": [1, 2]}}]),
    ]
