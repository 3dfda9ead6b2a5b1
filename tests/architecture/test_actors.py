"""No command can use a service without saying who acts."""

import pytest

from tests.architecture.actors import commands_that_query, services_without_actor

_GOOD = """
def count_all(session: Session, actor: Actor) -> int:
    return 0
"""
_BAD = """
def count_all(session: Session) -> int:
    return 0
"""


def test_commands_use_nothing_that_does_not_take_an_actor():
    assert services_without_actor() == []


def test_commands_make_no_statements_of_their_own():
    assert commands_that_query() == []


@pytest.mark.parametrize(
    ("place", "use"),
    [
        ("letters/cli.py", "def planted(session):\n    return count_all(session)"),
        ("events/cli.py", "def planted(console):\n    return console.transact(lambda session: count_all(session))"),
        ("actions/suppressions.py", "def planted(sessions):\n    return transact(sessions, partial(count_all))"),
    ],
)
def test_a_planted_service_without_actor_is_found(copy, place, use):
    copy.plant("outbox/planted.py", _GOOD)
    copy.plant(place, f"from campaign.outbox.planted import count_all\n{use}")
    assert services_without_actor(copy.package) == []
    copy.package.joinpath("outbox/planted.py").write_text(_BAD)
    assert [one.partition(":")[0] for one in services_without_actor(copy.package)] == [f"campaign/{place}"]


def test_a_service_that_is_used_by_its_module_is_found(copy):
    copy.plant("actions/service/reviewing.py", _BAD)
    copy.plant("letters/cli.py", "def planted(session):\n    return reviewing.count_all(session)")
    assert len(services_without_actor(copy.package)) == 1


def test_a_planted_hook_that_nobody_knows_is_found(copy):
    copy.plant("loading.py", "def planted(session, kind):\n    kind.empty_all(session)")
    found = services_without_actor(copy.package)
    assert len(found) == 1
    assert "kind.empty_all" in found[0]


@pytest.mark.parametrize(
    "statement", ["session.scalars(select(Campaign))", "session.execute(text('DELETE FROM letters'))"]
)
def test_a_planted_statement_in_a_command_is_found(copy, statement):
    copy.plant("letters/cli.py", f"def planted(session):\n    return {statement}")
    assert len(commands_that_query(copy.package)) == 1
