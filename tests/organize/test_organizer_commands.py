"""`campaign organizer …`: links for those who are there, a way back in for who lost everything."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from campaign.accounts.cli import organizer as commands
from campaign.accounts.linking import DEMO_LASTS, LASTS
from campaign.accounts.made_up import FIRST_OWNER
from campaign.accounts.members import print_link_to
from campaign.embedded.programs import Programs
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError
from campaign.kernel.installation import Installation, installation_of, introduce
from tests.organize.stage import ORIGIN


class _Console:
    """The console of a test's database."""

    def __init__(self, sessions):
        self._sessions = sessions

    def transact(self, work, **_more):
        with self._sessions() as session, session.begin():
            return work(session)


@pytest.fixture
def run(sessions, demo, app):
    def call(*arguments):
        return CliRunner().invoke(commands, arguments, obj=_Console(sessions))

    return call


def test_a_link_is_printed_alone_for_who_reads_it_by_program(run, stranger, organizer):
    organizer("owner")
    result = run("link", "--bare", FIRST_OWNER)
    link = result.output.strip()
    assert result.exit_code == 0
    assert link.startswith(f"{ORIGIN}/organize/link/")
    assert stranger.client.post(link.removeprefix(ORIGIN), base_url=ORIGIN).status_code == 303
    assert stranger.get("/organize/ciw").status_code == 200
    assert stranger.client.post(link.removeprefix(ORIGIN), base_url=ORIGIN).status_code == 410


def test_what_the_demonstration_prints_is_its_owners():
    assert Programs().owner_link()[-1] == FIRST_OWNER


@pytest.mark.parametrize("command", [("link",), ("reset", "--yes")])
def test_who_is_nobody_is_told(run, command):
    result = run(*command, "nobody@ciw.example")
    assert isinstance(result.exception, NotFoundError)


@pytest.mark.parametrize(("is_demo", "lasts"), [(False, LASTS), (True, DEMO_LASTS)])
def test_a_printed_link_lasts_a_day_in_a_demonstration_alone(run, organizer, sessions, is_demo, lasts):
    organizer("owner")
    with sessions() as session, session.begin():
        settings = installation_of(session).settings
        introduce(session, Installation(replace(settings, is_demo=is_demo)))
        print_link_to(session, OPERATOR, FIRST_OWNER, now())
    with sessions() as session:
        took = session.scalar(text("SELECT expires_at - created_at FROM sign_in_links"))
    assert abs(took - lasts) < timedelta(minutes=1)


def test_who_lost_everything_comes_in_by_a_link_alone(run, organizer, sessions):
    me = organizer("editor")
    with sessions() as session, session.begin():
        session.execute(text("UPDATE accounts SET totp_secret = 'sealed:x' WHERE id = :id"), {"id": me.account.id})
        session.execute(
            text("INSERT INTO recovery_codes (account_id, code_hash) VALUES (:id, 'x')"), {"id": me.account.id}
        )
    result = run("reset", "--yes", "editor@ciw.example")
    assert result.exit_code == 0
    assert "signed out of 1 device" in result.output
    assert me.get("/organize/account").location.startswith("/organize/sign-in")
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM recovery_codes")) == 0
        assert session.scalar(text("SELECT totp_secret FROM accounts WHERE id = :id"), {"id": me.account.id}) is None
