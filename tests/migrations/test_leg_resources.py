"""Meals and beds of legs move whole into rows and back; while the release before this runs, both say the same."""

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from tests.migrations.test_migrations import _config

_LEGS = """
INSERT INTO organizations (slug, name) VALUES ('o', 'O');
INSERT INTO campaigns (slug, organization_id, goal, languages, title, demand)
SELECT 'c', id, 1, '["en"]', '{}', '{}' FROM organizations;
INSERT INTO events (slug, campaign_id, kind, status, timezone, title, summary, bring, asks)
SELECT 'march', id, 'march', 'published', 'UTC', '{}', '{}', '{}', '[]' FROM campaigns;
INSERT INTO event_legs (event_id, position, title, starts_at, ends_at, has_meal, meal_capacity, meal_about, has_lodging,
    bed_capacity, lodging_about, lodging_place)
SELECT e.id, v.* FROM events e, (VALUES
    (1, '{}'::jsonb, now(), now() + interval '1 hour', true, 140, '{"en": "Soup"}'::jsonb, true, 120,
        '{"en": "A hall"}'::jsonb, '{"en": "Behind the mill"}'::jsonb),
    (2, '{}', now(), now() + interval '1 hour', true, NULL, '{}', false, NULL, '{}', '{}'),
    (3, '{}', now(), now() + interval '1 hour', false, NULL, '{}', false, NULL, '{}', '{}'),
    (4, '{}', now(), now() + interval '1 hour', false, 7, '{"en": "Said once"}', false, NULL, '{}', '{"en": "There"}'))
    AS v (position, title, starts_at, ends_at, has_meal, meal_capacity, meal_about, has_lodging, bed_capacity, lodging_about,
        lodging_place)
"""
_COLUMNS = text("""
SELECT position, has_meal, meal_capacity, meal_about, has_lodging, bed_capacity, lodging_about, lodging_place
FROM event_legs ORDER BY position
""")
_ROWS = text("""
SELECT l.position, r.resource, r.is_there, r.capacity, r.about, r.place
FROM leg_resources r JOIN event_legs l ON l.id = r.leg_id ORDER BY l.position, r.resource
""")
MOVED = [
    (1, "bed", True, 120, {"en": "A hall"}, {"en": "Behind the mill"}),
    (1, "meal", True, 140, {"en": "Soup"}, {}),
    (2, "meal", True, None, {}, {}),
    (4, "bed", False, None, {}, {"en": "There"}),
    (4, "meal", False, 7, {"en": "Said once"}, {}),
]


@pytest.fixture
def connection(clone_database):
    """A database of the release before, with legs, brought up to date."""
    engine = create_engine(clone_database("leg_resources"))
    with engine.connect() as opened:
        command.downgrade(_config(opened), BEFORE)
        opened.exec_driver_sql(_LEGS)
        opened.commit()
        yield opened
    engine.dispose()


BEFORE = "0030"


def up(connection):
    connection.commit()
    command.upgrade(_config(connection), "head")
    connection.commit()


def rows(connection):
    return [tuple(row) for row in connection.execute(_ROWS)]


def test_they_move_whole_and_back_and_again(connection):
    before = connection.execute(_COLUMNS).all()
    up(connection)
    assert rows(connection) == MOVED
    assert connection.execute(_COLUMNS).all() == before
    connection.execute(text("UPDATE leg_resources SET capacity = 9, is_there = true WHERE resource = 'bed'"))
    connection.execute(text("DELETE FROM leg_resources WHERE resource = 'meal' AND capacity = 140"))
    connection.execute(text("INSERT INTO leg_resources SELECT id, 'tent', true, 5 FROM event_legs WHERE position = 3"))
    connection.commit()
    command.downgrade(_config(connection), BEFORE)
    found = {row.position: row for row in connection.execute(_COLUMNS)}
    assert tuple(found[1])[1:] == (False, None, {}, True, 9, {"en": "A hall"}, {"en": "Behind the mill"})
    assert tuple(found[4])[4:] == (True, 9, {}, {"en": "There"})
    assert [found[2], found[3]] == before[1:3]
    up(connection)
    assert (1, "bed", True, 9, {"en": "A hall"}, {"en": "Behind the mill"}) in rows(connection)
    assert not [row for row in rows(connection) if row[1] == "tent"]


def test_what_the_release_before_writes_meanwhile_is_in_the_rows(connection):
    up(connection)
    connection.exec_driver_sql("UPDATE event_legs SET meal_capacity = 3 WHERE position = 1")
    connection.exec_driver_sql("UPDATE event_legs SET has_lodging = true, bed_capacity = 4 WHERE position = 3")
    connection.exec_driver_sql("UPDATE event_legs SET has_meal = false WHERE position = 2")
    connection.exec_driver_sql("""
        INSERT INTO event_legs (event_id, position, title, starts_at, ends_at, has_meal, meal_about)
        SELECT event_id, 5, '{}', starts_at, ends_at, true, '{"en": "Bread"}' FROM event_legs WHERE position = 1
    """)
    found = rows(connection)
    assert (1, "meal", True, 3, {"en": "Soup"}, {}) in found
    assert (3, "bed", True, 4, {}, {}) in found
    assert (2, "meal", False, None, {}, {}) in found
    assert (5, "meal", True, None, {"en": "Bread"}, {}) in found
    assert not [row for row in found if row[:2] in ((3, "meal"), (5, "bed"))], "what a leg never had has no row"


def test_what_this_release_writes_the_one_before_reads(connection):
    up(connection)
    connection.exec_driver_sql("UPDATE leg_resources SET capacity = 1 WHERE resource = 'bed'")
    connection.exec_driver_sql(
        "INSERT INTO leg_resources (leg_id, resource, is_there) SELECT id, 'meal', true FROM event_legs WHERE position = 3"
    )
    found = {row.position: row for row in connection.execute(_COLUMNS)}
    assert (found[1].bed_capacity, found[3].has_meal, found[3].meal_capacity) == (1, True, None)
    assert rows(connection)[0][3] == 1, "and it does not come back changed"


def test_a_leg_has_never_less_than_nothing(connection):
    up(connection)
    for table in ("event_legs SET capacity", "leg_resources SET capacity", "event_legs SET meal_capacity"):
        with pytest.raises(IntegrityError, match="capacity"), connection.begin_nested():
            connection.exec_driver_sql(f"UPDATE {table} = -1")


def test_legs_go_with_what_they_have(connection):
    up(connection)
    connection.exec_driver_sql("DELETE FROM events")
    assert rows(connection) == []
