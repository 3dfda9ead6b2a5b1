"""No query of an actor's looks past their organizations: what is asked of their tables is narrowed by `scoped`."""

import pytest

from campaign import tables
from campaign.kernel.base import Base
from campaign.kernel.scoping import is_owned
from tests.architecture.actors import looks_past_a_tenant

assert tables.MODULES

OWNED = {
    name
    for mapper in Base.registry.mappers
    if is_owned(mapper.local_table)
    for name in (mapper.local_table.name, mapper.class_.__name__)
} | {"revisions", "Revision"}
"""A revision is of a thing, which is somebody's; nothing leads there but its word and id, so `scoped` cannot narrow it."""


def test_campaigns_and_all_that_hangs_on_them_are_owned():
    assert {"campaigns", "actions", "events", "event_legs", "letters", "stances", "outbox_messages"} <= OWNED
    assert not {"companies", "executives", "agreements", "people", "stranger_levels"} & OWNED


def test_no_query_looks_past_a_tenant():
    assert looks_past_a_tenant(OWNED) == []


@pytest.mark.parametrize(
    "body",
    [
        "actor.require(Power.READ)\n    return session.scalars(select(Event)).all()",
        "actor.require(Power.READ)\n    return session.get_one(Campaign, 1)",
        "actor.require(Power.READ)\n    return session.execute(_PLANTED).all()",
        "actor.require(Power.READ)\n    query = select(Message.id)\n    return session.scalars(query.limit(1)).all()",
        "if actor.powers:\n        actor.require_operator('look')\n    return session.scalar(_PLANTED)",
    ],
)
def test_a_planted_query_is_found(copy, body):
    constant = '_PLANTED = text("SELECT 1 FROM rsvps JOIN actions USING (id)")'
    copy.plant("actions/service/reviewing.py", f"{constant}\ndef planted(session: Session, actor: Actor):\n    {body}")
    found = looks_past_a_tenant(OWNED, copy.package)
    assert len(found) == 1, found
    assert "planted" in found[0]


def test_a_planted_service_that_takes_an_actor_for_nothing_is_found(copy):
    copy.plant("events/service.py", "def planted(session: Session, actor: Actor):\n    return offer(session)")
    assert [one.split(" ", 1)[1] for one in looks_past_a_tenant(OWNED, copy.package)] == ["planted ignores its actor"]


@pytest.mark.parametrize(
    "body",
    [
        "return session.scalars(scoped(select(Event), actor)).all()",
        "query = select(Event)\n    return session.scalars(scoped(query, actor).limit(1)).all()",
        "actor.require_operator('look')\n    return session.scalars(select(Event)).all()",
        "ids = own(session, actor)\n    return session.scalars(select(Event).where(ids))  # narrowed: by what is own",
        "actor.require(Power.READ)\n    return session.scalars(select(Company)).all()",
    ],
)
def test_what_is_narrowed_is_not(copy, body):
    copy.plant("events/service.py", f"def planted(session: Session, actor: Actor):\n    {body}")
    assert looks_past_a_tenant(OWNED, copy.package) == []
