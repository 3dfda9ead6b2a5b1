"""Events on the organizers' side: seen by their own organization, changed by who may publish, told before it is done."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from tests.events.coming import come, legs_of
from tests.organize.forms import boxes

MARCH = "build-a-new-world"
EVENTS = "/organize/ciw/events"
OTHERS = "/organize/migrant-justice/events"


def column(sessions, query, **values):
    with sessions() as session:
        return session.execute(text(query), values).scalars().all()


def path_of(answer):
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    parts = urlsplit(answer.location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_the_list_shows_ones_own_events_and_no_others(organizer):
    mine = organizer("viewer").get(EVENTS)
    assert mine.status_code == 200
    assert MARCH in mine.get_data(as_text=True)
    theirs = organizer("viewer", "migrant-justice").get(OTHERS)
    assert MARCH not in theirs.get_data(as_text=True)


def test_an_event_is_shown_with_its_numbers(organizer):
    page = organizer("viewer").get(f"{EVENTS}/{MARCH}")
    assert page.status_code == 200
    shown = page.get_data(as_text=True)
    assert "Day 5" in shown
    assert "Edit" not in shown


PAGES = [
    "",
    "/edit",
    "/days/1/edit",
    "/days/new",
    "/copy",
    "/publish",
    "/cancel",
    "/legs/1",
    "/days/1/cancel",
    "/marshals",
    "/marshals/1/revoke",
    "/people",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_event_is_there_for_its_owner_and_none_for_others(organizer, page):
    assert organizer("owner").get(f"{EVENTS}/{MARCH}{page}").status_code == 200
    other = organizer("owner", "migrant-justice")
    theirs, nobodys = other.get(f"{OTHERS}/{MARCH}{page}"), other.get(f"{OTHERS}/no-such-event{page}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_data() == nobodys.get_data()


@pytest.mark.parametrize("page", ["/edit", "/days/1/edit"])
def test_what_is_sent_back_unchanged_changes_nothing(organizer, sessions, page):
    me = organizer("editor")
    before = column(sessions, "SELECT count(*) FROM revisions")
    form = boxes(me.get(f"{EVENTS}/{MARCH}{page}"))
    path_of(me.post(f"{EVENTS}/{MARCH}{page}", form))
    assert column(sessions, "SELECT count(*) FROM revisions") == before


def test_a_text_is_changed_and_is_on_the_public_page(organizer, sessions):
    me = organizer("editor")
    form = boxes(me.get(f"{EVENTS}/{MARCH}/edit"))
    answer = me.post(f"{EVENTS}/{MARCH}/edit", {**form, "summary-en": "Walk with us to the sea."})
    assert path_of(answer) == f"{EVENTS}/{MARCH}?done=saved"
    assert "Walk with us to the sea." in me.get(f"/events/{MARCH}?lang=en").get_data(as_text=True)
    assert column(sessions, "SELECT door FROM revisions WHERE thing = 'event' ORDER BY id DESC LIMIT 1") == ["form"]


def test_a_viewer_changes_nothing(organizer):
    me = organizer("viewer")
    for page in ("/edit", "/days/1/edit", "/publish", "/cancel", "/days/1/cancel", "/marshals", "/people"):
        assert me.get(f"{EVENTS}/{MARCH}{page}").status_code == 403
        assert me.post(f"{EVENTS}/{MARCH}{page}").status_code in {403, 405}
    assert me.post(f"{EVENTS}/{MARCH}/legs/1", {"do": "close"}).status_code == 403


def test_another_hour_is_shown_with_whom_it_tells_before_it_is_done(organizer, visitor, sessions):
    come(visitor, MARCH, legs=legs_of(visitor)[0], email="eva@example.org")
    me = organizer("editor")
    page = f"{EVENTS}/{MARCH}/days/1/edit"
    form = boxes(me.get(page))
    asked = me.post(page, {**form, "starts": "7:15 a.m."})
    assert asked.status_code == 200
    shown = asked.get_data(as_text=True)
    assert "Save this and email 1 person?" in shown
    assert "1 person gets an email about this change." in shown
    assert column(sessions, "SELECT count(*) FROM outbox_messages WHERE topic = 'events.changed'") == [0]
    kept = boxes(asked)
    assert kept["starts"] == ["7:15 a.m."]
    assert me.post(page, {**kept, "step": "back"}).status_code == 200
    path_of(me.post(page, {**kept, "step": "confirmed"}))
    assert column(sessions, "SELECT count(*) FROM outbox_messages WHERE topic = 'events.changed'") == [1]


def test_of_two_who_change_the_same_the_later_is_told_and_decides(organizer, sessions):
    me, other = organizer("editor"), organizer("owner")
    page = f"{EVENTS}/{MARCH}/edit"
    mine, theirs = boxes(me.get(page)), boxes(other.get(page))
    path_of(other.post(page, {**theirs, "title-en": "Theirs"}))
    told = me.post(page, {**mine, "title-en": "Mine"})
    assert told.status_code == 409
    shown = told.get_data(as_text=True)
    assert "Theirs" in shown
    assert 'value="Mine"' in shown
    path_of(me.post(page, boxes(told)))
    assert column(sessions, "SELECT title ->> 'en' FROM events WHERE slug = :slug", slug=MARCH) == ["Mine"]


def test_two_who_change_different_days_both_get_what_they_want(organizer, sessions):
    me, other = organizer("editor"), organizer("owner")
    first, second = (f"{EVENTS}/{MARCH}/days/{number}/edit" for number in (1, 2))
    mine, theirs = boxes(me.get(first)), boxes(other.get(second))
    path_of(other.post(second, {**theirs, "title-en": "Theirs"}))
    path_of(me.post(first, {**mine, "title-en": "Mine"}))
    titles = "SELECT l.title ->> 'en' FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = :slug ORDER BY l.position LIMIT 2"
    assert column(sessions, titles, slug=MARCH) == ["Mine", "Theirs"]
