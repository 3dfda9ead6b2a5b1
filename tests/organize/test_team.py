"""The team: who may do what, changed by who may, and by nobody for themselves; out at the next request."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from campaign.accounts.changing import change_member, remove_member
from campaign.accounts.grants import Grant
from campaign.accounts.models import Membership
from campaign.accounts.team import held_in, list_team
from campaign.campaigns.models import Organization
from campaign.kernel.actors import ALL_POWERS, Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.errors import ForbiddenError, RefusedError

TEAM = "/organize/ciw/team"


@pytest.fixture
def membership(sessions):
    """The public id of somebody's membership: `membership(me)`; `powers`: what they are given beside their role."""

    def find(me, organization="ciw", powers=()):
        with sessions() as session, session.begin():
            query = select(Membership).join(Organization, Organization.id == Membership.organization_id)
            row = session.scalars(
                query.where(Membership.account_id == me.account.id, Organization.slug == organization)
            ).one()
            for power in powers:
                values = {"id": row.id, "power": power}
                session.execute(
                    text("INSERT INTO membership_powers (membership_id, power) VALUES (:id, :power)"), values
                )
            return row.public_id

    return find


def alone(sessions, *who):
    """Let no one else own the organization of the demonstration."""
    with sessions() as session, session.begin():
        session.execute(
            text("DELETE FROM memberships WHERE role = 'owner' AND account_id <> ALL(:ids)"),
            {"ids": [one.account.id for one in who]},
        )


def held(sessions, me):
    with sessions() as session:
        organization = session.scalar(select(Organization.id).where(Organization.slug == "ciw"))
        return held_in(session, organization, me.account.public_id, now())


def test_shows_who_may_do_what_and_when_they_were_here(organizer):
    me, ana = organizer("owner"), organizer("editor", email="ana@ciw.example")
    ana.get("/organize/ciw")
    page = me.get(TEAM).get_data(as_text=True)
    assert "ana@ciw.example" in page
    assert "Owner" in page
    assert "Editor" in page
    today = f"{now():%b} {now().day}, {now().year}"
    assert page.count(today) >= 2, "both were here just now, if only for a moment"
    report = me.get(f"{TEAM}/report").get_data(as_text=True)
    assert "ana@ciw.example" in report


@pytest.mark.parametrize("role", ["organizer", "editor", "viewer"])
def test_who_does_not_administer_sees_none_of_it(organizer, membership, role):
    me = organizer(role)
    own = membership(me)
    for path in (TEAM, f"{TEAM}/report", f"{TEAM}/invite", f"{TEAM}/{own}", f"{TEAM}/{own}/remove"):
        assert me.get(path).status_code == 403, path
    assert me.post(f"{TEAM}/{own}", role="owner").status_code == 403
    assert "/organize/ciw/team" not in me.get("/organize/ciw").get_data(as_text=True)


def test_another_role_holds_from_the_next_request(organizer, membership, sessions):
    me, ana = organizer("owner"), organizer("editor", email="ana@ciw.example")
    answer = me.post(
        f"{TEAM}/{membership(ana)}", {"role": "viewer", "more": "moderate", "until-moderate": "2199-01-01"}
    )
    assert answer.status_code == 303
    assert held(sessions, ana).keys() == {Power.MODERATE}
    page = me.get(answer.location).get_data(as_text=True)
    assert "It holds from their next click" in page
    assert "until" in page
    assert me.post(f"{TEAM}/{membership(ana)}", {"role": "owner"}).status_code == 303
    assert held(sessions, ana).keys() == ALL_POWERS
    assert ana.get(TEAM).status_code == 200


def test_who_is_removed_is_out_at_the_next_request(organizer, membership):
    me, ana = organizer("owner"), organizer("editor", email="ana@ciw.example")
    path = f"{TEAM}/{membership(ana)}/remove"
    assert ana.get("/organize/ciw").status_code == 200
    asks = me.get(path).get_data(as_text=True)
    assert "Remove Editor?" in asks
    assert ana.get("/organize/ciw").status_code == 200, "asking removes nobody"
    assert me.post(path).status_code == 303
    assert ana.get("/organize/ciw").status_code == 404
    assert me.get(path).status_code == 404


