"""Tries to tell when somebody signed a high-safety campaign, by watching what everybody may read."""

import re
from datetime import timedelta

import pytest

from campaign.kernel.clock import now
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.events.coming import MARCH, come

COMPANIES = "SELECT c.slug FROM companies c ORDER BY c.slug"
CHANGES_BY_ITSELF = re.compile(r'(name="stamp" value=")[^"]*|(nonce-)[\w-]*')
HEADERS = ("ETag", "Last-Modified", "Cache-Control", "Content-Length")


def watched(visitor):
    """Everything public that could tell, past the cache."""
    paths = ["/", "/es/", "/campaigns", "/about", "/events", "/events.ics", "/sitemap.xml", f"/events/{MARCH}"]
    paths += [
        f"{prefix}/campaigns/{HIGH_SAFETY}{more}" for prefix in ("", "/es") for more in ("", "/pledge", "?lang=en")
    ]
    paths += [f"/campaigns/{HIGH_SAFETY}/{name}" for name in ("count.json", "updates.atom")]
    paths += [f"/companies/{row.slug}" for row in visitor.all(COMPANIES)]
    seen = {}
    for path in paths:
        answer = visitor.client.get(path, headers={"Cookie": "past=the-cache"})
        body = CHANGES_BY_ITSELF.sub(r"\1\2", answer.text)
        headers = [answer.headers.get(name) for name in HEADERS if not (name == "ETag" and body != answer.text)]
        seen[path] = (answer.status_code, body, headers)
    assert sum(status == 200 for status, *_ in seen.values()) > 15
    return seen


def changed(before, after):
    return sorted(path for path in before if before[path] != after[path])


@pytest.fixture
def event_of_high_safety(visitor):
    """The march is one of the high-safety campaign for once."""
    move = "UPDATE events SET campaign_id = (SELECT id FROM campaigns WHERE slug = :slug) WHERE slug = :event"
    was = visitor.one(
        "SELECT c.slug FROM events e JOIN campaigns c ON c.id = e.campaign_id WHERE e.slug = :event", event=MARCH
    )
    visitor.do(move, slug=HIGH_SAFETY, event=MARCH)
    yield
    visitor.do(move, slug=was, event=MARCH)


def test_no_public_answer_moves_when_somebody_signs(visitor, tell):
    before = watched(visitor)
    visitor.pledge(HIGH_SAFETY, given_name="Moon", family_name=None, email="moon@example.org")
    moved = changed(before, watched(visitor))
    tell("public answers that moved with a name", f"{len(moved)} of {len(before)}")
    assert visitor.tally(HIGH_SAFETY) == (1, 1)
    assert moved == []


def test_no_public_answer_moves_when_somebody_takes_it_back(visitor):
    visitor.sign(HIGH_SAFETY, given_name="Moon", family_name=None, email="moon@example.org")
    mail = visitor.mails()[0]
    visitor.confirm(mail.link("confirm"))
    before = watched(visitor)
    (withdraw,) = re.findall(r'href="([^"]+/withdraw/[^"]+)"', visitor.client.get(mail.link("my")).text)
    assert visitor.press(withdraw).status_code == 303
    assert visitor.tally(HIGH_SAFETY) == (0, 1)
    assert changed(before, watched(visitor)) == []


def test_no_public_answer_moves_when_somebody_says_they_come(visitor, event_of_high_safety, tell):
    before = watched(visitor)
    come(visitor, part="all", guests="2", family_name=None)
    assert visitor.one("SELECT count(*) FROM rsvp_claims") > 0
    moved = changed(before, watched(visitor))
    tell("public answers that moved with an RSVP", f"{len(moved)} of {len(before)}")
    assert moved == []


def test_ones_own_signatures_do_not_count_the_others(visitor, tell):
    told = []
    for name in ("one", "two"):
        visitor.sign(HIGH_SAFETY, given_name="Eve", family_name=None, email=f"{name}@example.org")
        mail = visitor.mails()[0]
        thanks = visitor.confirm(mail.link("confirm")).headers["Location"]
        pages = [visitor.client.get(path).text for path in (thanks, mail.link("confirm"), mail.link("my"))]
        told += [page for page in pages if re.search(r"number \d|número \d", page)]
    tell("pages that told one's number", f"{len(told)} of 6")
    assert told == []
    visitor.pledge(OPEN)
    assert visitor.one("SELECT number FROM actions WHERE person_id IS NOT NULL") == 1, "elsewhere it is told as before"


def test_the_count_goes_on_a_day_later_and_in_tens(visitor):
    noted = """INSERT INTO campaign_days (campaign_id, day, confirmed)
               SELECT id, :day, :confirmed FROM campaigns WHERE slug = :slug"""
    today = now().date()
    try:
        for day, confirmed in ((today - timedelta(days=2), 12), (today - timedelta(days=1), 27), (today, 35)):
            visitor.do(noted, slug=HIGH_SAFETY, day=day, confirmed=confirmed)
        answer = visitor.client.get(f"/campaigns/{HIGH_SAFETY}/count.json", headers={"Cookie": "past=the-cache"}).json
        assert (answer["confirmed"], answer["as_of"]) == (20, f"{today}T00:00:00Z")
        page = visitor.client.get(f"/campaigns/{HIGH_SAFETY}?lang=en", headers={"Cookie": "past=the-cache"}).text
        assert 'data-count="20"' in page
        assert "data-live-count" not in page
        assert "We update this number once a day and round it down to the nearest 10" in page
    finally:
        visitor.do("DELETE FROM campaign_days")
