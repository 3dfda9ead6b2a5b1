"""A new index is built while people sign, unless its table is new too."""

import pytest

from tests.architecture.rules import ROOT, indexes_that_stop_writers

VERSIONS = ROOT / "migrations" / "versions"


def test_no_migration_stops_writers_to_build_an_index():
    assert indexes_that_stop_writers(VERSIONS) == []


def test_the_migrations_are_really_read():
    """One before the rule built an index on a table that was there; others on tables of their own."""
    assert [found.partition(":")[0] for found in indexes_that_stop_writers(VERSIONS, 0)] == ["0005_look.py"]


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("op.create_index('ix', 'actions', ['id'])", True),
        ("op.create_index(op.f('ix'), 'actions', ['id'], unique=False)", True),
        ("op.create_index('ix', table_name='actions', columns=['id'])", True),
        ("op.create_unique_constraint('uq', 'actions', ['id'])", True),
        ("op.execute('CREATE UNIQUE INDEX ix ON actions (id)')", True),
        ("op.create_table('fresh')\nop.create_index('ix', 'fresh', ['id'])", False),
        ("build_index('ix', 'actions', ['id'])", False),
        ("op.execute('UPDATE actions SET kind = 1')", False),
    ],
)
def test_a_planted_index_is_found(tmp_path, source, is_found):
    (tmp_path / "0099_planted.py").write_text(f"from alembic import op\n{source}\n")
    assert bool(indexes_that_stop_writers(tmp_path)) == is_found