@pytest.mark.parametrize("values", [{"role": "viewer"}, {"role": "owner", "ends": "2199-01-01"}])
def test_the_last_owner_stays(organizer, membership, sessions, values):
    me, bea = organizer("owner"), organizer("owner", email="bea@ciw.example")
    path = f"{TEAM}/{membership(bea)}"
    alone(sessions, me, bea)
    assert me.post(path, values).status_code == 303
    mine = f"{TEAM}/{membership(me)}"
    gone = me.post(f"{mine}/remove")
    assert gone.status_code == 422
    assert "at least one owner" in gone.get_data(as_text=True)
    assert me.get(TEAM).status_code == 200


def test_of_two_owners_who_lower_each_other_at_once_one_stays(organizer, membership, sessions):
    me, bea = organizer("owner"), organizer("owner", email="bea@ciw.example")
    mine, hers = membership(me), membership(bea)
    alone(sessions, me, bea)
    with sessions() as session:
        organization = session.scalar(select(Organization.id).where(Organization.slug == "ciw"))
    actors = [
        Actor(one.account.name, ALL_POWERS, frozenset({organization}), one.account.public_id) for one in (me, bea)
    ]
    from concurrent.futures import ThreadPoolExecutor

    def lower(actor, member):
        with sessions() as session, session.begin():
            change_member(session, actor, "ciw", member, Grant("viewer"), at=now())

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(lower, actors[0], hers), pool.submit(lower, actors[1], mine)]
        errors = [one.exception() for one in done]
    assert sum(error is None for error in errors) == 1, errors
    with sessions() as session:
        owners = [one for one in list_team(session, actors[0], "ciw", now()) if one.role == "owner"]
    assert len(owners) == 1


def test_nobody_changes_what_they_may_do_themselves(organizer, membership, sessions):
    me = organizer("editor")
    own = membership(me, powers=["administer"])
    page = me.get(f"{TEAM}/{own}").get_data(as_text=True)
    assert 'name="role"' not in page
    before = held(sessions, me)
    for values in ({"role": "owner"}, {"role": "editor", "more": ["export", "read"]}, {"role": "viewer"}):
        answer = me.post(f"{TEAM}/{own}", values)
        assert answer.status_code == 422
        assert "Ask another owner" in answer.get_data(as_text=True)
    assert held(sessions, me) == before


def test_who_administers_alone_gives_no_more_than_that(organizer, membership, sessions):
    me, ana = organizer("viewer"), organizer("viewer", email="ana@ciw.example")
    membership(me, powers=["administer"])
    hers = membership(ana)
    page = me.get(f"{TEAM}/{hers}").get_data(as_text=True)
    assert 'value="owner"' not in page
    assert 'value="export"' not in page
    for values in ({"role": "owner"}, {"role": "editor"}, {"role": "viewer", "more": "export"}):
        answer = me.post(f"{TEAM}/{hers}", values)
        assert answer.status_code == 422, values
        assert "have" in answer.get_data(as_text=True)
        assert held(sessions, ana) == {}
        invited = me.post(f"{TEAM}/invite", {"email": "eva@ciw.example", **values})
        assert invited.status_code == 422, values
    assert me.post(f"{TEAM}/{hers}", {"role": "viewer", "more": "administer"}).status_code == 303


def test_who_may_do_more_is_not_theirs_to_change(organizer, membership):
    me, bea = organizer("editor"), organizer("owner", email="bea@ciw.example")
    membership(me, powers=["administer"])
    path = f"{TEAM}/{membership(bea)}"
    for answer in (me.post(path, role="viewer"), me.post(f"{path}/remove")):
        assert answer.status_code == 422
        assert "may do more than you" in answer.get_data(as_text=True)


