"""What the operator does with an organization's people: the same services as the pages, by email."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from campaign.accounts.changing import find_member_id
from campaign.accounts.cli import organizer as group
from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member
from campaign.kernel.actors import OPERATOR


class Console:
    """The operator's side of the test's installation."""

    def __init__(self, sessions):
        self._sessions = sessions

    def session(self, **_more):
        return self._sessions.begin()

    def transact(self, work, **_more):
        with self._sessions() as session, session.begin():
            return work(session)


@pytest.fixture
def run(app, sessions, demo):
    """Call a command: `run("list")`; returns exit code and words."""
    with sessions() as session, session.begin():
        add_member(session, OPERATOR, NewMember("ana@ciw.example", "ciw", "editor", "Ana"))
        add_member(session, OPERATOR, NewMember("owner@ciw.example", "ciw", "owner"))

    def call(*words):
        result = CliRunner().invoke(group, [*words, "--organization", "ciw"], obj=Console(sessions))
        return result.exit_code, result.output + str(result.exception or "")

    return call


def _is_there(sessions):
    with sessions() as session:
        assert isinstance(session, Session)
        return find_member_id(session, OPERATOR, "ciw", "ana@ciw.example")


def test_lists_who_may_do_what(run):
    code, said = run("list")
    assert code == 0
    assert "ana@ciw.example" in said
    assert "publish" in said


def test_gives_another_role_and_tells_where_it_is_so_already(run):
    assert run("role", "Ana@CIW.example", "viewer") == (0, "Ana@CIW.example: now viewer of ciw\n")
    assert run("role", "ana@ciw.example", "viewer") == (0, "ana@ciw.example: already viewer of ciw\n")


def test_removes(run, sessions):
    assert _is_there(sessions)
    assert run("remove", "ana@ciw.example") == (0, "ana@ciw.example: removed from ciw\n")
    assert "does not serve" in run("remove", "ana@ciw.example")[1]


@pytest.mark.parametrize("words", [("remove", "owner@ciw.example"), ("role", "owner@ciw.example", "editor")])
def test_the_last_owner_stays(run, words):
    assert "is the last owner" in run(*words)[1]


def test_what_is_no_address_is_told(run):
    assert run("remove", "ana")[0] == 2
