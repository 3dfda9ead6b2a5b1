"""What everybody may read of events: the list, each event's page, the campaign's next ones; and what is never there."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from campaign.events.calendars.writing import occasions_of, web_calendars
from campaign.events.pages.contents import draw_route
from campaign.events.pages.lists import EventFilter
from campaign.events.queries.lists import list_events
from campaign.events.queries.page import get_event_page
from campaign.events.queries.public import get_public_event
from campaign.events.service import rsvp, stand
from tests.actions.visitor import HIGH_SAFETY, PUBLIC_URL
from tests.events.days import friday
from tests.events.files import action, load_file, march
from tests.events.stage import make_rsvp

MARCH = "long-march"

_UNLOAD = """
DELETE FROM rsvp_claims; DELETE FROM rsvps; DELETE FROM actions;
DELETE FROM events WHERE slug IN ('long-march', 'at-the-stores')
"""


@pytest.fixture
def loaded(fresh, sessions, app):
    """Load files for one test: `loaded(text, now)`."""

    def load(content, now=None):
        with sessions() as session, session.begin():
            load_file(session, content, now)
        app.wsgi_app.clear()

    yield load
    with sessions() as session, session.begin():
        session.execute(text(_UNLOAD))


@pytest.fixture
def do(sessions, app):
    """Change something behind the service's back."""

    def run(statement, **values):
        with sessions() as session, session.begin():
            session.execute(text(statement), values)
        app.wsgi_app.clear()

    return run


