"""A statement is narrowed to the organizations of who asks, whichever way leads there; the operator's is not."""

import pytest
from sqlalchemy import delete, select, text, update

from campaign.campaigns.models import Campaign, Organization
from campaign.events.models import Event, Leg
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor
from campaign.kernel.errors import NotFoundError
from campaign.kernel.scoping import get_organization_id, is_owned, of_campaign, of_organization, scoped
from campaign.outbox.models import Message, Switch
from campaign.targets.models import Company, Stance


@pytest.fixture
def theirs(session, demo):
    """An actor for one organization of the demonstration, and its slug."""
    slug = session.scalars(select(Organization.slug).join(Campaign).order_by(Campaign.id)).first()
    return Actor("Ana", ALL_POWERS, frozenset({get_organization_id(session, OPERATOR, slug)})), slug


def counted(session, statement):
    return len(session.execute(statement).all())


@pytest.mark.parametrize("model", [Organization, Campaign, Event, Leg, Stance])
def test_a_statement_of_models_shows_what_is_ones_own(session, theirs, model):
    actor, _ = theirs
    whole = counted(session, select(model))
    nobody = Actor("Eva", ALL_POWERS, frozenset())
    own = counted(session, scoped(select(model), actor))
    assert counted(session, scoped(select(model), OPERATOR)) == whole
    assert 0 < own < whole
    assert counted(session, scoped(select(model), nobody)) == 0
    others = Actor("Eva", ALL_POWERS, frozenset(session.scalars(select(Organization.id))) - actor.organizations)
    assert own + counted(session, scoped(select(model), others)) == whole


def test_texts_are_filled_in(session, theirs):
    actor, slug = theirs
    by_campaign = text(f"SELECT id FROM events e WHERE {of_campaign('e.campaign_id')}")
    by_organization = text(f"SELECT slug FROM organizations o WHERE {of_organization('o.id')}")
    assert session.scalars(scoped(by_organization, actor)).all() == [slug]
    assert counted(session, scoped(by_campaign, actor)) == counted(session, scoped(select(Event.id), actor))
    assert counted(session, scoped(by_campaign, OPERATOR)) == counted(session, select(Event.id))


def test_changes_are_narrowed_too(session, theirs):
    actor, _ = theirs
    changed = session.execute(scoped(update(Campaign).values(goal=7), actor).returning(Campaign.organization_id)).all()
    assert {row.organization_id for row in changed} == set(actor.organizations)
    session.execute(scoped(delete(Stance), actor))
    assert counted(session, scoped(select(Stance), actor)) == 0
    assert counted(session, select(Stance)) > 0


def test_rows_of_no_organization_are_the_operators(session, theirs):
    actor, _ = theirs
    session.add(Switch(reason="test"))
    session.flush()
    assert counted(session, scoped(select(Switch).where(Switch.reason == "test"), actor)) == 0
    assert counted(session, scoped(select(Switch).where(Switch.reason == "test"), OPERATOR)) == 1


def test_what_cannot_be_narrowed_is_refused_even_for_the_operator():
    with pytest.raises(ValueError, match="nothing leads from companies to an organization"):
        scoped(select(Company), OPERATOR)
    with pytest.raises(ValueError, match="does not say where"):
        scoped(text("SELECT 1 FROM campaigns"), OPERATOR)


def test_shared_rows_are_nobodys():
    assert not is_owned(Company.__table__)
    assert is_owned(Leg.__table__)
    assert is_owned(Message.__table__)


def test_anothers_organization_is_as_unknown_as_none(session, theirs):
    actor, slug = theirs
    other = session.scalars(select(Organization.slug).where(Organization.slug != slug)).first()
    assert get_organization_id(session, actor, slug) in actor.organizations
    for unknown in (other, "nobody"):
        with pytest.raises(NotFoundError, match=f"there is no organization '{unknown}'"):
            get_organization_id(session, actor, unknown)
