"""Every form of the organizers' side, sent with fields that are none of its own: they decide nothing.

The forms are those that stand on the pages, with what they hold; beside it goes what an attacker would love to set. The
pages are those of the sweep, and for each address that the sweep knows no page of, the first that another page leads to.
"""

import re
from collections import Counter

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from campaign.accounts.roles import ROLES
from campaign.kernel.base import Base
from tests.organize import forms
from tests.organize.stage import ORIGIN, OTHER, OWN
from tests.organize.test_sweep import of_members, requests_of, rules_of

HOSTILE = {
    "role": "owner", "roles": "owner", "power": "administer", "powers": "administer", "owner": "1", "is_owner": "1",
    "organization": OTHER, "organization_id": "2", "organization_slug": OTHER, "care": OTHER, "account": "1",
    "account_id": "1", "actor": "operator", "who": "operator", "membership": "1", "id": "1", "public_id": "1",
    "campaign_id": "1", "is_shared": "1", "is_high_safety": "0", "demands_factor": "1", "ends_at": "2199-01-01",
    "created_at": "2020-01-01", "version": "1", "_method": "DELETE",
}  # fmt: skip
LEAVES = ("sign-out", "/sessions", "/devices", "/remove")
"""Who presses these is out, or puts somebody out, as they should: the rest could not be sent or compared after them."""
ROOM = f"/organize/{OWN}"
_LINK = re.compile(rf'href="({ROOM}/[^"?#]+)')

_OF_PEOPLE = ("accounts", "memberships", "membership_powers", "organization_grants")


class Reader(forms.Reader):
    """Keeps where each form goes, too."""

    def __init__(self):
        super().__init__()
        self.actions = []

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        at = dict(attrs)
        if tag == "main":
            self.actions.clear()
        elif tag == "form" and not self.is_over:
            self.actions.append((at.get("method", "get").lower(), at.get("action", "")))


def forms_of(browser, path):
    """Return the forms of a page that are posted: where to, and what is in them."""
    answer = browser.get(path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return []
    reader = Reader()
    reader.feed(answer.get_data(as_text=True))
    return [
        (action or path, form)
        for (method, action), form in zip(reader.actions, reader.forms, strict=True)
        if method == "post" and action.startswith(("/organize", "")) and not any(part in action for part in LEAVES)
    ]


def fill_rooms(me, other):
    """Write a draft of news and invite somebody, as far as `me` may, so that there are forms of them. `other`: whom."""
    me.post(
        f"{ROOM}/campaigns/fair-food/updates/new",
        {"title-en": "News", "title-es": "Nuevas", "body-en": "We walk.", "body-es": "Caminamos.", "do": "save"},
    )
    me.post(f"{ROOM}/team/invite", {"email": other, "role": "viewer", "language": "en"})


def pages_of(app, me):
    """List the sweep's pages, and one page of each address that only links of theirs, and links of those, lead to."""
    adapter = app.url_map.bind("campaign.example")
    pages = sorted({path for _rule, method, path in requests_of(app, rules_of(app)) if method == "GET"})
    found, waiting = {}, pages
    while waiting:
        led = []
        for path in waiting:
            endpoint = adapter.match(path)[0]
            answer = me.get(path) if endpoint not in found else None
            if answer is not None and answer.status_code == 200 and answer.mimetype == "text/html":
                found[endpoint] = path
                led += _LINK.findall(answer.get_data(as_text=True))
        waiting = [path for path in dict.fromkeys(led) if adapter.test(path) and adapter.match(path)[0] not in found]
    return sorted({*pages, *found.values()})


def snapshot(sessions):
    """Who may do what, whose each row is, and all rows of the other organization."""
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    whose, theirs, people = {}, {}, {}
    with sessions() as session:
        other = session.scalar(text("SELECT id FROM organizations WHERE slug = :slug"), {"slug": OTHER})
        theirs["organizations"] = session.execute(
            text("SELECT to_jsonb(t)::text FROM organizations t WHERE id = :id"), {"id": other}
        ).all()
        for name, table in tables.items():
            if "organization_id" in table.columns and "id" in table.columns:
                rows = session.execute(text(f"SELECT id, organization_id FROM {name}"))
                whose[name] = dict(rows.all())
                query = f"SELECT to_jsonb(t)::text FROM {name} t WHERE organization_id = :id ORDER BY id"
                theirs[name] = session.execute(text(query), {"id": other}).all()
        for name in _OF_PEOPLE:
            if name in tables:
                leave = "- 'seen_at' - 'here_at' - 'used_at' - 'name' - 'language'"
                rows = session.execute(text(f"SELECT (to_jsonb(t) {leave})::text FROM {name} t ORDER BY 1"))
                people[name] = rows.scalars().all()
        shared = session.execute(text("SELECT slug, is_shared, is_high_safety FROM campaigns ORDER BY slug")).all()
    return whose, theirs, people, shared


@pytest.mark.parametrize("role", [role for role in ROLES if role != "viewer"])
def test_they_decide_nothing(app, organizer, sessions, tell, role):
    me = organizer(role, email=f"mass@{OWN}.example")
    organizer("owner", OTHER)
    organizer("viewer")
    fill_rooms(me, "invited@new.example")
    found = {}
    for path in pages_of(app, me):
        for action, form in forms_of(me, path):
            found.setdefault((action, tuple(sorted(form))), form)
    before, answers, wrong = snapshot(sessions), Counter(), []
    for (action, _names), form in sorted(found.items(), key=lambda one: one[0]):
        hostile = {name: value for name, value in HOSTILE.items() if name not in form}
        answer = me.client.post(
            action,
            base_url=ORIGIN,
            data=MultiDict([*hostile.items(), *((name, one) for name, many in form.items() for one in many)]),
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        answers[answer.status_code] += 1
        if answer.status_code >= 500:
            wrong.append(f"{action}: {answer.status_code}")
    tell(f"forms of the pages of role {role}, sent with {len(HOSTILE)} fields more, by answer", dict(answers))
    assert wrong == []
    assert len(found) >= 8
    whose, theirs, people, shared = snapshot(sessions)
    assert people == before[2]
    assert theirs == before[1]
    assert set(before[3]) <= set(shared)
    for table, owners in before[0].items():
        moved = {id_: whose[table][id_] for id_, owner in owners.items() if whose[table].get(id_, owner) != owner}
        assert moved == {}, table


def test_the_forms_sent_are_those_of_the_addresses_that_take_one(app, organizer, tell):
    """What of the addresses that take a form no page shows one for is told: most are shown."""
    me = organizer("owner")
    organizer("viewer")
    fill_rooms(me, "invited@new.example")
    adapter = app.url_map.bind("campaign.example")
    actions = {action.partition("?")[0] for path in pages_of(app, me) for action, _ in forms_of(me, path)}
    shown = {adapter.match(path, method="POST")[0] for path in actions if adapter.test(path, method="POST")}
    taking = {rule.endpoint for rule in of_members(app) if "POST" in rule.methods}
    tell("addresses that take a form", len(taking))
    tell("of them shown by a page", len(taking & shown))
    tell("not shown", sorted(taking - shown))
    assert len(taking & shown) > len(taking) // 2
