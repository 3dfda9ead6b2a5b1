"""Proposals: one person's word is not enough for an address; who has the care decides, and the operator does."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.service import add_organization
from campaign.kernel.actors import OPERATOR, Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from campaign.proposals.commands import Propose
from campaign.proposals.queries import get_proposal, list_proposals, purge_decided
from campaign.proposals.service import accept, propose, refuse, withdraw
from campaign.revisions.service import Edit
from campaign.targets.care import give_care
from campaign.targets.commands import SaveCompany
from campaign.targets.models import Company, Executive
from campaign.targets.saving import save_company

ANA, BEN, EVA = (UUID(int=n) for n in (1, 2, 3))
NEW = "new@wendys.example"


def _edit():
    return Edit("form", now())


@pytest.fixture
def people(session):
    """Ana and Ben publish for who has the care of Wendy’s, Eva for another organization."""
    ciw = add_organization(session, OPERATOR, "ciw", "Coalition of Immokalee Workers")
    other = add_organization(session, OPERATOR, "mj", "Migrant Justice")
    values = {"name": "Wendy’s", "country": "US", "timezone": "UTC"}
    for slug, office in (("wendys", "CEO"), ("kroger", "Chair")):
        command = SaveCompany(slug, values, {office: f"{office.lower()}@{slug}.example"}, None)
        save_company(session, OPERATOR, command, _edit())
    give_care(session, OPERATOR, company="wendys", organization="ciw")

    def who(name, account, organization):
        return Actor(name, frozenset({Power.PUBLISH}), frozenset({organization.id}), account)

    return {"ana": who("Ana", ANA, ciw), "ben": who("Ben", BEN, ciw), "eva": who("Eva", EVA, other)}


def _address(organization="ciw", address=NEW):
    told = {"CEO": {"source": "Annual report", "checked_on": date(2026, 11, 1)}}
    return Propose(organization, SaveCompany("wendys", {}, {"CEO": address}, None, told), "Wendy’s")


def _office(session):
    return session.scalars(select(Executive).join(Company).where(Company.slug == "wendys")).one()


def test_an_address_takes_a_second_person(session, people):
    proposed = propose(session, people["ana"], _address())
    assert _office(session).address == "ceo@wendys.example"
    with pytest.raises(ForbiddenError, match="second person"):
        accept(session, people["ana"], proposed, _edit())
    assert accept(session, people["ben"], proposed, _edit()).readdressed["CEO"].new == NEW
    office = _office(session)
    assert (office.address, office.source, office.checked_on) == (NEW, "Annual report", date(2026, 11, 1))


def test_another_organizations_proposal_is_for_who_has_the_care(session, people):
    proposed = propose(session, people["eva"], _address("mj"))
    with pytest.raises(ForbiddenError, match="others' care"):
        accept(session, people["eva"], proposed, _edit())
    (seen,) = list_proposals(session, people["ana"])
    assert (seen.organization, seen.proposed_by, seen.may_decide) == ("Migrant Justice", "", True)
    accept(session, people["ana"], proposed, _edit())
    assert _office(session).address == NEW


def test_what_is_new_and_agreements_are_for_the_operator(session, people):
    values = {"name": "Aldi", "country": "US", "timezone": "UTC"}
    company = propose(session, people["ana"], Propose("ciw", SaveCompany("aldi", values, {}, None), "Aldi"))
    signed = SaveAgreement("fair", {"name": "Fair Food", "signatories_as_of": date(2026, 1, 2)}, {"Aldi": 2020})
    agreement = propose(session, people["ana"], Propose("ciw", signed, "Fair Food"))
    for proposed in (company, agreement):
        with pytest.raises(ForbiddenError):
            accept(session, people["ben"], proposed, _edit())
        accept(session, OPERATOR, proposed, _edit())
    assert session.scalar(text("SELECT signatories_as_of FROM agreements WHERE slug = 'fair'")) == date(2026, 1, 2)
    assert session.scalar(text("SELECT since FROM signatories WHERE name = 'Aldi'")) == 2020


def test_who_neither_made_nor_decides_it_finds_none(session, people):
    proposed = propose(session, OPERATOR, Propose("ciw", SaveCompany("kroger", {}, {}, None), "Kroger"))
    with pytest.raises(NotFoundError):
        get_proposal(session, people["eva"], proposed)
    assert list_proposals(session, people["eva"]) == []
    with pytest.raises(NotFoundError):
        propose(session, people["eva"], _address("ciw"))


@pytest.mark.parametrize("decide", ["refuse", "withdraw", "accept"])
def test_what_is_decided_stays_so_and_keeps_no_address(session, people, decide):
    proposed = propose(session, people["ana"], _address())
    if decide == "refuse":
        refuse(session, people["ben"], proposed, "She left", now())
    elif decide == "withdraw":
        withdraw(session, people["ana"], proposed, now())
    else:
        accept(session, people["ben"], proposed, _edit())
    with pytest.raises(ConflictError):
        accept(session, people["ben"], proposed, _edit())
    assert session.scalar(text("SELECT count(*) FROM proposals WHERE content <> '{}'")) == 0
    kept = str(session.execute(text("SELECT changed, thing_id FROM audit_entries")).all())
    assert NEW not in kept
    assert NEW not in str(session.execute(text("SELECT changes FROM revisions")).all())


def test_an_address_of_another_company_is_told_by_name(session, people):
    with pytest.raises(RefusedError) as refused:
        propose(session, people["ana"], _address(address="chair@kroger.example"))
    assert refused.value.problem.code == "office_taken"
    assert refused.value.problem.field == ("executives", 0, "address")


def test_a_reason_is_needed_to_refuse(session, people):
    proposed = propose(session, people["ana"], _address())
    with pytest.raises(RefusedError):
        refuse(session, people["ben"], proposed, "  ", now())


def test_what_was_decided_goes_after_ninety_days(session, people):
    old, new = (propose(session, people["ana"], _address()) for _ in range(2))
    withdraw(session, people["ana"], old, now() - timedelta(days=91))
    withdraw(session, people["ana"], new, now())
    assert purge_decided(session) == 1
    assert [one.public_id for one in list_proposals(session, people["ana"], is_open=False)] == [new]
