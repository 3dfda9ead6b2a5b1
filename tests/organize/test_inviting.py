"""Invitations: mailed, accepted once, in time; worth no more than who sent them; no way into an account that is there."""

from datetime import UTC, datetime, time, timedelta

import pytest
from babel.dates import format_date
from sqlalchemy import text

from campaign.accounts import inviting
from campaign.accounts.web.cookies import SESSION
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from tests.organize.stage import ORIGIN, Organizer

TEAM = "/organize/ciw/team"
EVA = "eva@new.example"


@pytest.fixture
def invited(organizer, visitor):
    """An owner who invited Eva, and the path of the link that Eva got: `me, path = invited()`."""

    def invite(**more):
        me = organizer("owner")
        answer = me.post(f"{TEAM}/invite", {"email": EVA, "role": "editor", "more": "read", "language": "es", **more})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return me, visitor.last_link("organize", EVA)

    return invite


def press(browser, path, **values):
    return browser.client.post(path, base_url=ORIGIN, data=values, headers={"Sec-Fetch-Site": "same-origin"})


def test_who_accepts_is_signed_in_and_may_do_what_it_says(app, invited, visitor, sessions):
    me, path = invited()
    eva = Organizer(app, None)
    assert EVA in me.get(TEAM).get_data(as_text=True)
    for _ in range(2):
        page = eva.get(path).get_data(as_text=True)
        assert "Join Coalition of Immokalee Workers" in page
        assert eva.client.head(path, base_url=ORIGIN).status_code == 200
    assert EVA not in [one.partition(" ")[0] for one in _members(sessions)], "reading it joins nobody"
    answer = press(eva, path, name="Eva Díaz")
    assert (answer.status_code, answer.location) == (303, "/organize/ciw")
    assert SESSION in answer.headers["Set-Cookie"]
    assert "Campañas" in eva.get("/organize/ciw").get_data(as_text=True)
    assert _members(sessions)[-1] == f"{EVA} editor publish,read"
    assert "Eva Díaz" in me.get(TEAM).get_data(as_text=True)
    for browser in (eva, Organizer(app, None)):
        assert press(browser, path).status_code == 410


def test_a_power_that_ends_before_the_rest_ends_for_who_accepts(app, invited, sessions):
    day = now().date() + timedelta(days=30)
    me, path = invited(**{"until-read": str(day)})
    until = f"(until {format_date(day, locale='en')})"
    assert until in me.get(TEAM).get_data(as_text=True)
    eva = Organizer(app, None)
    assert until in eva.get(path).get_data(as_text=True)
    press(eva, path)
    query = """
        SELECT power, p.ends_at FROM membership_powers p JOIN memberships m ON m.id = p.membership_id
        JOIN accounts a ON a.id = m.account_id WHERE a.email = :email
    """
    with sessions() as session:
        ends = dict(session.execute(text(query), {"email": EVA}).tuples().all())
    noon_of_the_next = datetime.combine(day + timedelta(days=1), time(12, tzinfo=UTC))
    assert ends == {"publish": None, "read": noon_of_the_next}


def test_who_has_a_power_for_a_time_invites_for_no_longer(app, invited, sessions):
    """A power that its giver has until a day is given until then, and the invitation stands."""
    me, path = invited(**{"until-read": str(now().date() + timedelta(days=30))})
    with sessions() as session, session.begin():
        session.execute(
            text("""
                UPDATE membership_powers SET ends_at = :ends WHERE power = 'read' AND membership_id IN (
                    SELECT m.id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE a.public_id = :account)
            """),
            {"ends": now() + timedelta(days=60), "account": me.account.public_id},
        )
    assert press(Organizer(app, None), path).status_code == 303


def _members(sessions):
    query = """
        SELECT a.email || ' ' || m.role || ' ' ||
            (SELECT string_agg(power, ',' ORDER BY power) FROM membership_powers p WHERE p.membership_id = m.id)
        FROM memberships m JOIN accounts a ON a.id = m.account_id JOIN organizations o ON o.id = m.organization_id
        WHERE o.slug = 'ciw' ORDER BY m.id
    """
    with sessions() as session:
        return session.scalars(text(query)).all()


