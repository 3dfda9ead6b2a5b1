"""Access that nobody used for twelve months ends, thirty days after its holder and the owners were told; clock in hand."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.accounts.unused import end_unused, warn_unused
from campaign.kernel.clock import now


@pytest.fixture
def team(organizer, sessions):
    """An owner, and Ana, who were both here now; the demonstration's own owners are no one."""
    with sessions() as session, session.begin():
        session.execute(text("DELETE FROM memberships"))
    me, ana = organizer("owner"), organizer("editor", email="ana@ciw.example")
    return me, ana


def used(sessions, me, at):
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE memberships SET used_at = :at WHERE account_id = :id"), {"at": at, "id": me.account.id}
        )


def run(sessions, job, at):
    with sessions() as session, session.begin():
        return job(session, 100, at)


def messages(sessions):
    with sessions() as session:
        query = "SELECT payload ->> 'account' FROM outbox_messages WHERE topic = 'accounts.unused' ORDER BY id"
        return session.scalars(text(query)).all()


def test_is_warned_then_ended_and_out_at_the_next_request(team, sessions):
    me, ana = team
    at = now()
    used(sessions, ana, at - timedelta(days=334))
    assert run(sessions, warn_unused, at) == 0
    later = at + timedelta(days=1)
    assert run(sessions, warn_unused, later) == 1
    assert run(sessions, warn_unused, later) == 0, "once"
    assert sorted(messages(sessions)) == sorted(str(one.account.public_id) for one in (me, ana))
    assert run(sessions, end_unused, later + timedelta(days=29)) == 0
    assert run(sessions, end_unused, later + timedelta(days=30)) == 1
    with sessions() as session:
        ends = session.scalar(text("SELECT ends_at FROM memberships WHERE account_id = :id"), {"id": ana.account.id})
        assert ends == later + timedelta(days=30)
        entry = session.execute(text("SELECT who, verb, thing_id FROM audit_entries ORDER BY id DESC LIMIT 1")).one()
    assert tuple(entry) == ("upkeep", "end_unused", str(ana.account.public_id))
    with sessions() as session, session.begin():
        session.execute(text("UPDATE memberships SET ends_at = now() WHERE account_id = :id"), {"id": ana.account.id})
    assert ana.get("/organize/ciw").status_code == 404


def test_who_comes_after_the_warning_keeps_it(team, sessions):
    _me, ana = team
    at = now()
    used(sessions, ana, at - timedelta(days=340))
    assert run(sessions, warn_unused, at) == 1
    with sessions() as session, session.begin():
        session.execute(text("UPDATE account_sessions SET used_at = now() - interval '2 minutes'"))
    assert ana.get("/organize/ciw").status_code == 200
    assert run(sessions, end_unused, at + timedelta(days=31)) == 0
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM memberships WHERE warned_at IS NOT NULL")) == 0


def test_of_owners_who_never_come_one_stays(team, organizer, sessions):
    me, ana = team
    bea = organizer("owner", email="bea@ciw.example")
    at = now()
    for one, days in ((me, 800), (bea, 700), (ana, 0)):
        used(sessions, one, at - timedelta(days=days))
    assert run(sessions, warn_unused, at) == 1
    assert run(sessions, end_unused, at + timedelta(days=31)) == 1
    assert run(sessions, warn_unused, at + timedelta(days=40)) == 0
    with sessions() as session:
        query = "SELECT account_id FROM memberships WHERE role = 'owner' AND ends_at IS NULL"
        assert session.scalars(text(query)).all() == [bea.account.id]


def test_the_mails_tell_each_their_own(team, sessions, visitor):
    _me, ana = team
    used(sessions, ana, now() - timedelta(days=340))
    run(sessions, warn_unused, now())
    mails = {mail.to: mail.text for mail in visitor.mails()}
    own, owners = mails["ana@ciw.example"], mails["owner@ciw.example"]
    assert "To keep it, sign in" in own
    assert "Editor hasn’t used their access" in owners
