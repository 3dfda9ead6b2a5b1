"""Finding by name: what is theirs, and with the powers they have; the same as a page and as data."""

import pytest

FIND, SEARCH = "/organize/ciw/find?q={}", "/organize/ciw/search?q={}"


def _titles(me, typed, organization="ciw"):
    sorts = me.get(f"/organize/{organization}/find?q={typed}").json["sorts"]
    return {sort["words"]: [one["title"] for one in sort["found"]] for sort in sorts}


def test_what_is_called_so_is_found_wherever_the_words_stand(organizer):
    me = organizer("editor")
    assert any("Fair Food" in title for title in _titles(me, "food+fair")["Campaigns"])
    assert _titles(me, "KROG")["Companies"] == ["Kroger"]
    assert "Kroger" in me.get(SEARCH.format("krog")).get_data(as_text=True)


@pytest.mark.parametrize("typed", ["fair", "kroger", "march", "owner"])
def test_what_is_found_leads_there(organizer, typed):
    me = organizer("owner")
    found = [one["address"] for sort in me.get(FIND.format(typed)).json["sorts"] for one in sort["found"]]
    assert {path: me.get(path).status_code for path in found} == dict.fromkeys(found, 200)
    assert found


def test_nothing_typed_leads_to_the_places(organizer):
    assert "Campaigns" in _titles(organizer("viewer"), "")["Go to"]


def test_what_is_others_is_not_found(organizer):
    assert "Campaigns" not in _titles(organizer("owner", "migrant-justice"), "fair+food", "migrant-justice")


def test_powers_hold(organizer):
    organizer("owner")
    viewer = organizer("viewer")
    assert "Companies" not in _titles(viewer, "kroger")
    assert "Team" not in _titles(viewer, "owner")


def test_it_is_kept_nowhere_and_open_to_nobody_else(organizer, stranger):
    answer = organizer("viewer").get(FIND.format("a"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert stranger.get(FIND.format("a")).status_code == 303
    assert organizer("owner", "migrant-justice").get(FIND.format("a")).status_code == 404


@pytest.mark.parametrize("typed", ["%00", "%ff", "%3Cscript%3E", "a" * 5000, "%F0%9F%8C%BD"])
def test_whatever_is_typed_is_answered(organizer, typed):
    me = organizer("viewer")
    assert me.get(FIND.format(typed)).status_code == 200
    page = me.get(SEARCH.format(typed))
    assert page.status_code == 200
    assert "<script>" not in page.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
