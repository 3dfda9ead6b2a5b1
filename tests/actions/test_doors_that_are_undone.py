"""A transaction that PostgreSQL undoes is run again, and nobody sees it; one that is undone for ever says so in words.

Deadlocks with a real neighbour are in `test_doors_that_meet`. Here the table itself undoes what writes to it, as often
as a test likes, so that each door is tried with each reason, and to its end.
"""

import re

import pytest

from campaign.kernel import retrying
from tests.actions.visitor import OPEN
from tests.events.coming import come
from tests.events.test_rsvp_mine import link_of

_PLANT = """
CREATE SEQUENCE planted_runs;
CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('planted_runs') <= {times} THEN RAISE EXCEPTION 'planted' USING ERRCODE = '{state}'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER planted BEFORE INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION planted();
"""
_PULL = "DROP FUNCTION IF EXISTS planted CASCADE; DROP SEQUENCE IF EXISTS planted_runs"


@pytest.fixture
def plant(visitor, monkeypatch):
    monkeypatch.setattr(retrying.time, "sleep", lambda _seconds: None)

    def plant(table, state, times):
        visitor.do(_PULL)
        visitor.do(_PLANT.format(table=table, state=state, times=times))

    yield plant
    visitor.do(_PULL)


@pytest.fixture
def nudged(app, monkeypatch):
    told = []
    monkeypatch.setattr(app.extensions["campaign.unit"], "_nudge", told.append)
    return told


def looking(visitor):
    visitor.pledge()
    page = visitor.my_page()
    visitor.do("UPDATE my_links SET expires_at = now() + interval '3 days'")
    return lambda: visitor.client.get(page)


def withdrawing(visitor):
    visitor.pledge()
    page = visitor.my_page()
    address = re.search(rf'href="({page}/withdraw/[^"]+)"', visitor.client.get(page).text)[1]
    return lambda: visitor.client.post(address)


def erasing(visitor):
    visitor.pledge()
    page = visitor.my_page()
    visitor.client.get(page)
    return lambda: visitor.client.post(f"{page}/erase", data={"sure": "yes"})


def refusing(visitor):
    visitor.sign()
    link = visitor.mails()[0].link("not-me")
    return lambda: visitor.client.post(link)


def asking_again(visitor):
    visitor.sign()
    link = visitor.last_link("confirm")
    return lambda: visitor.client.post(f"{link}/again")


def asking_for_a_link(visitor):
    visitor.pledge()
    return visitor.ask_for_my_link


def giving_back(visitor):
    come(visitor, part="all")
    link = link_of(visitor)
    return lambda: visitor.client.post(link, data={"step": "cancel", "sure": "yes"})


DOORS = {
    looking: ("my_links", 200),
    withdrawing: ("campaign_tallies", 303),
    erasing: ("people", 303),
    refusing: ("suppressions", 200),
    asking_again: ("outbox_messages", 200),
    asking_for_a_link: ("outbox_messages", 200),
    giving_back: ("rsvp_claims", 303),
}


@pytest.mark.parametrize("state", ["40P01", "40001"])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_what_is_undone_is_done_again_and_answered_as_ever(visitor, plant, caplog, door, state):
    press = door(visitor)
    table, status = DOORS[door]
    plant(table, state, times=2)
    assert press().status_code == status
    assert visitor.one("SELECT last_value FROM planted_runs") > 2, "it ran into it"
    assert caplog.text.count("a transaction runs again") == 2


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_what_is_undone_for_ever_says_so_and_changes_nothing(visitor, plant, nudged, door):
    press = door(visitor)
    before = visitor.dump()
    nudged.clear()
    plant(DOORS[door][0], "40P01", times=1000)
    answer = press()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "<h1" in answer.text
    assert "planted" not in answer.text
    assert visitor.dump() == before
    assert nudged == [], "nobody hears of what was not done"
    visitor.do(_PULL)
    assert press().status_code == DOORS[door][1], "the same again does it"


def test_the_campaigns_door_is_open_meanwhile(visitor, plant):
    plant("my_links", "40001", times=1000)
    assert visitor.client.get(f"/campaigns/{OPEN}").status_code == 200