def test_who_has_an_account_joins_and_is_not_signed_in_by_it(app, invited, organizer, sessions):
    organizer("owner", "migrant-justice", email=EVA)
    _me, path = invited()
    thief = Organizer(app, None)
    assert "You have an account already" in thief.get(path).get_data(as_text=True)
    answer = press(thief, path)
    assert answer.status_code == 303
    assert SESSION not in str(answer.headers.getlist("Set-Cookie"))
    assert thief.get("/organize/migrant-justice").status_code == 303, "led to sign in"
    assert _members(sessions)[-1] == f"{EVA} editor publish,read"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invitations SET expires_at = now() - interval '1 second'",
        "UPDATE invitations SET ends_at = now() - interval '1 second'",
        "UPDATE invitations SET revoked_at = now()",
        "DELETE FROM memberships",
        "DELETE FROM membership_powers WHERE power = 'read'",
        "DELETE FROM membership_powers WHERE power = 'administer'",
        "UPDATE membership_powers SET ends_at = now() + interval '1 day' WHERE power = 'publish'",
    ],
)
def test_it_is_worth_no_more_than_who_sent_it_and_no_longer_than_its_time(app, invited, sessions, change):
    _me, path = invited()
    with sessions() as session, session.begin():
        session.execute(text(change))
    eva = Organizer(app, None)
    assert eva.get(path).status_code == 410
    assert press(eva, path).status_code == 410
    assert EVA not in str(_members(sessions))


def test_sent_again_the_first_link_is_over(app, invited, visitor, sessions):
    me, path = invited()
    again = f"{TEAM}/invitations/{_only(sessions)}/send-again"
    early = me.post(again)
    assert early.status_code == 422
    assert "Wait ten minutes" in early.get_data(as_text=True)
    with sessions() as session, session.begin():
        session.execute(text("UPDATE invitations SET expires_at = now() + interval '1 day'"))
    assert me.post(again).status_code == 303
    second = visitor.last_link("organize", EVA)
    eva = Organizer(app, None)
    assert second != path
    assert eva.get(path).status_code == 410
    assert press(eva, second).status_code == 303


def test_taken_back_it_is_over_and_another_organization_finds_none(app, invited, organizer, sessions):
    me, path = invited()
    invitation = _only(sessions)
    other = organizer("owner", "migrant-justice")
    for step in ("send-again", "revoke"):
        theirs = other.post(f"/organize/migrant-justice/team/invitations/{invitation}/{step}")
        unknown = other.post(f"/organize/migrant-justice/team/invitations/00000000-0000-7000-8000-000000000000/{step}")
        assert theirs.status_code == unknown.status_code == 404
        assert theirs.get_data() == unknown.get_data()
    assert me.post(f"{TEAM}/invitations/{invitation}/revoke").status_code == 303
    assert press(Organizer(app, None), path).status_code == 410
    assert me.post(f"{TEAM}/invitations/{invitation}/revoke").status_code == 404


def _only(sessions):
    with sessions() as session:
        return session.scalar(text("SELECT public_id FROM invitations"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "eva", "role": "viewer"}, "name@example.org"),
        ({"email": "a@b.example, c@d.example", "role": "viewer"}, "only one"),
        ({"email": EVA}, "Choose a role"),
        ({"email": EVA, "role": "viewer"}, "invited already"),
        ({"email": "owner@ciw.example", "role": "viewer"}, "on the team already"),
        ({"email": "ora@new.example", "role": "viewer", "language": "xx"}, "saved as it is"),
        ({"email": "ora@new.example", "role": "viewer", "ends": "2020-02-02"}, "has passed"),
    ],
)
def test_what_cannot_be_invited_is_told_and_what_was_typed_stays(invited, values, said):
    me, _path = invited()
    answer = me.post(f"{TEAM}/invite", {"language": "en", **values})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert values["email"] in page


def test_no_more_than_so_many_a_day(invited, monkeypatch):
    me, _path = invited()
    monkeypatch.setattr(inviting, "MOST_A_DAY", 1)
    answer = me.post(f"{TEAM}/invite", {"email": "ora@new.example", "role": "viewer", "language": "en"})
    assert answer.status_code == 422
    assert "tomorrow" in answer.get_data(as_text=True)


def test_a_name_that_cannot_be_used_is_told_and_the_link_stays_good(app, invited):
    _me, path = invited()
    eva = Organizer(app, None)
    assert press(eva, path, name="x" * 300).status_code == 422
    assert press(eva, path, name="Eva").status_code == 303


def test_a_form_of_another_site_accepts_nothing(app, invited, sessions):
    _me, path = invited()
    eva = Organizer(app, None)
    answer = eva.client.post(path, base_url=ORIGIN, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert EVA not in str(_members(sessions))


def test_fields_of_the_form_decide_nothing(app, invited, sessions):
    _me, path = invited()
    press(
        Organizer(app, None), path, role="owner", more="administer", organization="migrant-justice", email="x@y.example"
    )
    assert _members(sessions)[-1] == f"{EVA} editor publish,read"
    assert Power.ADMINISTER.name.lower() not in _members(sessions)[-1]


def test_addresses_are_forgotten_with_their_time(invited, sessions):
    invited()
    with sessions() as session, session.begin():
        assert inviting.purge_invitations(session) == 0
        session.execute(text("UPDATE invitations SET expires_at = now() - interval '1 second'"))
        assert inviting.purge_invitations(session) == 1
        assert session.scalar(text("SELECT count(*) FROM sign_in_links WHERE kind = 'invited'")) == 0
