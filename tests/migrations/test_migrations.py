"""Migrations go up, down and up again, lose nothing of the models, and are numbered in one line."""

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from campaign.kernel.base import Base
from campaign.tables import RETIRED, is_compared

MIGRATIONS = Path(__file__).parents[2] / "migrations"
VERSIONS = sorted((MIGRATIONS / "versions").glob("*.py"))


@pytest.fixture
def connection(clone_database):
    engine = create_engine(clone_database("migrations"))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def _config(connection):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def test_models_and_tables_do_not_differ(connection):
    options = {"compare_type": True, "compare_server_default": True, "include_object": is_compared}
    assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []


def test_what_is_retired_is_stored_and_in_no_model(connection):
    for table, column in RETIRED:
        assert column in {stored["name"] for stored in inspect(connection).get_columns(table)}
        assert column not in Base.metadata.tables[table].columns


def test_go_down_and_up_again(connection):
    config = _config(connection)
    before = set(inspect(connection).get_table_names())
    connection.commit()
    command.downgrade(config, "base")
    connection.commit()
    assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    connection.commit()
    command.upgrade(config, "head")
    connection.commit()
    assert set(inspect(connection).get_table_names()) == before


def test_are_numbered_in_one_line():
    numbers = [file.name.split("_")[0] for file in VERSIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    for before, file in zip([None, *numbers], VERSIONS, strict=False):
        text = file.read_text()
        assert re.search(rf"^revision = [\"']{file.name[:4]}[\"']", text, re.MULTILINE)
        expected = "None" if before is None else f"[\"']{before}[\"']"
        assert re.search(rf"^down_revision = {expected}", text, re.MULTILINE)


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_never_wait_long_for_a_lock(file):
    source = file.read_text()
    assert source.count("SET LOCAL lock_timeout") == 2 or ("build_index" in source and "op." not in source)


_OLD_RELEASE = """
INSERT INTO outbox_messages (lane, stream, topic, state, attempts, reason, payload, created_at, settled_at, mailbox, domain)
VALUES ('critical', 'critical:1', 'a.confirm', 'unknown', 5, 'answered 503', '{}', now(), now(), NULL, NULL),
       ('critical', 'critical:1', 'a.confirm', 'unknown', 5, 'TimeoutError', '{}', now(), now(), NULL, NULL),
       ('critical', 'critical:1', 'a.confirm', 'due', 2, 'RemoteDisconnected', '{}', now(), NULL, NULL, NULL),
       ('critical', 'critical:1', 'a.confirm', 'due', 2, 'answered 500', '{}', now(), NULL, NULL, NULL),
       ('critical', 'critical:1', 'a.confirm', 'unknown', 5, 'answered 503', '{}', now() - interval '8 days', now(), NULL, NULL),
       ('letters', 'letters:1', 'a.letter', 'unknown', 1, 'answered 500', '{}', now(), now(), 'ceo@x.example', 'x.example'),
       ('letters', 'letters:1', 'a.letter', 'unknown', 1, 'answered 502', '{}', now(), now(), 'ceo@x.example', 'x.example')
"""


def test_what_the_old_release_called_unknown_is_judged_by_the_new_rule(connection):
    config = _config(connection)
    before = ScriptDirectory.from_config(config).get_revision("0014").down_revision
    command.downgrade(config, before)
    connection.execute(text(_OLD_RELEASE))
    connection.commit()
    command.upgrade(config, "head")
    found = connection.execute(text("SELECT state, blind_count FROM outbox_messages ORDER BY id")).all()
    assert found == [
        ("due", 0),
        ("unknown", 5),
        ("due", 2),
        ("due", 0),
        ("unknown", 0),
        ("due", 0),
        ("unknown", 1),
    ]


_MERGED = """
INSERT INTO organizations (slug, name) VALUES ('union', 'Union');
INSERT INTO campaigns (slug, organization_id, status, goal, languages, title, demand)
SELECT 'bread', id, 'open', 10, '["en"]', '{"en": "Bread"}', '{"en": "Bread."}' FROM organizations;
INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, door, confirmed_at, erased_at, given_name)
SELECT 'pledge', id, convert_to('key' || n, 'UTF8'), 'digest', 'confirmed', true, 'form', now(), CASE n WHEN 1 THEN now() END,
    CASE n WHEN 2 THEN 'Eva' END
FROM campaigns, generate_series(1, 2) n ORDER BY n;
INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, door, merged_into_id)
SELECT 'pledge', campaign_id, signer_key, 'more', 'merged', true, 'form', id FROM actions ORDER BY id;
INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, door, merged_into_id)
SELECT 'pledge', campaign_id, signer_key, 'most', 'merged', true, 'form', id FROM actions WHERE state = 'merged' ORDER BY id
"""
_KEPT = "SELECT id, public_id, created_at, erased_at, given_name, state FROM actions ORDER BY id"


def test_what_was_merged_goes_the_way_of_who_was_erased_and_nobody_elses_does(connection):
    config = _config(connection)
    command.downgrade(config, "0023")
    connection.exec_driver_sql(_MERGED)
    connection.commit()
    before = connection.execute(text(_KEPT)).all()
    connection.commit()
    command.upgrade(config, "head")
    after = connection.execute(text(_KEPT)).all()
    erased = [row for row, was in zip(after, before, strict=True) if row != was]
    assert [row.id for row in erased] == [3, 5]
    assert {row.created_at.time().isoformat() for row in erased} == {"00:00:00"}
    assert {row.erased_at for row in erased} == {before[0].erased_at}
    assert not {row.public_id for row in erased} & {row.public_id for row in before}


_CAMPAIGNS = """
INSERT INTO organizations (slug, name) VALUES ('o', 'O');
INSERT INTO campaigns (slug, organization_id, goal, languages, title, demand, letter_subjects, letter_body, talking_points)
SELECT slug, (SELECT id FROM organizations), 1, '["en", "es"]', '{}', '{}', subjects, body, points
FROM (VALUES ('a', '{"en": ["One", "Two"]}'::jsonb, '{"en": "Dear", "es": "Estimado"}'::jsonb, '{"en": ["Say"]}'::jsonb),
             ('b', '{"en": ["Only"]}', '{"en": "Body"}', '{}'), ('c', '{}', '{}', '{}'), ('d', '{"en": ["Half"]}', '{}', '{}'))
    AS letters (slug, subjects, body, points)
"""
_COLUMNS = text("SELECT slug, letter_subjects, letter_body, talking_points FROM campaigns ORDER BY slug")
_TEMPLATES = text("""
SELECT c.slug, t.subjects, t.body, t.talking_points
FROM letter_templates t JOIN campaigns c ON c.id = t.campaign_id ORDER BY c.slug
""")


def test_letters_of_campaigns_move_whole_and_back(connection):
    config = _config(connection)
    (moving,) = [file for file in VERSIONS if file.stem.endswith("letter_templates")]
    before = ScriptDirectory.from_config(config).get_revision(moving.stem[:4]).down_revision
    command.downgrade(config, before)
    connection.execute(text(_CAMPAIGNS))
    old = connection.execute(_COLUMNS).all()
    connection.commit()
    command.upgrade(config, "head")
    moved = connection.execute(_TEMPLATES).all()
    assert moved == [row for row in old if row.slug in ("a", "b")]
    connection.execute(
        text("UPDATE letter_templates SET body = '{\"en\": \"New\"}' WHERE subjects ->> 'en' = '[\"Only\"]'")
    )
    connection.execute(text("DELETE FROM letter_templates WHERE body ->> 'es' IS NOT NULL"))
    connection.commit()
    command.downgrade(config, before)
    back = {row.slug: tuple(row)[1:] for row in connection.execute(_COLUMNS)}
    assert back["a"] == ({}, {}, {})  # taken away meanwhile
    assert back["b"] == ({"en": ["Only"]}, {"en": "New"}, {})
    assert (back["c"], back["d"]) == (({}, {}, {}), ({"en": ["Half"]}, {}, {}))
    connection.commit()
    command.upgrade(config, "head")
    assert [row.body for row in connection.execute(_TEMPLATES)] == [{"en": "New"}]


_EVENTS = """
INSERT INTO organizations (slug, name) VALUES ('o', 'O');
INSERT INTO campaigns (slug, organization_id, goal, languages, title, demand)
SELECT 'c', id, 1, '["en"]', '{}', '{}' FROM organizations;
INSERT INTO events (slug, campaign_id, kind, status, timezone, title, summary, bring, asks)
SELECT slug, (SELECT id FROM campaigns), 'march', 'published', 'UTC', '{}', '{}', '{}', '[]' FROM (VALUES ('a'), ('b')) AS e (slug);
INSERT INTO event_versions (event_id, number, at, door, is_material, told_count, changes)
SELECT e.id, n, '2026-03-01T12:00:00Z'::timestamptz + n * interval '1 day', door, n = 2, n * 7, jsonb_build_array(jsonb_build_object('number', n))
FROM events e, (VALUES (1, 'load'), (2, 'leg'), (3, 'cancel')) AS v (n, door) ORDER BY e.id, n
"""
_OLD_HISTORY = text("""
SELECT event_id, number, at, door, is_material, told_count, changes FROM event_versions ORDER BY event_id, number
""")
_OLD_WRITE = text("""
INSERT INTO event_versions (event_id, number, at, door, is_material, told_count, changes)
SELECT event_id, max(number) + 1, now(), 'load', true, 5, '[{"number": 0}]' FROM event_versions
WHERE event_id = (SELECT min(id) FROM events) GROUP BY event_id RETURNING event_versions.id
""")


def test_the_history_of_events_moves_whole_and_back_and_the_release_before_goes_on_with_it(connection):
    config = _config(connection)
    before = ScriptDirectory.from_config(config).get_revision("0030").down_revision
    command.downgrade(config, before)
    connection.exec_driver_sql(_EVENTS)
    old = connection.execute(_OLD_HISTORY).all()
    assert len(old) == 6
    connection.commit()
    command.upgrade(config, "head")
    moved = connection.execute(text("SELECT * FROM revisions ORDER BY thing_id, number")).all()
    assert [
        (row.thing_id, row.number, row.at, row.door, row.about["is_material"], row.about["told_count"], row.changes)
        for row in moved
    ] == old
    assert {(row.thing, row.who) for row in moved} == {("event", "operator")}
    assert connection.execute(_OLD_HISTORY).all() == old, "what the release before reads"
    written = connection.scalar(_OLD_WRITE)
    row = connection.execute(text("SELECT * FROM revisions WHERE id = :id"), {"id": written}).one()
    assert (row.number, row.about, row.changes) == (4, {"is_material": True, "told_count": 5}, [{"number": 0}])
    whole = connection.execute(_OLD_HISTORY).all()
    assert len(whole) == 7
    connection.commit()
    command.downgrade(config, before)
    assert connection.execute(_OLD_HISTORY).all() == whole
    connection.commit()
    command.upgrade(config, "head")
    assert connection.execute(_OLD_HISTORY).all() == whole
    connection.execute(text("DELETE FROM events WHERE slug = 'a'"))
    assert connection.execute(_OLD_HISTORY).all() == [row for row in whole if row.event_id != whole[0].event_id]
