"""Answers move whole from columns into one and back; while the release before this runs, both say the same."""

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from campaign.kernel import carrying
from tests.migrations.test_leg_resources import _LEGS
from tests.migrations.test_migrations import _config

BEFORE = "0031"

_RSVPS = """
INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, door)
SELECT 'rsvp', c.id, convert_to('key' || n, 'UTF8'), convert_to('key' || n, 'UTF8'), 'confirmed', false, 'form'
FROM campaigns c, generate_series(1, 3) n ORDER BY n;
INSERT INTO rsvps (action_id, event_id, signer_key, phone, ride, ride_from, needs, speaks, helps_as)
SELECT v.n, e.id, convert_to('key' || n, 'UTF8'), v.phone, v.ride, v.ride_from, v.needs, v.speaks, v.helps_as
FROM events e, (VALUES (1, '555-0100', 'asked', 'Immokalee', '["diet"]'::jsonb, '["es", "en"]'::jsonb, '["cook"]'::jsonb),
    (2, NULL, 'offered', NULL, '[]', '[]', '[]'), (3, NULL, NULL, NULL, '[]', '[]', '[]'))
    AS v (n, phone, ride, ride_from, needs, speaks, helps_as)
"""
_COLUMNS = text("SELECT action_id, phone, ride, ride_from, needs, speaks, helps_as FROM rsvps ORDER BY action_id")
WHOLE = {
    "phone": "555-0100", "ride": "asked", "ride_from": "Immokalee", "needs": ["diet"], "speaks": ["es", "en"],
    "helps_as": ["cook"],
}  # fmt: skip
ANSWERS = {1: WHOLE, 2: {"ride": "offered"}, 3: {}}
EMPTY = (None, None, None, [], [], [])


@pytest.fixture
def connection(clone_database):
    """A database of the release before, with RSVPs."""
    engine = create_engine(clone_database("answers"))
    with engine.connect() as opened:
        command.downgrade(_config(opened), BEFORE)
        opened.exec_driver_sql(_LEGS)
        opened.exec_driver_sql(_RSVPS)
        opened.commit()
        yield opened
    engine.dispose()


def up(connection, to="head"):
    connection.commit()
    command.upgrade(_config(connection), to)
    connection.commit()


def answers(connection):
    rows = connection.execute(text("SELECT action_id, answers FROM rsvps ORDER BY action_id"))
    return {row.action_id: row.answers for row in rows}


def columns(connection, action_id):
    return next(tuple(row)[1:] for row in connection.execute(_COLUMNS) if row.action_id == action_id)


def test_they_move_whole_and_back_and_again(connection, monkeypatch):
    monkeypatch.setattr(carrying.carry, "__defaults__", (1,))  # a batch each
    before = connection.execute(_COLUMNS).all()
    up(connection)
    assert answers(connection) == ANSWERS
    assert connection.execute(_COLUMNS).all() == before
    connection.execute(text("""UPDATE rsvps SET answers = '{"needs": ["diet"], "shirt": "M"}' WHERE action_id = 2"""))
    connection.commit()
    command.downgrade(_config(connection), BEFORE)
    assert columns(connection, 1) == tuple(WHOLE.values())
    assert columns(connection, 2) == (None, None, None, ["diet"], [], [])
    up(connection)
    assert answers(connection) == {**ANSWERS, 2: {"needs": ["diet"]}}


def test_what_the_release_before_writes_meanwhile_is_answered(connection):
    up(connection)
    connection.exec_driver_sql("UPDATE rsvps SET phone = '555-0101', needs = '[]' WHERE action_id = 1")
    connection.exec_driver_sql("DELETE FROM rsvps WHERE action_id = 3")
    connection.exec_driver_sql("""
        INSERT INTO rsvps (action_id, event_id, signer_key, phone, ride, ride_from, needs, speaks, helps_as)
        SELECT 3, event_id, 'key', '555-0102', NULL, NULL, '["diet"]', '[]', '[]' FROM rsvps WHERE action_id = 1""")
    found = answers(connection)
    assert (found[1]["phone"], "needs" in found[1]) == ("555-0101", False)
    assert found[3] == {"phone": "555-0102", "needs": ["diet"]}


def test_what_the_release_before_empties_is_empty(connection):
    up(connection)
    connection.exec_driver_sql('UPDATE rsvps SET answers = answers || \'{"shirt": "M"}\' WHERE action_id = 1')
    connection.exec_driver_sql("""
        UPDATE rsvps SET phone = NULL, ride = NULL, ride_from = NULL, needs = '[]', speaks = '[]', helps_as = '[]',
            children = '{}'""")
    assert answers(connection) == {1: {"shirt": "M"}, 2: {}, 3: {}}, "it knows of no other question"


def test_what_this_release_empties_stays_nowhere(connection):
    up(connection)
    connection.exec_driver_sql("UPDATE rsvps SET answers = answers - 'needs' WHERE action_id = 1")
    assert columns(connection, 1) == ("555-0100", "asked", "Immokalee", [], ["es", "en"], ["cook"])
    connection.exec_driver_sql("UPDATE rsvps SET answers = '{}'")
    assert all(tuple(row)[1:] == EMPTY for row in connection.execute(_COLUMNS))


def test_what_is_written_between_the_two_migrations_is_not_lost(connection):
    up(connection, "0032")
    connection.exec_driver_sql("UPDATE rsvps SET phone = NULL WHERE action_id = 1")
    connection.exec_driver_sql("UPDATE rsvps SET sequence = 3")
    up(connection)
    assert answers(connection) == {**ANSWERS, 1: {name: said for name, said in WHOLE.items() if name != "phone"}}
