"""Every address of the organizers' side × every method × everybody who could ask: each answer is what its guard declares.

Who asks: each role, each single power, an owner of another organization, one whose time is over, nobody. What is
expected is computed from the powers that the route declares; a route that declares none is found before that.
"""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member
from campaign.accounts.roles import POWERS_OF, ROLES
from campaign.accounts.web.guards import member, signed_in
from campaign.kernel.access import Access, access, guard_of
from campaign.kernel.actors import OPERATOR, Power
from campaign.kernel.clock import now
from tests.organize.stage import ORIGIN, OTHER, OWN
from tests.organize.sweep_values import values_of
from tests.organize.test_guards import OPEN

NOT_OURS = "Please send that again"
FROM_ANOTHER_SITE = "This form came from another website"
PROVE_FIRST = "Is this still you?"
METHODS = ("GET", "HEAD", "POST")


def rules_of(app):
    """The addresses of the organizers' side, those that anybody may read left out."""
    return [
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/organize") and rule.endpoint not in OPEN
    ]


def of_members(app):
    """Those of an organization."""
    return [rule for rule in rules_of(app) if "organization" in rule.arguments]


def unguarded(app):
    """List addresses whose guard does not say for whom of an organization, or of all who are signed in, they are."""
    return [
        rule.rule
        for rule in rules_of(app)
        if not isinstance(
            guard_of(app.view_functions[rule.endpoint]), member if "organization" in rule.arguments else signed_in
        )
    ]


def requests_of(app, rules):
    """Every rule, method and address."""
    adapter = app.url_map.bind("campaign.example")
    for rule in rules:
        path = adapter.build(rule.endpoint, values_of(rule), method=next(m for m in METHODS if m in rule.methods))
        yield from ((rule, method, path) for method in METHODS if method in rule.methods)


def ask(browser, method, path, headers=None, **data):
    answer = browser.client.open(
        path,
        method=method,
        base_url=ORIGIN,
        data=data or None,
        headers={"Sec-Fetch-Site": "same-origin", **(headers or {})},
    )
    return answer.status_code, answer.get_data(as_text=True)


def guard(app, rule):
    return guard_of(app.view_functions[rule.endpoint])


@pytest.fixture
def members(organizer, sessions):
    """Browsers by what they may do: the roles, and viewers with one power each."""
    found = {role: (organizer(role), POWERS_OF[role]) for role in ROLES}
    for power in Power:
        name = power.name.lower()
        me = organizer("viewer", email=f"{name}@ciw.example")
        with sessions() as session, session.begin():
            query = "INSERT INTO membership_powers SELECT id, :power FROM memberships WHERE account_id = :id"
            session.execute(text(query), {"power": name, "id": me.account.id})
        found[f"only {name}"] = (me, frozenset({power}))
    return found


def test_no_address_is_without_a_guard(app):
    assert unguarded(app) == []
    assert len(of_members(app)) > 15


@pytest.mark.parametrize("who", [Access.PUBLIC, Access.SIGNED_IN])
def test_a_planted_address_without_one_is_found(who):
    planted = Flask("planted", static_folder=None)
    view = access(who, None if who is Access.PUBLIC else signed_in())(lambda organization: organization)
    planted.add_url_rule("/organize/<organization>/planted", "planted", view)
    planted.add_url_rule("/organize/planted", "open", access(Access.PUBLIC)(lambda: "in"))
    assert unguarded(planted) == ["/organize/<organization>/planted", "/organize/planted"]


def test_members_are_let_in_by_the_powers_that_each_address_declares(app, members, tell):
    count, wrong = Counter(), []
    for rule, method, path in requests_of(app, of_members(app)):
        needed = guard(app, rule).powers
        for name, (me, powers) in members.items():
            status, page = ask(me, method, path)
            if not powers >= set(needed):
                expected, right = "403", status == 403 and NOT_OURS not in page
            elif method == "POST":  # without its token, so that nothing changes
                expected, right = "its form is not ours", status == 403 and NOT_OURS in page
            else:
                expected, right = "let in", status not in {401, 403} and status < 500
            count[expected] += 1
            if not right:
                wrong.append(f"{name}: {method} {path}: {status}, not {expected}")
    tell("addresses of organizations", len(of_members(app)))
    tell("requests of members, by answer", dict(count))
    assert wrong == []


