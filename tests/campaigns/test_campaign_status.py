"""A campaign's status decides who sees it and whether its letters go."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from campaign.campaigns.models import Campaign, Organization
from campaign.campaigns.queries import (
    find_organization,
    get_public_campaign,
    get_tally,
    list_home,
)
from campaign.campaigns.service import add_campaign, add_organization, change_status
from campaign.kernel.actors import OPERATOR
from campaign.kernel.errors import ConflictError, InvalidError, NotFoundError
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.revisions.service import Edit
from tests.outbox.states_told import stand as states

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def make(session, slug="fair-food", status="open", **columns):
    organization = find_organization(session, "ciw") or add_organization(session, OPERATOR, "ciw", "Coalition")
    campaign = Campaign(
        slug=slug,
        organization_id=organization.id,
        goal=10,
        languages=["en"],
        title={"en": "T"},
        demand={"en": "D"},
        **columns,
    )
    add_campaign(session, OPERATOR, campaign, Edit("form", NOW), status=status)
    return campaign


def letter(session, campaign, company_id=1):
    append(
        session,
        [
            NewMessage(
                lane="letters",
                topic="letters.letter",
                campaign_id=campaign.id,
                company_id=company_id,
                mailbox="ceo@kroger.example",
                domain="kroger.example",
            )
        ],
    )


def test_adds_an_organization(session):
    add_organization(session, OPERATOR, "ciw", " Coalition of Immokalee Workers ")
    found = session.scalars(select(Organization)).one()
    assert (found.name, found.is_demo, found.place) == ("Coalition of Immokalee Workers", False, "")


@pytest.mark.parametrize("slug", ["", "CIW", "a b", "-a", "a--b", "é", "a" * 64, "a\n", "a/../b"])
def test_refuses_a_bad_slug(session, slug):
    with pytest.raises(InvalidError):
        add_organization(session, OPERATOR, slug, "Name")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "x" * 201, "\u202eeman"])
def test_refuses_a_bad_name(session, name):
    with pytest.raises(InvalidError):
        add_organization(session, OPERATOR, "ciw", name)


def test_refuses_a_taken_slug(session):
    add_organization(session, OPERATOR, "ciw", "One")
    with pytest.raises(ConflictError):
        add_organization(session, OPERATOR, "ciw", "Two")


def test_a_campaign_begins_with_a_tally_of_nothing(session):
    campaign = make(session)
    tally = get_tally(session, campaign.id)
    assert (tally.confirmed, tally.last_number) == (0, 0)


@pytest.mark.parametrize("status", ["draft", "paused", "won", "closed"])
def test_letters_are_held_until_the_campaign_opens_again(session, status):
    campaign = make(session)
    letter(session, campaign)
    assert change_status(session, OPERATOR, "fair-food", status) == "open"
    letter(session, campaign)
    assert states(session) == [("held", status), ("held", status)]
    change_status(session, OPERATOR, "fair-food", "open")
    assert states(session) == [("due", None), ("due", None)]


def test_letters_stay_held_from_one_status_to_the_next(session):
    campaign = make(session)
    letter(session, campaign)
    change_status(session, OPERATOR, "fair-food", "paused")
    change_status(session, OPERATOR, "fair-food", "closed")
    assert [state for state, _ in states(session)] == ["held"]
    change_status(session, OPERATOR, "fair-food", "open")
    assert [state for state, _ in states(session)] == ["due"]


def test_another_campaigns_letters_go_on(session):
    make(session)
    letter(session, make(session, "fair-fish"))
    change_status(session, OPERATOR, "fair-food", "paused")
    assert states(session) == [("due", None)]


def test_a_campaign_that_begins_paused_holds_its_letters(session):
    letter(session, make(session, status="paused"))
    assert states(session) == [("held", "paused")]


def test_a_status_is_dated_and_a_mistaken_win_leaves_no_date(session):
    campaign = make(session, status="draft")
    assert campaign.opened_at is None
    change_status(session, OPERATOR, "fair-food", "open")
    opened_at = campaign.opened_at
    change_status(session, OPERATOR, "fair-food", "won")
    assert campaign.won_at is not None
    change_status(session, OPERATOR, "fair-food", "open")
    assert (campaign.won_at, campaign.opened_at) == (None, opened_at)


def test_the_same_status_again_changes_nothing(session):
    campaign = make(session, status="won")
    won_at = campaign.won_at
    assert change_status(session, OPERATOR, "fair-food", "won") == "won"
    assert campaign.won_at == won_at


def test_an_unknown_status_or_campaign_is_told(session):
    with pytest.raises(NotFoundError):
        change_status(session, OPERATOR, "nothing", "open")
    with pytest.raises(InvalidError):
        change_status(session, OPERATOR, "nothing", "opened")


def test_a_draft_exists_for_nobody_outside(session):
    make(session, "secret", "draft")
    with pytest.raises(NotFoundError):
        get_public_campaign(session, "secret")
    assert list_home(session) == []


def test_home_shows_what_one_can_join_first(session):
    for slug, status in (("d", "closed"), ("c", "won"), ("b", "paused"), ("a", "open")):
        make(session, slug, status)
    session.expire_all()
    assert [card.campaign.slug for card in list_home(session)] == ["a", "b", "c", "d"]
    assert list_home(session)[0].campaign.organization.slug == "ciw"
