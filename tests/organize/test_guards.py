"""Who gets in where: by session, membership, powers, and by forms of our own pages alone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.accounts.web.guards import member, signed_in
from campaign.kernel.access import Access, declared, guard_of
from campaign.kernel.clock import now
from tests.organize.stage import ORIGIN

OPEN = {
    "organize.sign_in",
    "organize.ask_for_link",
    "organize.sent",
    "organize.type_code",
    "organize.link",
    "organize.use_link",
    "organize.passkey_options",
    "organize.use_passkey",
    "organize.test_link",
}
"""What nobody need be signed in for: how one signs in, and where links of test mails lead, which reads nothing."""


def _rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/organize")]


def test_every_address_says_for_whom_it_is(app):
    for rule in _rules(app):
        view = app.view_functions[rule.endpoint]
        if rule.endpoint in OPEN:
            assert declared(view) is Access.PUBLIC
        elif "<organization>" in rule.rule:
            assert declared(view) is Access.MEMBER, rule.rule
            assert isinstance(guard_of(view), member)
        else:
            assert declared(view) is Access.SIGNED_IN, rule.rule
            assert isinstance(guard_of(view), signed_in)


def test_an_organization_that_one_does_not_serve_is_none(organizer):
    me = organizer("owner", "ciw")
    theirs, nobodys = me.get("/organize/migrant-justice"), me.get("/organize/no-such-organization")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_data() == nobodys.get_data()


def test_who_serves_two_chooses_and_two_tabs_never_meet(organizer, app, sessions):
    me = organizer("owner", "ciw", email="ana@both.example")
    other = organizer("viewer", "migrant-justice", email="ana@both.example")
    assert "Migrant Justice" in me.get("/organize").get_data(as_text=True)
    assert "Fair Food" in me.get("/organize/ciw").get_data(as_text=True)
    assert "Fair Food" not in other.get("/organize/migrant-justice").get_data(as_text=True)


@pytest.mark.parametrize("table", ["memberships", "membership_powers"])
def test_what_has_an_end_is_over_at_the_next_request(organizer, sessions, table):
    """The editor's home needs no power, so that it stays when only the power is over; what needs it closes at once."""
    me = organizer("editor")
    places = ("/organize/ciw", "/organize/ciw/campaigns/new", "/organize/ciw/campaigns/fair-food/publish")
    assert [me.get(path).status_code for path in places] == [200, 200, 303]
    with sessions() as session, session.begin():
        session.execute(text(f"UPDATE {table} SET ends_at = :at"), {"at": now() - timedelta(seconds=1)})
    over = [404, 404, 404] if table == "memberships" else [200, 403, 403]
    assert [me.get(path).status_code for path in places] == over
    form = me.post(places[-1], do="now")
    assert form.status_code == over[-1]


@pytest.mark.parametrize(
    ("csrf", "headers"),
    [
        ("", {}),
        ("0" * 32, {}),
        (None, {"Sec-Fetch-Site": "cross-site"}),
        (None, {"Sec-Fetch-Site": "same-site"}),
        (None, {"Sec-Fetch-Site": "none"}),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing_and_loses_nothing(organizer, csrf, headers):
    me = organizer("owner")
    answer = me.post("/organize/sign-out", {"typed": "«words»"}, csrf=csrf, headers=headers)
    assert answer.status_code == 403
    assert "«words»" in answer.get_data(as_text=True)
    assert me.get("/organize/ciw").status_code == 200


def test_a_form_with_another_sessions_token_is_not_ours(organizer):
    me, other = organizer("owner"), organizer("editor")
    assert me.post("/organize/sign-out", csrf=other.csrf()).status_code == 403


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example", 403), (ORIGIN, 303), ("null", 303), (None, 303)]
)
def test_browsers_that_do_not_say_the_site_say_the_origin(organizer, origin, status):
    me = organizer("owner")
    headers = {"Origin": origin} if origin else {}
    answer = me.client.post("/organize/sign-out", base_url=ORIGIN, data={"csrf": me.csrf()}, headers=headers)
    assert answer.status_code == status


def test_what_was_typed_survives_a_lost_session(organizer, sessions):
    me = organizer("owner")
    old = me.csrf()
    with sessions() as session, session.begin():
        session.execute(text("DELETE FROM account_sessions"))
    answer = me.post("/organize/sign-out", {"story": "Long words"}, csrf=old)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert 'name="story" value="Long words"' in page
    again = organizer("owner", email="owner2@ciw.example")
    shown = again.post("/organize/sign-out", {"story": "Long words"}, csrf=old)
    assert shown.status_code == 403
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', shown.get_data(as_text=True))[1]
    assert token == again.csrf()


def test_a_campaign_that_is_anothers_is_none(organizer):
    me = organizer("owner", "migrant-justice")
    theirs = me.get("/organize/migrant-justice/campaigns/fair-food")
    nobodys = me.get("/organize/migrant-justice/campaigns/no-such-campaign")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_data() == nobodys.get_data()
    assert organizer("viewer", "ciw").get("/organize/ciw/campaigns/fair-food").status_code == 200
