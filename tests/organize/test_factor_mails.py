"""Whoever's proofs of who they are change hears of it by mail: what, when, and what to do if it was someone else."""

import pytest
from sqlalchemy import text

from campaign.accounts.resetting import reset_factors
from campaign.kernel.actors import OPERATOR
from tests.organize.test_second_factor import Set, clock

__all__ = ["clock"]


@pytest.fixture
def me(organizer):
    return organizer("owner")


def told(visitor):
    return [mail for mail in visitor.mails() if mail.topic == "accounts.factor_changed"]


def test_an_app_and_its_codes_are_told_to_the_accounts_own_address(me, clock, sessions, app, visitor):
    Set(me, clock, sessions, app)
    (app_mail,) = told(visitor)
    assert app_mail.subject == "An authenticator app was set up for your account"
    assert me.post("/organize/account/codes").status_code == 200
    codes_mail = told(visitor)[-1]
    assert codes_mail.subject == "Your account has new recovery codes"
    for mail in (app_mail, codes_mail):
        assert mail.to == me.account.email
        assert "If it wasn’t you, open your account now" in mail.text
        assert "/organize/account" in mail.text
        assert "(UTC)" in mail.html
    with sessions() as session:
        query = "SELECT payload::text FROM outbox_messages WHERE topic = 'accounts.factor_changed'"
        assert not [one for one in session.scalars(text(query)) if "@" in one]


def test_an_app_that_is_removed_twice_is_told_of_and_written_down_once(me, clock, sessions, app, visitor):
    Set(me, clock, sessions, app)
    for there in ("?done=app-removed", ""):
        assert me.post("/organize/account/app/remove").location == f"/organize/account{there}"
    assert [mail.subject for mail in told(visitor)][1:] == ["The authenticator app was removed from your account"]
    with sessions() as session:
        query = text("SELECT count(*) FROM audit_entries WHERE verb = 'remove' AND thing = 'app'")
        assert session.scalar(query) == 1


def test_a_reset_by_the_operator_is_told_in_the_language_of_the_account(me, sessions, visitor):
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE accounts SET language = 'es' WHERE public_id = :account"), {"account": me.account.public_id}
        )
        reset_factors(session, OPERATOR, me.account.email)
    (mail,) = told(visitor)
    assert mail.subject == "Se restableció su forma de iniciar sesión"
    assert "Si no fue usted" in mail.text


def test_an_account_that_is_gone_is_told_nothing(me, sessions, visitor):
    with sessions() as session, session.begin():
        reset_factors(session, OPERATOR, me.account.email)
        session.execute(text("DELETE FROM accounts WHERE public_id = :account"), {"account": me.account.public_id})
    assert told(visitor) == []
