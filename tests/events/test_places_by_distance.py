"""A day of action's places: nearest first from a postal code, by name, ten at a time, and one form for one place."""

import gzip
import re
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from urllib.parse import quote

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.service import load
from campaign.events.calendars.writing import occasions_of
from campaign.events.pages.placelists import MOST_AT_ONCE, PLACES_A_PAGE, PlaceAsk, kilometres_between
from campaign.events.queries.page import get_event_page
from campaign.events.queries.public import get_public_event
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.db import db
from tests.actions.visitor import HIGH_SAFETY
from tests.events.files import action, load_file
from tests.events.manyplaces import SLUG, many_places
from tests.events.test_event_pages import get, words

STORES = "hannaford-day-of-action"
"""The demonstration's: Williston in Vermont, Portland in Maine, Keene in New Hampshire."""

_PAGE_BYTES = 60 * 1024
_LOADED = ("events", "event_places", "event_legs", "revisions")


@pytest.fixture
def loaded(fresh, sessions, app):
    """Load a file for one test."""

    def load_text(content):
        with sessions() as session, session.begin():
            load_file(session, content)
        app.wsgi_app.clear()

    return load_text


@cache
def four_hundred():
    """The file, read once: that takes longer than storing it."""
    return read_content(many_places().encode(), datetime.now(UTC), SECTIONS)


