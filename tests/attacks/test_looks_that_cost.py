"""Tries to wear out the database, and to keep a link alive for ever, by looking."""

import pytest
from sqlalchemy import text

from campaign.operations.checks import Looks, check_database

CATALOGUE = "SELECT n_tup_ins FROM pg_stat_sys_tables WHERE relname = 'pg_class'"


def test_asking_whether_we_are_ready_asks_the_database_once_a_second(client, fresh, monkeypatch, tell):
    looked = []
    monkeypatch.setattr("campaign.operations.views.check_database", lambda _session: looked.append(1) or "ok")
    client.application.extensions["campaign.looks"]._kept = None
    client.application.extensions["campaign.looks"]._monotonic = lambda: 1000.0
    assert {client.get("/readyz").status_code for _ in range(200)} == {200}
    assert len(looked) == 1
    tell("looks at the database for 200 questions within a second", len(looked))


def test_a_second_later_it_is_looked_at_anew():
    at, looked = [0.0], []
    looks = Looks(lambda: looked.append(at[0]) or {"database": "ok"}, lambda: at[0])
    for at[0] in (0.0, 0.5, 0.99, 1.0, 1.5, 2.1):
        looks.now()
    assert looked == [0.0, 1.0, 2.1]


def test_a_look_writes_and_leaves_nothing_in_the_catalogues(session):
    session.execute(text("SELECT pg_stat_force_next_flush()"))
    before = session.execute(text("SELECT pg_current_wal_insert_lsn(), max(oid) FROM pg_class")).one()
    session.rollback()
    assert check_database(session) == "ok"
    after = session.execute(text("SELECT pg_current_wal_insert_lsn(), max(oid) FROM pg_class")).one()
    assert after[0] != before[0], "it wrote"
    session.rollback()


def test_a_database_that_takes_no_writes_is_told(session):
    session.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    session.commit()
    try:
        assert check_database(session).startswith("cannot write")
    finally:
        session.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
        session.commit()


@pytest.fixture
def link(visitor):
    visitor.pledge()
    path = visitor.my_page()
    assert visitor.client.get(path).status_code == 200
    return path


def _expires(visitor):
    return visitor.one("SELECT expires_at FROM my_links")


def test_a_link_is_not_kept_alive_by_heads_nor_written_at_each_look(visitor, link, tell):
    first = _expires(visitor)
    for _ in range(20):
        visitor.client.get(link)
    assert _expires(visitor) == first
    visitor.do("UPDATE my_links SET expires_at = now() + interval '1 minute'")
    nearly = _expires(visitor)
    for _ in range(20):
        assert visitor.client.head(link).status_code == 200
    assert _expires(visitor) == nearly
    tell("writes by 20 looks within a day, and by 20 HEADs", 0)
    assert visitor.client.get(link).status_code == 200
    assert visitor.one("SELECT expires_at > now() + interval '6 days' FROM my_links")
