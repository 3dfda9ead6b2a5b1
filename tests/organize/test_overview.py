"""A campaign at a glance, and its steps: published, paused, closed, opened again, at a time."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from campaign.campaigns.commands import Due
from campaign.campaigns.lifecycle import open_due, schedule_opening, take_step
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.errors import RefusedError
from campaign.organize.graph import DAYS, draw_days
from campaign.revisions.models import Revision
from campaign.revisions.service import Edit
from tests.organize.stage import ORIGIN

FAIR = "/organize/ciw/campaigns/fair-food"


@pytest.fixture
def set_status(sessions):
    def change(status, slug="fair-food"):
        with sessions() as session, session.begin():
            session.execute(
                text("UPDATE campaigns SET status = :status, won_at = CASE WHEN :status = 'won' THEN now() END WHERE slug = :slug"),
                {"status": status, "slug": slug},
            )  # fmt: skip

    return change


@pytest.fixture
def campaign(sessions):
    def read(slug="fair-food"):
        with sessions() as session:
            found = session.query(Campaign).filter_by(slug=slug).one()
            session.expunge(found)
        return found

    return read


def _page(answer):
    return answer.get_data(as_text=True)


def test_the_overview_says_how_it_stands_and_draws_the_days(organizer, sessions):
    with sessions() as session, session.begin():
        session.execute(
            text(
                "INSERT INTO campaign_days SELECT id, CURRENT_DATE - 2, 17 FROM campaigns WHERE slug = 'fair-food'"
                " ON CONFLICT (campaign_id, day) DO UPDATE SET confirmed = 17"
            )
        )
    page = _page(organizer("editor").get(FAIR))
    assert "Open since" in page
    assert "<rect" in page
    assert "Numbers by day" in page
    assert "Where the companies stand" in page
    assert "Declare victory" in page


def test_who_may_only_see_numbers_is_led_nowhere_else(organizer):
    me = organizer("viewer")
    page = _page(me.get(FAIR))
    assert "Where the companies stand" in page
    assert "Declare victory" not in page
    assert "Save notes" not in page
    for room in ("publish", "pause", "close", "reopen", "victory", "victory/take-back", "stances"):
        assert me.get(f"{FAIR}/{room}").status_code == 403
        assert me.post(f"{FAIR}/{room}").status_code in (403, 405)
    assert me.post(f"{FAIR}/notes", notes="x").status_code == 403


def test_notes_are_kept_for_organizers_and_in_no_history(organizer, sessions, stranger):
    me = organizer("editor")
    assert me.post(f"{FAIR}/notes", notes="Call Ana on Monday").status_code == 303
    assert "Call Ana on Monday" in _page(me.get(FAIR))
    assert "Call Ana" not in _page(stranger.get("/campaigns/fair-food"))
    with sessions() as session:
        assert "Call Ana" not in str([one.changes for one in session.query(Revision)])
    too_long = me.post(f"{FAIR}/notes", notes="ñ" * 10_001)
    assert too_long.status_code == 422
    assert "ñ" * 10_001 in _page(too_long)
    assert "10,000" in _page(too_long)


def test_a_draft_is_previewed_by_a_link_and_published(organizer, set_status, stranger):
    set_status("draft")
    me = organizer("editor")
    assert stranger.get("/campaigns/fair-food").status_code == 404
    link = _page(me.post(f"{FAIR}/preview")).partition('value="' + ORIGIN)[2].partition('"')[0]
    seen = stranger.get(link)
    assert seen.status_code == 200
    assert "noindex" in str(seen.headers) + _page(seen)
    assert "Publish now" in _page(me.get(f"{FAIR}/publish"))
    assert me.post(f"{FAIR}/publish", do="now").status_code == 303
    assert stranger.get("/campaigns/fair-food").status_code == 200
    assert me.get(f"{FAIR}/publish").status_code == 303


def test_what_would_be_broken_is_not_published(organizer, set_status, sessions, campaign):
    set_status("draft")
    with sessions() as session, session.begin():
        session.execute(
            text("UPDATE campaigns SET demand = demand - 'es', story = story - 'es' WHERE slug = 'fair-food'")
        )
    me = organizer("editor")
    page = _page(me.get(f"{FAIR}/publish"))
    assert "The demand is missing in Spanish." in page
    assert "The story is missing in Spanish." in page
    assert "Publish this campaign now" not in page
    assert me.post(f"{FAIR}/publish", do="now").status_code == 422
    when = {"do": "schedule", "day": "2199-01-01", "clock": "08:00", "timezone": "UTC"}
    assert me.post(f"{FAIR}/publish", when).status_code == 422
    assert campaign().status == "draft"


@pytest.mark.parametrize("case", [("pause", "open", "paused"), ("close", "paused", "closed"), ("reopen", "closed", "open")])  # fmt: skip
def test_each_step_asks_first_and_says_numbers(organizer, set_status, campaign, case):
    step, was, then = case
    set_status(was)
    me = organizer("editor")
    page = _page(me.get(f"{FAIR}/{step}"))
    assert "What happens" in page
    assert campaign().status == was, "asking changes nothing"
    assert me.post(f"{FAIR}/{step}").location.endswith({"pause": "done=paused", "close": "done=closed", "reopen": "done=reopened"}[step])  # fmt: skip
    assert campaign().status == then
    again = me.post(f"{FAIR}/{step}")
    assert again.location.endswith(f"now={then}")
    assert "Nothing was changed" in _page(me.get(again.location))


def test_pausing_tells_how_many_letters_it_holds(organizer, visitor):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    page = _page(organizer("editor").get(f"{FAIR}/pause"))
    assert "held until you reopen the campaign" in page
    assert "RSVP" in page


SPRING, AUTUMN = "2027-03-14", "2027-11-07"


def _when(day, clock, zone="America/New_York", **more):
    return {"do": "schedule", "day": day, "clock": clock, "timezone": zone, **more}


@pytest.mark.parametrize(
    ("when", "words", "box"),
    [
        (_when(SPRING, "02:30"), "doesn’t exist", "clock"),
        (_when(AUTUMN, "01:30"), "comes twice", "which"),
        (_when("2027-02-30", "09:00"), "There is no 2027-02-30", "day"),
        (_when("tomorrow", "09:00"), "Enter a date", "day"),
        (_when("2020-01-01", "09:00"), "has passed", "day"),
        (_when(AUTUMN, "25:00"), "Enter a time", "clock"),
        (_when(AUTUMN, "09:00", "Mars/Base"), "We don’t know this time zone", "timezone"),
        (_when("2190-01-01", "09:00"), "within the next", "day"),
        (_when("", ""), "This is needed", "day"),
    ],
)
def test_a_time_that_cannot_be_is_told_beside_its_box_and_kept(organizer, set_status, campaign, when, words, box):  # noqa: PLR0917 - fixtures and cases
    set_status("draft")
    answer = organizer("editor").post(f"{FAIR}/publish", when)
    page = _page(answer)
    assert answer.status_code == 422
    assert words in page
    assert f'href="#field-{box}"' in page
    assert f'value="{when["timezone"]}"' in page
    assert campaign().opens_at is None


@pytest.fixture(autouse=True)
def _at_2026(monkeypatch):
    """Whatever the machine's clock says, forms are read in November 2026."""
    monkeypatch.setattr("campaign.organize.when.now", lambda: datetime(2026, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize(("which", "hour"), [("first", 5), ("second", 6)])
def test_of_a_time_that_comes_twice_the_one_that_was_meant_is_kept(organizer, set_status, campaign, which, hour):
    set_status("draft")
    me = organizer("editor")
    assert me.post(f"{FAIR}/publish", _when(AUTUMN, "01:30", which=which)).status_code == 303
    assert campaign().opens_at == datetime(2027, 11, 7, hour, 30, tzinfo=UTC)
    assert "Eastern" in _page(me.get(FAIR))
    assert f'value="{which}"' in _page(me.get(f"{FAIR}/publish"))
    assert me.post(f"{FAIR}/publish", do="unschedule").status_code == 303
    assert campaign().opens_at is None


@pytest.mark.parametrize("before", [timedelta(hours=-1), timedelta(seconds=-1), timedelta(0), timedelta(minutes=5)])
def test_a_draft_opens_by_itself_across_a_change_of_clocks(  # noqa: PLR0917 - fixtures and cases
    organizer, set_status, campaign, sessions, monkeypatch, before
):
    """8 a.m. on the Sunday on which New York's clocks go forward is 12:00 UTC, not 13:00 as on the day before."""
    set_status("draft")
    organizer("editor").post(f"{FAIR}/publish", _when(SPRING, "08:00"))
    due = datetime(2027, 3, 14, 12, 0, tzinfo=UTC)
    assert campaign().opens_at == due
    monkeypatch.setattr("campaign.campaigns.lifecycle.present", lambda: due + before)
    with sessions() as session, session.begin():
        assert open_due(session) == (before >= timedelta(0))
    found = campaign()
    assert found.status == ("open" if before >= timedelta(0) else "draft")
    if found.status == "open":
        assert (found.opens_at, found.opens_zone) == (None, None)
        with sessions() as session, session.begin():
            assert open_due(session) == 0
            assert session.query(Revision).order_by(Revision.id.desc()).first().who == "schedule"


def test_publishing_by_hand_ends_its_schedule(set_status, campaign, sessions):
    set_status("draft")
    with sessions() as session, session.begin():
        schedule_opening(session, OPERATOR, "fair-food", Due(now() + timedelta(days=1), "UTC"), Edit("form", now()))
        take_step(session, OPERATOR, "fair-food", "publish", Edit("form", now()))
    assert campaign().opens_at is None


@pytest.mark.race
def test_two_who_publish_at_once_publish_once(set_status, sessions):
    set_status("draft")
    outcomes = []

    def press():
        try:
            with sessions() as session, session.begin():
                take_step(session, OPERATOR, "fair-food", "publish", Edit("status", now()))
            outcomes.append("published")
        except RefusedError as error:
            outcomes.append(error.problem.parameters["status"])

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["open", "open", "open", "published"]
    with sessions() as session:
        changes = [one.changes for one in session.query(Revision).filter_by(thing="campaign", door="status")]
        assert sum("status" in str(change) for change in changes) == 1


@pytest.mark.race
def test_publishing_while_many_read_breaks_no_page(app, organizer, set_status):
    set_status("draft")
    me, seen = organizer("editor"), []
    token = me.csrf()

    def read():
        browser = app.test_client()
        seen.extend(browser.get("/campaigns/fair-food", base_url=ORIGIN).status_code for _ in range(20))

    threads = [Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    me.post(f"{FAIR}/publish", csrf=token, do="now")
    for thread in threads:
        thread.join()
    assert set(seen) <= {404, 200}
    app.wsgi_app.clear()
    assert app.test_client().get("/campaigns/fair-food", base_url=ORIGIN).status_code == 200


def test_days_without_a_note_are_drawn_as_days_without_signatures():
    today = datetime(2026, 11, 30, tzinfo=UTC).date()
    ends = [(today - timedelta(days=60), 100), (today - timedelta(days=3), 110), (today, 131)]
    graph = draw_days(ends, today, is_coarse=False)
    assert len(graph.bars) == DAYS
    assert [bar.count for bar in graph.bars if bar.count] == [10, 21]
    assert (graph.total, graph.most) == (31, 21)
    coarse = draw_days(ends, today, is_coarse=True)
    assert [bar.count for bar in coarse.bars if bar.count] == [10]
    assert draw_days([(today, 0)], today, is_coarse=False) is None


def test_a_mistyped_address_leads_back_to_the_organizers_pages(organizer):
    page = organizer("viewer").get("/organize/ciw/nowhere")
    assert page.status_code == 404
    assert 'href="/organize"' in page.get_data(as_text=True)
