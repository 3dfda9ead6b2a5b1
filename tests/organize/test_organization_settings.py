"""What an organization is called and says of itself; the same rules as a file's; a second step demanded of everyone."""

import pytest
from sqlalchemy import text

SETTINGS = "/organize/ciw/settings"
STEP = f"{SETTINGS}/second-step"
GOOD = {
    "name": "Coalition",
    "place": "Immokalee",
    "contact_url": "workers@ciw.example",
    "donate_url": "https://ciw.example/give",
    "postal_address": "110 S 2nd St\n\nImmokalee FL",
    "about-en": "We *work*.",
    "about-es": "Trabajamos.",
}


def stored(sessions, column):
    with sessions() as session:
        return session.scalar(text(f"SELECT {column} FROM organizations WHERE slug = 'ciw'"))


def test_is_saved_and_on_public_pages_and_written_down(organizer, stranger, sessions):
    me = organizer("owner")
    assert "Coalition of Immokalee Workers" in me.get(SETTINGS).get_data(as_text=True)
    answer = me.post(SETTINGS, GOOD)
    assert answer.status_code == 303
    assert "Saved" in me.get(answer.location).get_data(as_text=True)
    assert stored(sessions, "contact_url") == "mailto:workers@ciw.example"
    assert stored(sessions, "postal_address") == "110 S 2nd St\nImmokalee FL"
    assert stored(sessions, "about") == {"en": "We *work*.", "es": "Trabajamos."}
    assert 'value="workers@ciw.example"' in me.get(SETTINGS).get_data(as_text=True)
    with sessions() as session:
        entry = session.execute(text("SELECT who, account, changed FROM audit_entries ORDER BY id DESC LIMIT 1")).one()
    assert (entry.who, entry.account) == ("Owner", me.account.public_id)
    assert "name" in entry.changed
    assert me.post(SETTINGS, GOOD).location.endswith("done=same")


def test_what_is_left_empty_is_none(organizer, sessions):
    assert organizer("owner").post(SETTINGS, dict.fromkeys(GOOD, "") | {"name": "CIW"}).status_code == 303
    assert stored(sessions, "donate_url") is None
    assert stored(sessions, "about") == {}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 300}, "at most 200"),
        ({"contact_url": "call us"}, "Enter an email address, or a web address"),
        ({"contact_url": "javascript:alert(1)"}, "Enter an email address, or a web address"),
        ({"donate_url": "ciw.example"}, "starts with https"),
        ({"donate_url": "javascript:alert(1)"}, "starts with https"),
        ({"about-es": "x" * 5_000}, "at most 4000"),
        ({"postal_address": "y" * 500}, "at most 300"),
        ({"place": "a\u202eb"}, "invisible"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_nothing_is_lost(organizer, sessions, values, said):
    answer = organizer("owner").post(SETTINGS, GOOD | values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count(said) >= 2
    assert "We *work*." in page
    assert stored(sessions, "name") == "Coalition of Immokalee Workers"


def test_what_has_no_box_is_not_changed(organizer, sessions):
    me = organizer("owner")
    more = {
        "slug": "migrant-justice",
        "id": "2",
        "is_demo": "",
        "demands_factor": "yes",
        "organization": "migrant-justice",
    }
    assert me.post(SETTINGS, GOOD | more).status_code == 303
    assert stored(sessions, "demands_factor") is False
    assert stored(sessions, "is_demo") is True
    with sessions() as session:
        names = session.scalars(text("SELECT name FROM organizations WHERE name = 'Coalition'")).all()
    assert len(names) == 1


def test_who_has_no_second_step_cannot_demand_one(organizer, sessions):
    me = organizer("owner")
    page = me.get(STEP).get_data(as_text=True)
    assert "Set up a second step for your own account first" in page
    assert me.post(STEP, {"demand": "yes"}).status_code == 422
    assert stored(sessions, "demands_factor") is False


def test_who_has_one_demands_it_and_others_are_led_to_theirs(organizer, sessions):
    me, ana = organizer("owner", has_factor=True), organizer("editor")
    with sessions() as session, session.begin():
        session.execute(text("UPDATE accounts SET totp_secret = 'sealed' WHERE id = :id"), {"id": me.account.id})
    assert "have no second step yet" in me.get(STEP).get_data(as_text=True)
    assert me.post(STEP, {"demand": "yes"}).status_code == 303
    assert stored(sessions, "demands_factor") is True
    assert me.get(SETTINGS).status_code == 200
    assert ana.get("/organize/ciw").status_code == 303
    assert me.post(STEP, {"demand": "no"}).status_code == 303
    assert ana.get("/organize/ciw").status_code == 200