def test_nothing_is_given_for_longer_than_it_is_held(organizer, membership, sessions):
    me, ana = organizer("viewer"), organizer("viewer", email="ana@ciw.example")
    own, hers = membership(me, powers=["administer", "export"]), membership(ana)
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE membership_powers SET ends_at = :at WHERE power = 'export'"), {"at": now() + timedelta(days=9)}
        )
    assert own != hers
    day = (now() + timedelta(days=3)).date()
    assert me.post(f"{TEAM}/{hers}", {"role": "viewer", "more": "export"}).status_code == 422
    assert me.post(f"{TEAM}/{hers}", {"role": "viewer", "more": "export", "until-export": str(day)}).status_code == 303


@pytest.mark.parametrize(
    "name", ["organization", "account", "account_id", "organization_id", "powers", "power", "owner", "is_owner"]
)
def test_fields_that_are_none_of_the_form_decide_nothing(organizer, membership, sessions, name):
    me, ana = organizer("owner"), organizer("viewer", email="ana@ciw.example")
    value = {"organization": "migrant-justice"}.get(name, "owner")
    assert me.post(f"{TEAM}/{membership(ana)}", {"role": "editor", name: value}).status_code == 303
    assert held(sessions, ana).keys() == {Power.PUBLISH}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Choose a role"),
        ({"role": "emperor"}, "Choose a role"),
        ({"role": "viewer", "more": "everything"}, "Choose from the list"),
        ({"role": "viewer", "more": "READ"}, "Choose from the list"),
        ({"role": "viewer", "more": "read", "until-read": "soon"}, "Enter a date"),
        ({"role": "viewer", "ends": "2020-01-01"}, "has passed"),
        ({"role": "viewer", "ends": "9999-12-31"}, "Enter a date"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_nothing_is_lost(organizer, membership, values, said):
    me, ana = organizer("owner"), organizer("editor", email="ana@ciw.example")
    answer = me.post(f"{TEAM}/{membership(ana)}", values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count(said) >= 2
    for name, value in values.items():
        if name.startswith(("until", "ends")):
            assert f'value="{value}"' in page


def test_somebody_of_another_organization_is_nobody(organizer, membership):
    me, other = organizer("owner"), organizer("owner", "migrant-justice")
    theirs, unknown = membership(other, "migrant-justice"), "00000000-0000-7000-8000-000000000000"
    for step in ("", "/remove"):
        answers = [me.get(f"{TEAM}/{one}{step}") for one in (theirs, unknown)]
        assert [one.status_code for one in answers] == [404, 404]
        pages = [re.sub(r"[0-9a-f-]{36}", "", one.get_data(as_text=True)) for one in answers]
        assert pages[0] == pages[1]
        assert me.post(f"{TEAM}/{theirs}{step}", role="viewer").status_code == 404


def test_powers_that_were_lost_meanwhile_give_nothing(organizer, membership, sessions):
    """A request that was let in before its sender was lowered finds that under the lock."""
    me, ana = organizer("owner"), organizer("viewer", email="ana@ciw.example")
    hers = membership(ana)
    with sessions() as session, session.begin():
        organization = session.scalar(select(Organization.id).where(Organization.slug == "ciw"))
        actor = Actor("Old", ALL_POWERS, frozenset({organization}), me.account.public_id)
        session.execute(text("DELETE FROM membership_powers WHERE power = 'administer'"))
        with pytest.raises(ForbiddenError):
            change_member(session, actor, "ciw", hers, Grant("editor"), at=now())
        with pytest.raises(ForbiddenError):
            remove_member(session, actor, "ciw", hers, now())


def test_an_actor_of_no_account_gives_what_it_has(sessions, organizer, membership):
    ana = organizer("viewer", email="ana@ciw.example")
    hers = membership(ana)
    with sessions() as session, session.begin():
        organization = session.scalar(select(Organization.id).where(Organization.slug == "ciw"))
        actor = Actor("Program", frozenset({Power.ADMINISTER}), frozenset({organization}))
        with pytest.raises(RefusedError):
            change_member(session, actor, "ciw", hers, Grant("editor"), at=now())
