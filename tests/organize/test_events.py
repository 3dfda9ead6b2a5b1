"""Events on the organizers' side: seen by their own organization, changed by who may publish, told before it is done."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from campaign.kernel.clock import now
from tests.events.coming import come, legs_of
from tests.events.days import friday
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


NEW = {
    "campaign": "fair-food",
    "kind": "march",
    "title-en": "To the lake",
    "title-es": "Al lago",
    "summary-en": "Walk with us.",
    "summary-es": "Camine con nosotros.",
    "slug": "to-the-lake",
    "begins": "8 a.m.",
    "ends": "4:30 pm",
    "timezone": "America/New_York",
    "days": "3",
    "place": "",
    "capacity": "40",
}
ACTION = {**NEW, "kind": "day-of-action", "place": "Elm Street", "slug": "at-the-stores", "days": ""}
STARTS = "SELECT l.starts_at AT TIME ZONE e.timezone FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = :slug ORDER BY l.position"


def new(base=NEW, **more):
    """What is typed of an event that begins in two weeks, on a Friday."""
    return {**base, "starts": str(friday()), **more}


@pytest.fixture
def me(organizer):
    return organizer("owner")


def test_an_event_begins_as_a_draft_that_no_one_sees_until_it_is_published(me, sessions):
    assert path_of(me.post(f"{EVENTS}/new", new())) == f"{EVENTS}/to-the-lake?done=created"
    first = friday()
    days = [f"{first + timedelta(days=number)} 08:00:00" for number in range(3)]
    assert list(map(str, column(sessions, STARTS, slug="to-the-lake"))) == days
    assert me.get("/events/to-the-lake?lang=en").status_code == 404
    form = boxes(me.get(f"{EVENTS}/to-the-lake/publish"))
    assert path_of(me.post(f"{EVENTS}/to-the-lake/publish", form)).endswith("done=published")
    assert me.get("/events/to-the-lake?lang=en").status_code == 200
    back = boxes(me.get(f"{EVENTS}/to-the-lake/publish"), which=-1)
    assert path_of(me.post(f"{EVENTS}/to-the-lake/publish", back)).endswith("done=draft")


def test_a_slug_of_any_organization_is_taken_and_nothing_typed_is_lost(me):
    told = me.post(f"{EVENTS}/new", new(slug="hannaford-day-of-action"))
    assert told.status_code == 422
    assert "This address is taken." in told.get_data(as_text=True)
    kept = boxes(told)
    assert {name: kept[name][0] for name in ("title-es", "begins", "ends")} == {
        name: NEW[name] for name in ("title-es", "begins", "ends")
    }


def test_the_campaign_of_another_organization_is_none(me):
    told = me.post(f"{EVENTS}/new", new(campaign="milk-with-dignity", organization="migrant-justice"))
    assert told.status_code == 422
    assert "Choose a campaign from the list." in told.get_data(as_text=True)


def test_last_years_is_copied_with_its_days_moved(me, sessions):
    form = boxes(me.get(f"{EVENTS}/{MARCH}/copy"))
    answer = me.post(f"{EVENTS}/{MARCH}/copy", {**form, "slug": "once-more", "starts": str(friday())})
    assert path_of(answer) == f"{EVENTS}/once-more?done=created"
    moved = column(sessions, STARTS, slug="once-more")
    before = column(sessions, STARTS, slug=MARCH)
    assert {later - earlier for later, earlier in zip(moved, before, strict=True)} == {moved[0] - before[0]}
    assert column(sessions, "SELECT status FROM events WHERE slug = 'once-more'") == ["draft"]


def test_a_day_is_added_and_canceled(me, sessions):
    me.post(f"{EVENTS}/new", new())
    form = boxes(me.get(f"{EVENTS}/to-the-lake/days/new"))
    assert form["day"] == ["4"]
    path_of(me.post(f"{EVENTS}/to-the-lake/days/new", {**form, "title-en": "Home", "title-es": "A casa"}))
    assert len(column(sessions, STARTS, slug="to-the-lake")) == 4
    page = f"{EVENTS}/to-the-lake/days/2/cancel"
    path_of(me.post(page, boxes(me.get(page))))
    statuses = (
        "SELECT l.status FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = :slug ORDER BY l.position"
    )
    assert column(sessions, statuses, slug="to-the-lake") == ["open", "cancelled", "open", "open"]
    assert boxes(me.get(f"{EVENTS}/to-the-lake/edit"))["starts"] == [str(friday())]


def test_canceling_says_its_number_first(me, visitor, sessions):
    come(visitor, MARCH, legs=legs_of(visitor)[0], email="eva@example.org")
    asked = me.get(f"{EVENTS}/{MARCH}/cancel")
    assert "Cancel and email 1 person" in asked.get_data(as_text=True)
    assert column(sessions, "SELECT status FROM events WHERE slug = :slug", slug=MARCH) == ["published"]
    path_of(me.post(f"{EVENTS}/{MARCH}/cancel"))
    assert column(sessions, "SELECT status FROM events WHERE slug = :slug", slug=MARCH) == ["cancelled"]
    assert column(sessions, "SELECT count(*) FROM outbox_messages WHERE topic = 'events.changed'") == [1]


def test_more_room_says_to_whom_it_is_offered_and_closing_takes_nothing(me, visitor, sessions):
    leg = f"{EVENTS}/{MARCH}/legs/1"
    path_of(me.post(leg, {"do": "room", "capacity": "0"}))
    come(visitor, MARCH, legs=legs_of(visitor)[0], email="eva@example.org")
    taken = sum(
        column(
            sessions,
            "SELECT amount FROM rsvp_claims c JOIN event_legs l ON l.id = c.leg_id JOIN events e ON e.id = l.event_id WHERE e.slug = :slug AND l.position = 1 AND resource = 'place' AND state = 'going'",
            slug=MARCH,
        )
    )
    asked = me.post(leg, {"do": "room", "capacity": str(taken + 5)})
    assert asked.status_code == 200
    assert "1 person on the wait list gets an email with an offer." in asked.get_data(as_text=True)
    path_of(me.post(leg, boxes(asked) | {"step": "confirmed"}))
    path_of(me.post(leg, {"do": "close"}))
    assert "RSVPs closed" in me.get(leg).get_data(as_text=True)
    for wrong in ("", "-1", "many", "1e9", "99999999999", "1,000"):
        assert me.post(leg, {"do": "room", "capacity": wrong}).status_code == 422


def test_a_marshals_link_is_shown_once_and_turned_off(organizer, sessions):
    me = organizer("organizer")
    made = me.post(f"{EVENTS}/{MARCH}/marshals/1/link", {"hours": "6"})
    shown = made.get_data(as_text=True)
    address = shown.split("readonly>")[1].partition("</textarea>")[0]
    path = urlsplit(address.strip()).path
    assert path.startswith("/marshal/")
    assert me.get(path).status_code in {200, 303}
    path_of(me.post(f"{EVENTS}/{MARCH}/marshals/1/revoke"))
    assert me.get(path).status_code == 410
    assert organizer("editor").post(f"{EVENTS}/{MARCH}/marshals/1/link", {"hours": "6"}).status_code == 403
    assert me.post(f"{EVENTS}/{MARCH}/marshals/1/link", {"hours": "9999"}).status_code == 422
    verbs = column(sessions, "SELECT verb FROM audit_entries WHERE verb IN ('make_link', 'revoke_links') ORDER BY id")
    assert verbs == ["make_link", "revoke_links"]


def test_a_list_with_names_takes_the_power_a_fresh_proof_and_is_written_down(organizer, visitor, sessions):
    come(visitor, MARCH, legs=legs_of(visitor)[0], email="eva@example.org", given_name="Eva")
    wanted = {"form": "csv", "paper": "letter", "language": "", "leg": "1", "list": "marshals"}
    page = f"{EVENTS}/{MARCH}/people"
    assert organizer("organizer").post(page, wanted).status_code == 403
    me = organizer("owner")
    sent = me.post(page, wanted)
    assert sent.status_code == 200
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{MARCH}-1-list.csv"'
    assert "Eva" in sent.get_data(as_text=True)
    assert column(sessions, "SELECT verb FROM audit_entries WHERE verb = 'export'") == ["export"]
    stale = organizer("owner", email="eva@ciw.example", at=now() - timedelta(hours=3))
    assert stale.post(page, wanted).status_code == 403
    for wrong in ({"form": "exe"}, {"paper": "../x"}, {"language": "xx"}):
        assert me.post(page, wanted | wrong).status_code == 422
    assert me.post(page, wanted | {"leg": "99"}).status_code == 404


TABLE = """place,address,latitude,longitude,shifts,capacity
Elm Street,1 Elm St,39.78,-89.65,8:00-16:30,55
"=cmd|' /C calc'!A0",,,,10:00-12:00; 12:00-14:00,3
Oak Street,,91,200,10:00-12:00,3
Pine Street,,,,never,3
Oak Street 2,,,,,
Elm Street,,,,10:00-12:00,
"""


def test_a_table_of_places_is_shown_line_by_line_before_anything_is_stored(me, sessions):
    path_of(me.post(f"{EVENTS}/new", new(ACTION)))
    page = f"{EVENTS}/at-the-stores/places/file"
    names = "SELECT p.title FROM event_places p JOIN events e ON e.id = p.event_id WHERE e.slug = 'at-the-stores' ORDER BY p.position"
    form = boxes(me.get(page))
    shown = me.post(page, {**form, "file": FileStorage(BytesIO(TABLE.encode()), "../../places.csv")})
    assert shown.status_code == 200, shown.get_data(as_text=True)
    said = shown.get_data(as_text=True)
    assert "2 lines are right" in said
    assert said.count("badge--wrong") == 4
    assert column(sessions, names) == ["Elm Street"]
    path_of(me.post(page, boxes(shown, which=-2) | {"step": "confirmed"}))
    assert column(sessions, names) == ["Elm Street", "=cmd|' /C calc'!A0"]
    sizes = "SELECT l.capacity FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = 'at-the-stores' ORDER BY l.position"
    assert column(sessions, sizes) == [55, 3, 3]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"place\nx\n", b'place,shifts\n"never closed', b"place,shifts\n", b"place,shifts\n" + b"a,10:00-12:00\n" * 1001,
     b"place,shifts,place\na,10:00-12:00,b\n", b"place,shifts\na\x00b,10:00-12:00\n"],
)  # fmt: skip
def test_what_is_no_table_of_places_is_told_in_words(me, content):
    me.post(f"{EVENTS}/new", new(ACTION))
    answer = me.post(
        f"{EVENTS}/at-the-stores/places/file", {"file": FileStorage(BytesIO(content), "x.csv"), "seen": "1"}
    )
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)


def test_a_place_is_changed_and_each_shift_keeps_the_room_it_was_given(me, sessions):
    me.post(f"{EVENTS}/new", new(ACTION))
    page = f"{EVENTS}/at-the-stores/places/1/edit"
    path_of(me.post(page, {**boxes(me.get(page)), "shifts": "08:00-16:30\n5 p.m. - 8 p.m."}))
    path_of(me.post(f"{EVENTS}/at-the-stores/legs/2", {"do": "room", "capacity": "7"}))
    path_of(me.post(page, {**boxes(me.get(page)), "title": "Elm Street, east side"}))
    sizes = "SELECT l.capacity FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = 'at-the-stores' ORDER BY l.position"
    assert column(sessions, sizes) == [40, 7]
    names = "SELECT p.title FROM event_places p JOIN events e ON e.id = p.event_id WHERE e.slug = 'at-the-stores'"
    assert column(sessions, names) == ["Elm Street, east side"]