@pytest.fixture
def everywhere(fresh, sessions, app):
    """The page of a day of action at 400 places, with a thousand shifts: loaded once a process, then put back."""
    with sessions() as session, session.begin():
        if session.scalar(text("SELECT to_regnamespace('everywhere')")) is None:
            load(Loading(session, OPERATOR, datetime.now(UTC), lambda *_: False), four_hundred(), SECTIONS)
            session.execute(text("CREATE SCHEMA everywhere"))
            for table in _LOADED:
                own = f"SELECT * FROM {table} WHERE NOT id IN (SELECT id FROM kept.{table})"
                session.execute(text(f"CREATE TABLE everywhere.{table} AS {own}"))
        else:
            for table in _LOADED:
                session.execute(text(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE everywhere.{table}"))
    app.wsgi_app.clear()
    return f"/events/{SLUG}"


def titles(page):
    return re.findall(r'<span class="place__title" dir="auto">([^<]+)</span>', page)


def forms_of(page):
    """Where the places' own forms are, in the order of the page."""
    return [path.replace("&amp;", "&") for path in re.findall(r'href="(/[^"]*rsvp\?[^"]*place=[^"]+)"', page)]


def count_statements(engine, do):
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        do()
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    return len(seen)


# Nearest first


def test_the_nearest_place_comes_first_with_its_distance(client, fresh):
    page = get(client, f"/events/{STORES}?near=05401")
    assert titles(page) == ["Williston, Vermont", "Keene, New Hampshire", "Portland, Maine"]
    said = words(page)
    assert "Nearest to Burlington, VT ( 05401 ) first" in said
    assert re.search(r"Williston, Vermont 6 miles \(10 km\)", said)
    assert re.search(r"Portland, Maine 1[56]\d miles \(2[45]\d km\)", said)
    from_maine = get(client, f"/events/{STORES}?near=04101-1234")
    assert titles(from_maine)[0] == "Portland, Maine"
    assert re.search(r"Portland, Maine (less than a mile|[12] miles? \([1-4] km\))", words(from_maine))


@pytest.mark.parametrize(
    "typed", ["Burlington, VT", "burlington vt", "٠٥٤٠١", "０５４０１", "05401\u200e", "05401–1234"]
)
def test_a_town_as_the_page_writes_it_and_digits_of_any_script_say_where_one_is(client, fresh, typed):
    page = get(client, f"/events/{STORES}?near={quote(typed)}")
    assert titles(page) == ["Williston, Vermont", "Keene, New Hampshire", "Portland, Maine"]
    assert "Nearest to Burlington, VT" in words(page)


def test_what_the_page_says_of_a_code_may_be_typed_instead_of_it(client, fresh):
    (town,) = re.findall(r"Nearest to (.+?) \(", words(get(client, f"/events/{STORES}?near=04101")))
    assert titles(get(client, f"/events/{STORES}?near={quote(town)}"))[0] == "Portland, Maine"


def test_the_shifts_of_the_form_follow(client, fresh):
    page = get(client, f"/events/{STORES}?near=04101")
    form = page[page.index('id="field-legs"') :]
    assert form.index("Portland, Maine") < form.index("Keene, New Hampshire") < form.index("Williston, Vermont")


@pytest.mark.parametrize("code", ["99999", "09001", "00000"])
def test_a_code_nobody_knows_is_said_and_leaves_the_list(client, fresh, code):
    page = get(client, f"/events/{STORES}?near={code}")
    assert titles(page) == titles(get(client, f"/events/{STORES}"))
    assert f"We don’t know ZIP code {code} ." in re.sub(r" +", " ", words(page))
    assert "miles" not in words(page)


@pytest.mark.parametrize(
    "typed",
    ["H2X 1Y4", "SW1A 1AA", "1234", "123456", "%00", "%ED%A0%80", "%FF", "a" * 3000,
     "%3Cscript%3Ealert(1)%3C/script%3E", "%25", "%E2%80%AE05401", "-1", "5e4"],
)  # fmt: skip
def test_what_is_no_code_is_looked_for_in_names_and_never_fails(client, fresh, typed):
    page = get(client, f"/events/{STORES}?near={typed}")
    assert len(titles(page)) == 3
    assert "No place here has" in page
    assert "<script>alert" not in page
    assert 'value="aaaa' not in page or len(page) < 60_000


@pytest.mark.parametrize(("typed", "found"), [("KEENE", ["Keene, New Hampshire"]), ("mönt", ["Williston, Vermont"])])
def test_names_are_found_without_case_or_accents(client, fresh, typed, found):
    page = get(client, f"/events/{STORES}?near={typed}")
    assert titles(page) == found
    assert "All places" in page


def test_accents_in_a_place_s_own_name_are_no_hindrance(client, loaded):
    loaded(action().replace("Oak Street", "Café Zúñiga"))
    assert titles(get(client, "/events/at-the-stores?near=zuniga")) == ["Café Zúñiga"]


def test_a_place_nobody_knows_the_way_to_comes_last(client, loaded):
    loaded(action())
    page = get(client, "/events/at-the-stores?near=10001")
    assert titles(page) == ["Elm Street, Springfield", "Oak Street"]
    assert page.count('class="place__far"') == 1


def test_nothing_asked_is_the_list_as_it_is(client, fresh):
    page = get(client, f"/events/{STORES}?near=%20&page=%F0&place=x")
    assert titles(page) == ["Williston, Vermont", "Portland, Maine", "Keene, New Hampshire"]
    assert "finder__answer" not in page


def test_spanish_and_urdu_ask_in_their_own_pages(client, fresh):
    for language in ("es", "ur"):
        page = get(client, f"/{language}/events/{STORES}?near=05401", language)
        assert titles(page)[0] == "Williston, Vermont"
        assert f'action="/{language}/events/{STORES}#places"' in page


def test_an_english_page_that_was_asked_for_stays_english(client, fresh):
    page = get(client, f"/events/{STORES}?near=05401&lang=en", "es")
    assert '<input type="hidden" name="lang" value="en">' in page


def test_a_postal_code_is_kept_nowhere(client, fresh):
    answer = client.get(f"/events/{STORES}?near=05401")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(f"/events/{STORES}").cache_control.public


def test_endless_questions_fill_no_cache(client, fresh, app):
    client.get(f"/events/{STORES}")
    before = len(app.wsgi_app._pages)
    for number in range(20):
        client.get(f"/events/{STORES}?near={10001 + number}")
        client.get(f"/events/{STORES}?page={number}")
    assert len(app.wsgi_app._pages) == before


def test_a_high_safety_event_tells_nobody_how_far_it_is(client, loaded):
    loaded(action(campaign=HIGH_SAFETY))
    page = get(client, "/events/at-the-stores?near=62701")
    for hint in ("Elm Street", "Springfield", "miles", "place__far", 'name="near"', "39.78"):
        assert hint not in page
    assert get(client, "/events/at-the-stores?near=Elm").count('class="place"') == 2


def test_distances_are_right():
    london, paris, sydney = (51.5074, -0.1278), (48.8566, 2.3522), (-33.8688, 151.2093)
    assert kilometres_between(london, paris) == pytest.approx(343.6, abs=1)
    assert kilometres_between(london, sydney) == pytest.approx(16994, abs=10)
    assert kilometres_between(london, london) == 0
    assert kilometres_between((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20015, abs=1)
    assert kilometres_between((10.0, 179.9), (10.0, -179.9)) < 25


# Four hundred places


def test_four_hundred_places_are_shown_ten_at_a_time_and_all_can_be_reached(client, everywhere):
    seen, path = [], everywhere
    for _ in range(60):
        page = get(client, path)
        shown = titles(page)
        assert 0 < len(shown) <= PLACES_A_PAGE
        seen += shown
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&").partition("#")[0]
    assert (len(seen), len(set(seen))) == (400, 400)
    assert "Places 1 to 10 of 400" in words(get(client, everywhere))
    assert titles(get(client, f"{everywhere}?page=9999")) == seen[-PLACES_A_PAGE:]


def test_the_nearest_of_four_hundred_are_in_order_page_by_page(client, everywhere):
    far = []
    for number in (1, 2, 3):
        page = get(client, f"{everywhere}?near=34142&page={number}")
        far += [int(miles.replace(",", "")) for miles in re.findall(r"([\d,]+) miles? \(", page)]
    assert len(far) == 3 * PLACES_A_PAGE
    assert all(one <= other for one, other in pairwise(far))
    assert far[0] < 100


def test_the_page_of_four_hundred_places_is_as_light_as_any(client, everywhere):
    for path in (everywhere, f"{everywhere}?near=34142"):
        page = get(client, path)
        assert page.count('name="legs"') == 0, "one chooses a place before a shift"
        assert len(gzip.compress(page.encode())) < _PAGE_BYTES // 4
        assert page.count("<details") < 20


def test_as_many_statements_for_four_hundred_places_as_for_three(client, everywhere, app):
    def look(path):
        return lambda: get(client, path)

    with app.app_context():
        few = count_statements(db.engine, look(f"/events/{STORES}?near=05401"))
        many = count_statements(db.engine, look(f"{everywhere}?near=05401"))
    assert 0 < many <= few


def test_one_place_has_its_own_form(client, everywhere):
    page = get(client, f"{everywhere}?near=34142")
    first, ways = titles(page)[0], forms_of(page)
    form = get(client, ways[0])
    assert len(ways) == PLACES_A_PAGE
    assert 2 <= form.count('name="legs"') <= 3
    assert form.count('name="guests-') <= 3
    assert f'<strong dir="auto">{first}</strong>' in form
    assert 'name="place"' in form


@pytest.mark.parametrize("query", ["", "?place=x", "?place=01890000-0000-7000-8000-000000000000"])
def test_a_form_without_a_place_leads_back_to_the_list(client, everywhere, query):
    answer = client.get(f"{everywhere}/rsvp{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, everywhere)


def post(client, path, page, **values):
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    usual = {
        "stamp": stamp, "language": "en", "given_name": "Ana", "family_name": "Ruiz", "email": "ana@example.org",
        "postal_code": "34142", "country": "US",
    }  # fmt: skip
    return client.post(path, data={**usual, **values})


def test_an_rsvp_to_a_shift_at_one_of_four_hundred_places_is_taken(visitor, everywhere):
    form = get(visitor.client, forms_of(get(visitor.client, f"{everywhere}?near=34142"))[0])
    leg = re.search(r'name="legs" value="([^"]+)"', form)[1]
    place = re.search(r'name="place" value="([^"]+)"', form)[1]
    answer = post(visitor.client, f"{everywhere}/rsvp", form, legs=leg, place=place, guests="2")
    assert answer.status_code == 303
    assert visitor.one("SELECT amount FROM rsvp_claims WHERE resource = 'place'") == 3
    claimed = "SELECT l.public_id FROM rsvp_claims k JOIN event_legs l ON l.id = k.leg_id LIMIT 1"
    assert str(visitor.one(claimed)) == leg


def test_a_mistake_gives_back_the_place_and_what_was_ticked(client, everywhere):
    ways = forms_of(get(client, f"{everywhere}?near=34142"))
    form, other = get(client, ways[0]), get(client, ways[5])
    leg = re.search(r'name="legs" value="([^"]+)"', form)[1]
    place = re.search(r'name="place" value="([^"]+)"', form)[1]
    name = re.search(r'chosen-place__name"><strong dir="auto">([^<]+)', form)[1]
    elsewhere = re.search(r'name="legs" value="([^"]+)"', other)[1]
    for given in ({"place": place, "legs": leg}, {"legs": leg}, {"place": "'); --", "legs": [leg, elsewhere]}):
        answer = post(client, f"{everywhere}/rsvp", form, email="nobody", **given)
        assert answer.status_code == 422
        assert name in answer.text
        assert re.search(rf'value="{leg}" checked', answer.text)
    assert re.search(rf'value="{elsewhere}" checked', answer.text)
    nowhere = post(client, f"{everywhere}/rsvp", form, given_name="Rosa")
    assert nowhere.status_code == 422
    assert "Choose when you’re coming." in nowhere.text
    assert "Rosa" in nowhere.text


def test_one_changes_from_one_of_many_places_to_another(visitor, everywhere):
    client = visitor.client
    ways = forms_of(get(client, f"{everywhere}?near=34142"))
    first, second = get(client, ways[0]), get(client, ways[1])
    leg = re.search(r'name="legs" value="([^"]+)"', first)[1]
    wanted = re.search(r'name="legs" value="([^"]+)"', second)[1]
    post(client, f"{everywhere}/rsvp", first, legs=leg)
    visitor.confirm(visitor.last_link("confirm"))
    mine = re.search(r'href="(/rsvp/[^"]+)"', client.get(visitor.my_page()).text)[1]
    page = client.get(mine).text
    assert page.count('name="legs"') <= 3
    assert "Choose another place" in page
    found = client.get(f"{mine}?near=10001").text
    assert "Nearest to New York, NY" in words(found)
    place = re.search(r"place=([^&]+)", ways[1])[1]
    both = client.get(f"{mine}?place={place}").text
    assert {leg, wanted} <= set(re.findall(r'name="legs" value="([^"]+)"', both))
    answer = client.post(mine, data={"step": "change", "sure": "yes", "legs": wanted})
    assert answer.status_code == 303
    standing = visitor.all(
        "SELECT l.public_id, k.state FROM rsvp_claims k JOIN event_legs l ON l.id = k.leg_id WHERE k.resource = 'place'"
    )
    assert {str(row.public_id): row.state for row in standing} == {leg: "gone", wanted: "going"}


# Calendars, and what is counted over all places


def test_a_calendar_of_four_hundred_places_is_one_day_and_of_one_place_its_shifts(client, everywhere):
    whole = client.get(f"{everywhere}.ics").text
    assert whole.count("BEGIN:VEVENT") == 1
    assert "LOCATION" not in whole
    assert client.get("/events.ics").text.count("SUMMARY:At every store") == 1
    place = re.search(r"place=([^&]+)", forms_of(get(client, everywhere))[1])[1]
    own = client.get(f"{everywhere}.ics?place={place}").text
    assert 2 <= own.count("BEGIN:VEVENT") <= 3
    assert "LOCATION" in own
    assert client.get(f"{everywhere}.ics?place=nonsense").text.count("BEGIN:VEVENT") == 1


def test_the_sequence_of_the_whole_day_grows_with_each_change(sessions, everywhere):
    with sessions() as session:
        event = get_public_event(session, SLUG)
        before = occasions_of(get_event_page(session, event, "en", datetime.now(UTC)), "http://x.example/e")[0]
        session.execute(
            text("UPDATE event_legs SET version = version + 1 WHERE event_id = :id AND position = 900"),
            {"id": event.id},
        )
        after = occasions_of(get_event_page(session, event, "en", datetime.now(UTC)), "http://x.example/e")[0]
    assert after.sequence == before.sequence + 1
    assert after.uid == before.uid


def test_an_event_is_open_while_a_place_that_is_not_shown_takes_people(sessions, everywhere):
    with sessions() as session:
        event = get_public_event(session, SLUG)
        close = "UPDATE event_legs SET status = 'closed' WHERE event_id = :id AND position <= :last"
        session.execute(text(close), {"id": event.id, "last": 900})
        page = get_event_page(session, event, "en", datetime.now(UTC))
        assert not any(leg.is_open for leg in page.all_legs)
        assert page.is_open
        session.execute(text(close), {"id": event.id, "last": 2000})
        assert not get_event_page(session, event, "en", datetime.now(UTC)).is_open


def test_a_few_places_keep_one_form_for_all(sessions, loaded):
    loaded(many_places(MOST_AT_ONCE, slug="six-stores"))
    with sessions() as session:
        event = get_public_event(session, "six-stores")
        page = get_event_page(session, event, "en", datetime.now(UTC))
        chosen = get_event_page(session, event, "en", datetime.now(UTC), ask=PlaceAsk(only=(page.places[2].public_id,)))
    assert not page.listing.is_long
    assert len(page.places) == MOST_AT_ONCE
    assert [place.public_id for place in chosen.places] == [page.places[2].public_id]
