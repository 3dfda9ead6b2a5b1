"""After the event: how many came, for the campaign and for each person; and what is forgotten 14 days later."""

from importlib.resources import files
from uuid import uuid4

from campaign.events.purging import purge_details
from campaign.kernel.clock import now
from tests.actions.stage import forget
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.events.coming import MARCH, come, legs_of
from tests.events.files import load_file
from tests.events.stage import make_event
from tests.events.test_marshal_page import ana, entry, link_to, party_of, send
from tests.events.test_rsvp_mine import link_of

__all__ = ["ana"]

WALK_UP = "44444444-4444-4444-8444-444444444444"


def pass_by(visitor, slug=MARCH, days=0):
    """The event was over some days ago."""
    visitor.do(
        "UPDATE event_legs l SET starts_at = l.starts_at - shift, ends_at = l.ends_at - shift FROM ("
        "SELECT e.id, max(l.ends_at) - now() + CAST(:ago AS interval) AS shift FROM events e "
        "JOIN event_legs l ON l.event_id = e.id WHERE e.slug = :slug GROUP BY e.id) o WHERE o.id = l.event_id",
        slug=slug,
        ago=f"{days} days 1 minute",
    )
    visitor.client.application.wsgi_app.clear()


def purge(visitor):
    with visitor.sessions() as session, session.begin():
        return purge_details(session, now())


def tick_off(visitor, ana):
    eva = party_of(visitor, "Eva")
    first, second = link_to(visitor), link_to(visitor, position=2)
    said = [entry(visitor, ana, 2), entry(visitor, WALK_UP, 4, kind="walk_up", name="Rosa")]
    assert send(visitor, first, *said).json["answers"] == [None, None]
    assert send(visitor, second, entry(visitor, eva, 0)).json["answers"] == [None]


def test_the_page_says_beforehand_what_is_kept_and_what_goes(visitor):
    page = visitor.client.get(f"/events/{MARCH}").text
    assert "check you in" in page
    assert "everything else you told us after 14 days" in page


def test_how_many_came_stands_on_the_events_page_and_on_the_campaigns_once_it_is_over(visitor, ana):
    tick_off(visitor, ana)
    assert "people came" not in visitor.client.get(f"/events/{MARCH}").text
    assert "have come so far" not in visitor.client.get(f"/campaigns/{OPEN}").text
    pass_by(visitor)
    page = visitor.client.get(f"/events/{MARCH}").text
    assert page.count("6 people came") == 1, "the first day's; the second saw nobody"
    assert "6 people have come so far" in visitor.client.get(f"/campaigns/{OPEN}").text


def test_one_sees_that_one_came(visitor, ana):
    tick_off(visitor, ana)
    mine = link_of(visitor, visitor.one("SELECT id FROM actions WHERE given_name = 'Ana'"))
    assert visitor.client.get(mine).text.count("2 of you came.") == 1
    assert "2 of you came." in visitor.client.get(visitor.my_page()).text
    assert "came." not in visitor.client.get(visitor.my_page("eva@example.org")).text


def test_fourteen_days_later_the_numbers_stay_and_the_rest_is_gone(visitor, ana):
    tick_off(visitor, ana)
    pass_by(visitor, days=13)
    assert purge(visitor) == 0
    assert visitor.one("SELECT count(*) FROM check_ins WHERE said_at IS NOT NULL") == 3
    pass_by(visitor, days=14)
    assert purge(visitor) == 1
    (row,) = visitor.all("SELECT * FROM check_ins")
    assert (row.is_walk_up, row.came, row.name, row.said_at, row.entry_id) == (False, 2, None, None, None)
    assert visitor.one("SELECT array_agg(came_count ORDER BY position) FROM event_legs l JOIN events e ON e.id = event_id WHERE slug = :s", s=MARCH) == [6, 0, None, None, None]  # fmt: skip
    visitor.client.application.wsgi_app.clear()
    assert "6 people came" in visitor.client.get(f"/events/{MARCH}").text
    assert "6 people have come so far" in visitor.client.get(f"/campaigns/{OPEN}").text
    assert "2 of you came." in visitor.client.get(visitor.my_page()).text
    assert purge(visitor) == 0


def test_a_word_that_comes_after_the_purge_changes_nothing(visitor, ana):
    tick_off(visitor, ana)
    pass_by(visitor, days=15)
    purge(visitor)
    send(visitor, link_to(visitor), entry(visitor, ana, 0))
    assert visitor.one("SELECT came FROM check_ins") == 2


def test_an_event_that_gets_another_day_afterwards_is_forgotten_after_that_too(visitor, ana):
    tick_off(visitor, ana)
    pass_by(visitor, days=15)
    assert purge(visitor) == 1
    text = files("campaign.campaigns").joinpath("demo.yml").read_text()
    with visitor.sessions() as session, session.begin():
        load_file(session, text[text.index("events:") :])
    visitor.client.application.wsgi_app.clear()
    forget(visitor.client.application)
    assert "people came" not in visitor.client.get(f"/events/{MARCH}").text
    visitor.do('UPDATE events SET asks = \'["phone", "needs"]\' WHERE slug = :slug', slug=MARCH)
    come(visitor, legs=legs_of(visitor)[0], given_name="Zoe", email="zoe@example.org", phone="863 555 0101", needs=["diet"])  # fmt: skip
    come(visitor, legs=legs_of(visitor)[0])
    link = link_to(visitor)
    assert visitor.client.get(f"{link}.json").json["came"] == {}, "nobody is here yet on the new day"
    send(visitor, link, entry(visitor, party_of(visitor, "Zoe"), 1))
    pass_by(visitor, days=15)
    assert purge(visitor) == 1
    assert visitor.all("SELECT answers FROM rsvps WHERE answers <> '{}'") == []
    assert visitor.one("SELECT came_count FROM event_legs l JOIN events e ON e.id = event_id WHERE slug = :s AND position = 1", s=MARCH) == 1  # fmt: skip


def test_erasing_oneself_leaves_the_number(visitor, ana):
    tick_off(visitor, ana)
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    pass_by(visitor)
    assert "6 people came" in visitor.client.get(f"/events/{MARCH}").text


def test_of_high_safety_nobody_is_told_and_only_the_number_stays(visitor, sessions):
    with sessions() as session, session.begin():
        event, _ = make_event(session, "hidden-march", legs=1)
        event.campaign_id = visitor.one("SELECT id FROM campaigns WHERE slug = :slug", slug=HIGH_SAFETY)
    come(visitor, "hidden-march", given_name="Robin", email="secret@example.org", legs=legs_of(visitor, "hidden-march"))
    link = link_to(visitor, "hidden-march")
    send(visitor, link, entry(visitor, party_of(visitor, "Robin"), 1), entry(visitor, uuid4(), 2, kind="walk_up"))
    pass_by(visitor, "hidden-march", days=15)
    for _ in range(2):
        assert "came" not in visitor.client.get("/events/hidden-march").text
        assert "have come so far" not in visitor.client.get(f"/campaigns/{HIGH_SAFETY}").text
        purge(visitor)
    assert visitor.all("SELECT * FROM check_ins") == []
    assert visitor.one("SELECT came_count FROM event_legs l JOIN events e ON e.id = event_id WHERE slug = 'hidden-march'") == 3  # fmt: skip
