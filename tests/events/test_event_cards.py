"""The cards of events: drawn by the queue, on change alone, in the event's own days; named in the page's head."""

import re

import pytest
from sqlalchemy import text

from campaign.cards import drawing
from campaign.cards.showing import HEIGHT, WIDTH
from campaign.delivery.lanes import Lane, options_of
from campaign.events.cards import ask_for_stale, showing_of
from campaign.events.jobs import DRAW_CARDS
from campaign.events.models import EventPicture
from campaign.events.queries.lists import list_events
from tests.actions.visitor import HIGH_SAFETY, PUBLIC_URL
from tests.events.coming import MARCH
from tests.events.files import action, load_file


class NoSender:
    """Drawing sends nothing."""

    def send(self, call):
        raise AssertionError("no mail may go out")


@pytest.fixture
def quick(monkeypatch):
    """Pictures in no time; returns what was drawn."""
    drawn = []
    monkeypatch.setattr(drawing, "draw", lambda showing: drawn.append(showing) or b"\x89PNG")
    return drawn


@pytest.fixture
def draw(visitor):
    """What the ticker and the worker do; returns how many campaigns were asked for."""

    def run():
        with visitor.sessions() as session, session.begin():
            ask_for_stale(session)
            asked = session.scalar(text("SELECT count(*) FROM outbox_messages WHERE topic = 'events.draw' AND state = 'due'"))  # fmt: skip
        topics = {DRAW_CARDS.name: DRAW_CARDS}
        Lane(visitor.sessions, NoSender(), topics, visitor.installation.hashes, options_of("housekeeping")).drain(60)
        return asked

    yield run
    visitor.do("DELETE FROM event_cards")


def cards(visitor):
    rows = visitor.all("SELECT e.slug, c.language FROM event_cards c JOIN events e ON e.id = c.event_id ORDER BY 1, 2")
    return [tuple(row) for row in rows]


def test_every_listed_event_gets_one_in_each_language_and_only_what_changed_is_drawn_anew(visitor, draw, quick):
    with visitor.sessions() as session, session.begin():
        load_file(session, action(campaign=HIGH_SAFETY))
    assert draw() == 3
    slugs = ("build-a-new-world", "hannaford-day-of-action", "twin-cities-rally")
    assert cards(visitor) == [(slug, language) for slug in slugs for language in ("en", "es")]
    assert len(quick) == 6
    assert draw() == 0
    visitor.do("UPDATE event_legs SET capacity = 7, pace = '{}'")
    assert draw() == 0, "nothing of it is to be seen"
    visitor.do("UPDATE events SET status = 'cancelled' WHERE slug = :slug", slug=MARCH)
    assert draw() == 1
    assert [(showing.demand, showing.status) for showing in quick[6:]] == [
        ("March to Build a New World", "cancelled"),
        ("Marcha para construir un mundo nuevo", "cancelled"),
    ]
    visitor.do("""UPDATE events SET title = title - 'es' WHERE slug = :slug""", slug=MARCH)
    assert draw() == 1
    assert (MARCH, "es") not in cards(visitor)


def test_it_shows_the_days_where_the_event_is_and_how_many_places_more(visitor):
    visitor.do(
        "UPDATE event_legs SET starts_at = '2027-03-15 02:00+00', ends_at = '2027-03-15 03:00+00' "
        "WHERE event_id = (SELECT id FROM events WHERE slug = 'hannaford-day-of-action')"
    )
    with visitor.sessions() as session:
        (card,) = [card for card in list_events(session, "es") if card.slug == "hannaford-day-of-action"]
    showing = showing_of(card, "es")
    assert showing.title == "domingo 14 de marzo de 2027, Williston, Vermont +2", "it is still the 14th in New York"
    assert (showing.organization, showing.count, showing.status) == ("Migrant Justice", 0, "open")


def test_the_picture_itself_is_a_small_png(visitor):
    with visitor.sessions() as session:
        showings = [showing_of(card, "es") for card in list_events(session, "es")]
    png = drawing.draw(showings[0])
    assert png.startswith(b"\x89PNG")
    assert len(png) <= drawing.MAX_BYTES


def head(page):
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))


def test_the_page_names_it_and_its_address_is_good_for_a_year(visitor, draw, quick):
    assert "og:image" not in head(visitor.client.get(f"/events/{MARCH}").text)
    draw()
    visitor.client.application.wsgi_app.clear()
    found = head(visitor.client.get(f"/es/events/{MARCH}").text)
    digest = visitor.one("SELECT digest FROM event_cards c JOIN events e ON e.id = c.event_id WHERE slug = :s AND language = 'es'", s=MARCH)  # fmt: skip
    path = f"/events/{MARCH}/card/{digest}-es.png"
    assert found["og:image"] == f"{PUBLIC_URL}{path}"
    assert (found["og:image:width"], found["og:image:height"]) == (str(WIDTH), str(HEIGHT))
    assert "Marcha para construir un mundo nuevo" in found["og:image:alt"]
    answer = visitor.client.get(path)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", b"\x89PNG")
    assert answer.cache_control.max_age == 31_536_000
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert visitor.client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert visitor.client.get(path.replace(digest, "0" * 16)).cache_control.max_age == 60
    for wrong in (path.replace("-es", "-xx"), path.replace("-es", "-ur"), path.replace(digest, "0"), path.replace(MARCH, "nobody")):  # fmt: skip
        assert visitor.client.get(wrong).status_code == 404


def test_a_high_safety_event_has_none_even_if_one_was_stored(visitor, draw):
    with visitor.sessions() as session, session.begin():
        load_file(session, action(campaign=HIGH_SAFETY))
        key = session.scalar(text("SELECT id FROM events WHERE slug = 'at-the-stores'"))
        session.add(EventPicture(event_id=key, language="en", digest="0" * 16, png=b"\x89PNG", made_at=text("now()")))
    assert visitor.client.get(f"/events/at-the-stores/card/{'0' * 16}-en.png").status_code == 404
    assert "og:image" not in visitor.client.get("/events/at-the-stores").text
