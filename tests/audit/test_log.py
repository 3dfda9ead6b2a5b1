"""The audit log: written with what is done, never changed, free of supporters' data, read by who administers."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from campaign.audit.models import KEPT_FOR, AuditEntry
from campaign.audit.queries import Which, list_entries
from campaign.audit.service import Thing, purge, record
from campaign.campaigns.models import Campaign, Organization
from campaign.kernel.actors import ALL_POWERS, OPERATOR, Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.errors import ForbiddenError, NotFoundError

_AGE = "ALTER TABLE audit_entries DISABLE TRIGGER USER; UPDATE audit_entries SET at = {}; ALTER TABLE audit_entries ENABLE TRIGGER USER"


def entries(session):
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def test_says_who_did_what_to_what_and_whose_it_is(session, demo):
    campaign = session.scalars(select(Campaign).order_by(Campaign.id)).first()
    owner = Actor("Ana Díaz", ALL_POWERS, frozenset({campaign.organization_id}))
    record(session, owner, "change", Thing("campaign", campaign_id=campaign.id, changed={"title", "goal"}))
    record(session, OPERATOR, "requeue", Thing("lane", "letters", count=500), Thing("lane", "bulk", count=0))
    one, many = entries(session)[-2:]
    assert (one.who, one.verb, one.thing, one.thing_id) == ("Ana Díaz", "change", "campaign", str(campaign.public_id))
    assert (one.organization_id, one.changed, one.count) == (campaign.organization_id, ["goal", "title"], 1)
    assert (many.who, many.thing_id, many.organization_id, many.count) == ("operator", "letters", None, 500)
    assert abs(one.at - now()) < timedelta(minutes=5)


def test_is_undone_with_what_was_done(sessions):
    with sessions() as session:
        record(session, OPERATOR, "add", Thing("organization"))
        session.rollback()
        assert entries(session) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entries SET who = 'nobody'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"],
)
def test_what_was_written_cannot_be_changed(session, statement):
    record(session, OPERATOR, "add", Thing("organization"))
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    session.rollback()
    assert [entry.who for entry in entries(session)] == ["operator"]


@pytest.mark.parametrize(
    "thing",
    [
        Thing("campaign", "ana@example.org"),
        Thing("campaign", "Ana Díaz"),
        Thing("campaign", changed=["Ana Díaz"]),
        Thing("campaign", changed=["title: Ana"]),
        Thing("Ana Díaz"),
    ],
)
def test_values_are_refused_where_ids_and_names_of_fields_belong(session, thing):
    with pytest.raises(IntegrityError):
        record(session, OPERATOR, "change", thing)


def test_entries_are_forgotten_after_two_years_and_not_before(session):
    for verb in ("add", "change"):
        record(session, OPERATOR, verb, Thing("organization"))
    days = KEPT_FOR.days
    young = f"CASE verb WHEN 'add' THEN now() - interval '{days + 1} days' ELSE now() - interval '{days - 1} days' END"
    session.connection().exec_driver_sql(_AGE.format(young))
    assert purge(session) == 1
    assert [entry.verb for entry in entries(session)] == ["change"]
    assert purge(session) == 0


def test_the_triggers_keep_as_long_as_the_purge_does(session):
    """The days stand in a migration, which imports nothing, and in the model."""
    source = session.scalar(text("SELECT prosrc FROM pg_proc WHERE proname = 'keep_audit_entries'"))
    assert f"interval '{KEPT_FOR.days} days'" in source


def test_who_administers_sees_their_own_organizations_entries(session, demo):
    ours, theirs = session.scalars(select(Organization).order_by(Organization.id).limit(2))
    for organization in (ours, theirs):
        record(session, OPERATOR, "change", Thing("organization", organization.public_id, organization.id))
    record(session, OPERATOR, "lift", Thing("domain", "mail.example"))
    owner = Actor("Ana", frozenset({Power.ADMINISTER}), frozenset({ours.id}))
    assert [(entry.verb, entry.thing_id) for entry in list_entries(session, owner)][:1] == [
        ("change", str(ours.public_id))
    ]
    assert {entry.organization for entry in list_entries(session, owner)} == {ours.slug}
    assert [entry.verb for entry in list_entries(session, OPERATOR, most=1)] == ["lift"]
    assert list_entries(session, owner, which=Which(since=now() + timedelta(days=1))) == []
    for unknown in (theirs.slug, "nobody"):
        with pytest.raises(NotFoundError, match=unknown):
            list_entries(session, owner, organization=unknown)
    with pytest.raises(ForbiddenError):
        list_entries(session, Actor("Eva", ALL_POWERS - {Power.ADMINISTER}, owner.organizations))
