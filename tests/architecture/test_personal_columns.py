"""Every column that can hold something of somebody says what becomes of it; planted, each omission is found."""

import re

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, MetaData, Table, Text

from campaign import features, tables
from campaign.kernel.base import Base
from campaign.kernel.personal import Endings, UndeclaredColumnError, emptied, emptied_by, endings_of, kept, stays
from tests.architecture.personal import ABOUT_NOBODY, emptied_by_hand, problems_of, told_to_histories
from tests.architecture.rules import PACKAGE

assert tables.MODULES
assert features.KINDS  # with them comes what is declared apart from its columns

ALL = Base.metadata.sorted_tables
DECLARED = [
    (table.name, column.name) for table in ALL if isinstance(endings_of(table), Endings) for column in table.columns
]


@pytest.fixture
def planted():
    """A copy of all tables, with what they declare, to plant omissions in."""
    copy = MetaData()
    for table in ALL:
        made = table.to_metadata(copy)
        made.info = dict(table.info)
        for column in table.columns:
            made.columns[column.name].info = dict(column.info)
    return copy


def test_every_table_and_column_says_what_becomes_of_it():
    assert problems_of(ALL) == []


def test_what_holds_nothing_of_anybody_is_known_by_name():
    assert {table.name for table in ALL} >= ABOUT_NOBODY
    assert {"people", "actions", "rsvps", "letters", "supporters", "outbox_messages"} & ABOUT_NOBODY == set()


def test_an_untouched_copy_passes(planted):
    assert problems_of(planted.sorted_tables) == []


@pytest.mark.parametrize(("table", "column"), DECLARED)
def test_a_column_that_says_nothing_is_found_and_builds_no_statement(monkeypatch, table, column):
    real = Base.metadata.tables[table]
    monkeypatch.setattr(real.columns[column], "info", {})
    assert problems_of(ALL) == [f"{table}.{column}: says nothing"]
    for ending in endings_of(real).whole:
        with pytest.raises(UndeclaredColumnError, match=column):
            emptied_by(real, ending)


@pytest.mark.parametrize("table", ["actions", "rsvps", "letters", "rsvp_claims", "check_ins", "outbox_messages"])
def test_a_new_column_is_found(planted, table):
    planted.tables[table].append_column(Column("planted", Text))
    assert problems_of(planted.sorted_tables) == [f"{table}.planted: says nothing"]


@pytest.mark.parametrize(
    "column",
    [
        Column("x", BigInteger, ForeignKey("people.id")),
        Column("x", BigInteger, ForeignKey("actions.id", ondelete="CASCADE")),
        Column("x", BigInteger, ForeignKey("rsvps.action_id")),
        Column("x", BigInteger, ForeignKey("letters.id")),
        Column("x", BigInteger, ForeignKey("outbox_messages.id")),
        Column("person_id", BigInteger),
        Column("action_id", BigInteger),
        Column("email", Text),
        Column("seen_by", LargeBinary),
    ],
    ids=lambda column: next((key.target_fullname for key in column.foreign_keys), column.name),
)
@pytest.mark.parametrize("is_called_nobodys", [False, True])
def test_a_new_table_is_found_even_where_somebody_calls_it_nobodys(planted, monkeypatch, column, is_called_nobodys):
    Table("planted", planted, Column("id", BigInteger, primary_key=True), column._copy())
    if is_called_nobodys:
        monkeypatch.setattr("tests.architecture.personal.ABOUT_NOBODY", ABOUT_NOBODY | {"planted"})
    (found,) = problems_of(planted.sorted_tables)
    assert found.startswith("planted: ")


@pytest.mark.parametrize(
    ("declaration", "words"),
    [
        (emptied(withdrawm=stays("a slip of the hand")), "no ending is called withdrawm"),
        (emptied(withdrawn=stays(" ")), "gives no reason"),
        (kept(""), "gives no reason"),
        (kept("it counts", withdrawm="NULL"), "no ending is called withdrawm"),
        (emptied(**dict.fromkeys(("merged", "withdrawn", "discarded"), stays("x"))), "is emptied by nothing"),
    ],
)
def test_a_declaration_that_does_nothing_is_found(planted, declaration, words):
    planted.tables["actions"].columns["comment"].info = declaration
    assert problems_of(planted.sorted_tables) == [f"actions.comment: {words}"]


def test_a_column_that_cannot_be_emptied_as_it_says_is_found(planted):
    planted.tables["rsvps"].columns["answers"].info = emptied()
    assert problems_of(planted.sorted_tables) == ["rsvps.answers: cannot hold NULL"]


def test_a_table_that_knows_no_such_ending_builds_no_statement(planted):
    with pytest.raises(UndeclaredColumnError, match="no ending eaten"):
        emptied_by(planted.tables["actions"], "eaten")


def test_no_history_keeps_an_address(planted):
    assert told_to_histories(ALL) == []
    planted.tables["executives"].columns["address"].info = {}
    planted.tables["organizations"].append_column(Column("phone", Text))
    assert told_to_histories(planted.sorted_tables) == ["organizations.phone", "executives.address"]


def test_nothing_is_emptied_by_hand():
    assert emptied_by_hand(ALL) == []


@pytest.mark.parametrize(
    "source",
    [
        '_X = text("""UPDATE actions a SET state = \'x\',\n    family_name = NULL\nFROM x WHERE a.id = x.id""")',
        "_X = text('UPDATE actions SET comment = NULL WHERE id = 1')",
        "_X = text('UPDATE actions SET show_name = false, source = NULL')",
        "_X = text(f\"UPDATE rsvps SET answers = '{{}}' WHERE action_id = 1\")",
        "_X = text(f\"UPDATE rsvps SET children = '{{}}' WHERE action_id = 1\")",
        "_X = text('UPDATE letters SET body = NULL')",
    ],
)
def test_a_planted_statement_that_empties_by_hand_is_found(tmp_path, source):
    (tmp_path / "campaign").mkdir()
    (tmp_path / "campaign/planted.py").write_text(source)
    assert len(emptied_by_hand(ALL, tmp_path / "campaign")) >= 1


def test_each_declared_ending_is_used():
    """An ending that no statement is built from would be a promise that nobody keeps."""
    used = "".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    for table in ALL:
        says = endings_of(table)
        for ending in (*says.whole, *says.partly) if isinstance(says, Endings) else ():
            model = next(mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.local_table is table)
            assert re.search(rf"emptying\({model}, (ACTION_)?{ending.upper()}\b", used), (table.name, ending)