def test_who_does_not_serve_it_finds_nothing(app, organizer, sessions, tell):
    other, ended = organizer("owner", OTHER), organizer("owner", email="ended@ciw.example")
    with sessions() as session, session.begin():
        query = "UPDATE memberships SET ends_at = :at WHERE account_id = :id"
        session.execute(text(query), {"at": now() - timedelta(seconds=1), "id": ended.account.id})
    count, wrong = 0, []
    for _rule, method, path in requests_of(app, of_members(app)):
        for name, me in (("another's owner", other), ("whose time is over", ended)):
            count += 1
            status, page = ask(me, method, path)
            nobodys = path.replace(f"/organize/{OWN}", "/organize/no-such-organization", 1)
            if (status, page) != ask(me, method, nobodys) or status != 404:
                wrong.append(f"{name}: {method} {path}: {status}")
    tell("requests of those who do not serve it, each answered as of an organization that is not there", count)
    assert wrong == []


def test_nobody_is_sent_to_sign_in(app, stranger, demo, tell):
    wrong = []
    asked = list(requests_of(app, rules_of(app)))
    for _rule, method, path in asked:
        status, _page = ask(stranger, method, path)
        if status != (401 if method == "POST" else 303):
            wrong.append(f"{method} {path}: {status}")
    tell("requests of nobody", len(asked))
    assert wrong == []


def test_no_form_is_taken_from_elsewhere(app, organizer, tell):
    me, other = organizer("owner"), organizer("editor")
    own, theirs = me.csrf(), other.csrf()
    bad = {
        "no token": ({}, {}),
        "another session's token": ({"csrf": theirs}, {}),
        "cross-site": ({"csrf": own}, {"Sec-Fetch-Site": "cross-site"}),
        "another origin": ({"csrf": own}, {"Sec-Fetch-Site": "same-site", "Origin": "https://evil.campaign.example"}),
    }
    count, wrong = 0, []
    for rule, method, path in requests_of(app, rules_of(app)):
        if method != "POST" or getattr(guard(app, rule), "lacks_factor", False):
            continue
        for name, (data, headers) in bad.items():
            count += 1
            status, page = ask(me, "POST", path, headers, **data)
            if status != 403 or not (NOT_OURS in page or FROM_ANOTHER_SITE in page):
                wrong.append(f"{name}: {path}: {status}")
    tell("forms from elsewhere", count)
    assert wrong == []


def test_a_form_of_ones_own_with_nothing_in_it_breaks_nothing(app, organizer, tell):
    me = organizer("owner", has_factor=True)
    token, wrong, answers = me.csrf(), [], Counter()
    for _rule, method, path in requests_of(app, of_members(app)):
        if method == "POST":
            status, page = ask(me, "POST", path, csrf=token)
            answers[status] += 1
            if status in {401, 403} or status >= 500 or NOT_OURS in page:
                wrong.append(f"{path}: {status}")
    tell("empty forms, by answer", dict(answers))
    assert wrong == []


def test_what_is_sensitive_asks_again_after_a_while(app, organizer, tell):
    prove = app.url_map.bind("campaign.example").build("organize.prove")
    me = organizer("owner", at=now() - timedelta(minutes=16))
    token, wrong, count = me.csrf(), [], 0
    for rule, method, path in requests_of(app, of_members(app)):
        if not guard(app, rule).is_fresh or method == "HEAD":
            continue
        count += 1
        answer = me.client.open(
            path, method=method, base_url=ORIGIN, data={"csrf": token}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        is_asked = prove in answer.headers.get("Location", "") if method == "GET" else (
            answer.status_code == 403 and PROVE_FIRST in answer.get_data(as_text=True)
        )  # fmt: skip
        if not is_asked:
            wrong.append(f"{method} {path}: {answer.status_code}")
    tell("addresses that ask again", count)
    assert wrong == []
    assert count


def test_two_tabs_of_two_organizations_have_each_their_own_powers(organizer, sessions):
    me = organizer("owner")
    with sessions() as session, session.begin():
        add_member(session, OPERATOR, NewMember("owner@ciw.example", OTHER, "viewer"))
    assert me.get(f"/organize/{OWN}/team").status_code == 200
    assert me.get(f"/organize/{OTHER}/team").status_code == 403
    for values in ({}, {"organization": OWN}):
        answer = me.post(f"/organize/{OTHER}/settings", {"name": "Taken over", **values})
        assert answer.status_code == 403
        assert NOT_OURS not in answer.get_data(as_text=True), "the token is the session's; the powers are the address's"
    assert me.get(f"/organize/{OTHER}/campaigns/fair-food").status_code == 404
    assert me.get(f"/organize/{OWN}/campaigns/fair-food").status_code == 200
