"""Every service that takes an actor: refused without its power, deaf to other organizations, and written down.

One world serves all services, because each is called in a savepoint: who acts there costs more than all the calls.
"""

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor, Power
from campaign.kernel.errors import ForbiddenError, NotFoundError
from tests.contract.actors import CASES, ELSEWHERE, FOR_THE_OPERATOR, Case, World, build, taking_an_actor

_OTHERS = text("SELECT id FROM organizations WHERE id <> :id")
_LOGGED = text("SELECT verb FROM audit_entries WHERE who = :who ORDER BY id")


@pytest.fixture
def session(visitor, sessions):
    """A session of which nothing is committed; over before what the visitor left is swept, which its locks would stop."""
    with sessions() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def world(session, visitor):
    """One organization with all that can be asked about; what the visitor did is committed, the rest is not."""
    return build(session, visitor)


def attempt(session: Session, case: Case, actor: Actor, world: World):
    """Call a service and take back what it did; returns what it gave, and what it wrote down."""
    savepoint = session.begin_nested()
    try:
        value = case.call(session, actor, world)
        return value, list(session.scalars(_LOGGED, {"who": actor.name}))
    finally:
        savepoint.rollback()
        session.expire_all()


def failing(cases: Iterable[Case], check: Callable[[Case], None]) -> dict[str, str]:
    """Check every case; return what is wrong, by the service's name."""
    found = {}
    for case in cases:
        try:
            check(case)
        except Exception as error:  # noqa: BLE001 - each is told by its case's name
            found[case.name] = f"{type(error).__name__}: {error}"
        except pytest.fail.Exception as error:
            found[case.name] = str(error)
    return found


def test_every_service_is_in_the_table():
    assert taking_an_actor() == {case.name for case in (*CASES, *FOR_THE_OPERATOR)} | ELSEWHERE.keys()


def test_all_serve_their_own_with_their_powers_and_log_it(session, world):
    own = frozenset({world.organization_id})

    def check(case):
        value, logged = attempt(session, case, Actor("Ana", case.powers, own), world)
        assert value or not case.is_found
        assert logged == ([case.verb] if case.verb else [])
        for power in case.powers:
            with pytest.raises(ForbiddenError, match=f"Ana may not .*{power.value}"):
                attempt(session, case, Actor("Ana", ALL_POWERS - {power}, own), world)

    assert failing(CASES, check) == {}


def test_none_serves_another_organization_or_tells_that_there_is_something(session, world):
    others = frozenset(session.scalars(_OTHERS, {"id": world.organization_id}))
    assert others
    stranger = Actor("Eva", ALL_POWERS, others)
    unknown = world.unknown()

    def check(case):
        if case.is_found:
            nothing = (type(case.call(session, stranger, world))(), [])
            assert attempt(session, case, stranger, world) == nothing
            assert not case.takes_key or attempt(session, case, stranger, unknown) == nothing
            return
        with pytest.raises(NotFoundError) as foreign:
            attempt(session, case, stranger, world)
        if case.takes_key:  # an id of another organization answers as an id of nobody
            with pytest.raises(NotFoundError) as nobodys:
                attempt(session, case, stranger, unknown)
            said = str(foreign.value).replace(world.event_slug, "nobody").replace(world.slug, "nobody")
            assert said.replace(world.organization, "nobody") == str(nobodys.value)

    assert failing(CASES, check) == {}


def test_what_is_the_installations_is_the_operators(session, world):
    everybody = frozenset({world.organization_id, *session.scalars(_OTHERS, {"id": world.organization_id})})

    def check(case):
        _, logged = attempt(session, case, OPERATOR, world)
        assert case.verb is None or case.verb in logged
        with pytest.raises(ForbiddenError, match="only the installation's operator may"):
            attempt(session, case, Actor("Ana", frozenset(Power), everybody), world)

    assert failing(FOR_THE_OPERATOR, check) == {}