def starts_in(days):
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def get(client, path, language="en"):
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
    return answer.text


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def data_of(page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else None


def join(sessions, installation, slug, parties):
    """Parties RSVP to the first leg and confirm."""
    with sessions() as session, session.begin():
        row = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
        statement = (
            "SELECT l.event_id, l.id FROM event_legs l JOIN events e ON e.id = l.event_id "
            "WHERE e.slug = :slug ORDER BY l.position LIMIT 1"
        )
        event_id, leg_id = session.execute(text(statement), {"slug": slug}).one()
        for number, party in enumerate(parties):
            command = make_rsvp(
                installation.hashes, (row.id, row.organization_id), event_id, f"walker{number}", [(leg_id, party)]
            )
            (recorded,) = rsvp(session, [command])
            session.execute(text("UPDATE actions SET state = 'confirmed' WHERE id = :id"), {"id": recorded.action_id})
            stand(session, [recorded.action_id])


# The list


def test_the_list_says_what_where_and_when_soonest_first(client, loaded):
    loaded(march(starts=starts_in(40)))
    loaded(action())
    page = get(client, "/events")
    first, second = page.index("At the stores"), page.index("Long; march, &lt;i&gt;north&lt;/i&gt;")
    assert first < second
    assert "<i>north" not in page
    assert "Elm Street, Springfield" in page
    assert "Elm Street, Springfield and 1 more" in words(page)
    assert "Eastern" in page
    assert "Central" in page
    assert f'href="/events/{MARCH}"' in page


def test_filters_are_in_the_address(client, loaded):
    loaded(march(starts=starts_in(40)))
    loaded(action())
    only = get(client, "/events?campaign=fair-food")
    assert f"/events/{MARCH}" in only
    assert "/events/at-the-stores" not in only
    assert '<option value="fair-food" selected>' in only
    stores = get(client, "/events?kind=day-of-action")
    assert "/events/at-the-stores" in stores
    assert f"/events/{MARCH}" not in stores
    assert "No events match what you chose." in get(client, "/events?campaign=no-such")
    assert f"/events/{MARCH}" in get(client, "/events?kind=%3Cscript%3E")


def test_past_ones_stay_as_a_record(client, loaded):
    loaded(march(starts="2026-01-10"))
    assert MARCH not in get(client, "/events")
    past = get(client, "/events?past=yes")
    assert f"/events/{MARCH}" in past
    page = get(client, f"/events/{MARCH}")
    assert "This event is over." in page
    assert "<form" not in page


def test_the_list_has_a_spanish_page_and_leads_to_spanish_ones(client, loaded):
    loaded(march(starts=starts_in(40)))
    page = get(client, "/es/events", "es")
    assert "Marcha larga" in page
    assert f'href="/es/events/{MARCH}"' in page


def test_drafts_exist_for_nobody(client, loaded, do):
    loaded(march(starts=starts_in(40)))
    for of_event, of_campaign in (("draft", "open"), ("published", "draft")):
        do("UPDATE events SET status = :status WHERE slug = 'long-march'", status=of_event)
        do("UPDATE campaigns SET status = :status WHERE slug = 'fair-food'", status=of_campaign)
        assert client.get(f"/events/{MARCH}").status_code == 404
        assert client.get(f"/events/{MARCH}.ics").status_code == 404
        for path in ("/events", "/events.ics", "/sitemap.xml"):
            assert MARCH not in client.get(path).text
    assert client.get("/events/no-such").status_code == 404


# An event's page


def test_a_march_shows_its_route_its_days_and_its_form(client, loaded):
    loaded(march(starts=starts_in(40)))
    page = get(client, f"/events/{MARCH}")
    said = words(page)
    assert page.count('class="route__leg') == 2
    assert "2 days, 30 miles (48.3 km)" in said
    assert "10 miles (16.1 km)" in said
    assert "20 places left" in said
    assert "Plenty of room" in said
    assert "Lodging" in said
    assert "What to bring" in said
    assert "Coalition of Immokalee Workers" in said
    assert "How places work" in said
    assert 'data-action-kind="rsvp"' in page
    assert "style=" not in page.replace("stylesheet", "")
    assert f'href="/events/{MARCH}.ics"' in page
    assert page.count("https://calendar.google.com/") == 2


def test_spanish_says_kilometres_and_falls_back_visibly(client, loaded):
    loaded(march(starts=starts_in(40)))
    page = get(client, f"/es/events/{MARCH}", "es")
    assert "Al lago" in page
    assert 'lang="en"' in page  # what to bring is in English alone, and says so
    assert "Shoes." in page
    urdu = get(client, f"/ur/events/{MARCH}", "ur")
    assert 'dir="rtl"' in urdu
    assert "To the lake" in urdu


def test_a_full_day_says_so_to_whoever_looks(client, loaded, sessions, installation):
    loaded(march(starts=starts_in(40), capacity=3))
    join(sessions, installation, MARCH, [2])
    assert "1 place left" in words(get(client, f"/events/{MARCH}"))
    join(sessions, installation, MARCH, [2, 2])
    client.application.wsgi_app.clear()
    page = get(client, f"/events/{MARCH}")
    assert "Full: wait list" in words(page)
    assert "route__leg--full" in page
    assert 'data-action-kind="rsvp"' in page


def test_a_day_of_action_shows_places_with_their_shifts(client, loaded):
    loaded(action())
    page = get(client, "/events/at-the-stores")
    said = words(page)
    assert page.count('class="shift"') == 3
    assert re.search(r"\b2 places\b", said)
    assert "Elm Street, Springfield" in said
    assert "3 places left" in said
    assert "openstreetmap.org/?mlat=39.78" in page
    assert "route__strip" not in page


def test_a_cancelled_event_has_its_true_page(client, loaded):
    loaded(march(starts=starts_in(40)))
    loaded(march(starts=starts_in(40)).replace("    kind: march", "    status: cancelled\n    kind: march"))
    page = get(client, f"/events/{MARCH}")
    assert "This event is canceled." in page
    assert "<form" not in page
    assert "places left" not in page
    assert data_of(page)["eventStatus"] == "https://schema.org/EventCancelled"
    assert "ticket--cancelled" in get(client, "/events")


def test_a_cancelled_day_is_said_to_be(client, loaded, do):
    loaded(march(starts=starts_in(40)))
    do("UPDATE event_legs SET status = 'cancelled' WHERE title ->> 'en' = 'To the lake'")
    page = get(client, f"/events/{MARCH}")
    assert "leg--cancelled" in page
    assert "20 miles (32.2 km)" in words(page)
    assert "route__strip" not in page  # one day alone is no route


def test_a_paused_campaign_gives_no_places(client, loaded, do):
    loaded(march(starts=starts_in(40)))
    do("UPDATE campaigns SET status = 'paused' WHERE slug = 'fair-food'")
    page = get(client, f"/events/{MARCH}")
    assert "RSVPs are closed for now." in page
    assert "<form" not in page


def test_an_event_whose_legs_all_vanished_is_still_read(client, loaded, do):
    loaded(march(starts=starts_in(40)))
    do("DELETE FROM event_legs WHERE event_id = (SELECT id FROM events WHERE slug = 'long-march')")
    assert "This event is over." in get(client, f"/events/{MARCH}")
    for path in ("/events", "/events.ics", f"/events/{MARCH}.ics", "/sitemap.xml"):
        assert client.get(path).status_code == 200


# What machines read


def test_machines_read_an_event(client, loaded):
    loaded(march(starts=starts_in(40)))
    page = get(client, f"/events/{MARCH}")
    data = data_of(page)
    assert (data["@type"], data["name"]) == ("Event", "Long; march, <i>north</i>")
    assert data["startDate"].startswith(starts_in(40) + "T08:00:00-0")
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["location"]["geo"]["latitude"] == 26.82
    assert data["organizer"]["name"] == "Coalition of Immokalee Workers"
    assert [part["url"] for part in data["subEvent"]] == [f"{PUBLIC_URL}/events/{MARCH}#leg-{n}" for n in (1, 2)]
    assert f'<link rel="canonical" href="{PUBLIC_URL}/events/{MARCH}">' in page
    assert f'hreflang="es" href="{PUBLIC_URL}/es/events/{MARCH}"' in page
    spanish = get(client, f"/es/events/{MARCH}", "es")
    assert f'<link rel="canonical" href="{PUBLIC_URL}/es/events/{MARCH}">' in spanish
    assert data_of(spanish)["inLanguage"] == "es"


def test_the_site_map_lists_events_in_their_languages(client, loaded):
    loaded(march(starts=starts_in(40)))
    listed = client.get("/sitemap.xml").text
    for address in ("/events", "/es/events", f"/events/{MARCH}", f"/es/events/{MARCH}"):
        assert f"<loc>{PUBLIC_URL}{address}</loc>" in listed


@pytest.mark.parametrize("path", ["/events", f"/events/{MARCH}", "/events.ics", f"/events/{MARCH}.ics"])
def test_pages_may_be_shared_and_are_negotiated(client, loaded, path):
    loaded(march(starts=starts_in(40)))
    answer = client.get(path)
    assert answer.cache_control.public
    assert "ETag" in answer.headers
    assert "Accept-Language" in answer.headers["Vary"]
    led = client.get(path, headers={"Accept-Language": "es"})
    assert (led.status_code, led.headers["Location"]) == (302, f"/es{path}")
    assert client.post(path).status_code == 405


# High safety


def test_nothing_leads_to_a_high_safety_event_and_its_page_names_no_place(client, loaded):
    loaded(action(campaign=HIGH_SAFETY))
    for path in ("/", "/events", "/events?past=yes", "/events.ics", "/sitemap.xml", f"/campaigns/{HIGH_SAFETY}"):
        shown = client.get(path).text
        assert "at-the-stores" not in shown
        assert "Elm Street" not in shown
    page = get(client, "/events/at-the-stores")
    for hint in ("Elm Street", "Springfield", "Oak Street", "39.78", "openstreetmap"):
        assert hint not in page
    assert data_of(page) is None
    assert "noindex" in page
    assert "We’ll tell you where once you confirm." in page
    assert "Place 2" in page
    calendar = client.get("/events/at-the-stores.ics").text
    assert "LOCATION" not in calendar
    assert "GEO" not in calendar
    assert "Elm Street" not in calendar


def test_whoever_is_confirmed_may_be_shown_where(sessions, loaded):
    loaded(action(campaign=HIGH_SAFETY))
    with sessions() as session:
        event = get_public_event(session, "at-the-stores")
        page = get_event_page(session, event, "en", datetime.now(UTC), shows_places=True)
    assert page.places[0].title == "Elm Street, Springfield"


# The campaign's own page


@pytest.mark.parametrize(
    ("path", "title"), [("/campaigns/fair-food", "Long; march"), ("/es/campaigns/fair-food", "Marcha larga")]
)
def test_a_campaign_shows_its_next_events(client, loaded, path, title):
    loaded(march(starts=starts_in(2)))
    page = get(client, path, "es" if "/es/" in path else "en")
    assert title in page
    assert page.index("panel--events") > page.index('id="pledge"')


def test_a_campaign_shows_no_cancelled_or_past_event(client, loaded, do):
    loaded(march(starts="2026-01-10"))
    assert MARCH not in get(client, "/campaigns/fair-food")
    do("UPDATE events SET status = 'cancelled' WHERE slug = 'build-a-new-world'")
    assert "panel--events" not in get(client, "/campaigns/fair-food")


@pytest.mark.parametrize(("path", "title"), [("/", "Long; march"), ("/es/", "Marcha larga")])
def test_the_home_page_says_what_is_on_next(client, loaded, path, title):
    loaded(march(starts=starts_in(2)))
    page = get(client, path, "es" if "es" in path else "en")
    assert title in page
    assert page.count('<article class="ticket"') == 3  # the soonest


# The rules alone


def test_stretches_fill_the_strip_and_the_shortest_can_be_read(sessions, loaded):
    loaded(march(starts=starts_in(40)).replace("miles: 20", "miles: 400"))
    with sessions() as session:
        page = get_event_page(session, get_public_event(session, MARCH), "en", datetime.now(UTC))
    first, last = page.route
    assert first.start == 0
    assert last.start + last.width == pytest.approx(320, abs=0.2)
    assert first.width >= 30
    assert first.mirrored().start == pytest.approx(320 - first.width, abs=0.2)
    many = draw_route(page.legs * 40)
    assert many[-1].start + many[-1].width == pytest.approx(320, abs=5)


def test_a_filter_chooses_the_past_latest_first(sessions, loaded):
    loaded(march(starts="2026-01-10"))
    with sessions() as session:
        cards = list_events(session, "en")
    far = datetime.now(UTC) + timedelta(days=900)
    chosen = EventFilter(is_past=True).choose(cards, far)
    assert [card.starts_at for card in chosen] == sorted((card.starts_at for card in cards), reverse=True)
    assert EventFilter().choose(cards, far) == []


def test_web_calendars_are_given_the_instants(sessions, loaded):
    loaded(march(starts=friday()))
    with sessions() as session:
        page = get_event_page(session, get_public_event(session, MARCH), "en", datetime.now(UTC))
    google, outlook = web_calendars(occasions_of(page, f"{PUBLIC_URL}/events/{MARCH}")[0])
    assert f"dates={friday():%Y%m%d}T130000Z%2F{friday():%Y%m%d}T210000Z" in google.url
    assert f"startdt={friday()}T13%3A00%3A00Z" in outlook.url


def test_what_is_kept_of_who_comes_and_for_how_long_is_said_where_there_are_events(visitor):
    privacy = words(visitor.client.get("/organizations/ciw/privacy").text)
    assert "We delete what you told us about health and diet 2 days after the event" in privacy
    assert "everything else you told us for the day after 14 days" in privacy
    assert "Health and diet" not in words(visitor.client.get("/organizations/bgiwf/privacy").text)
