"""The recipe for a resource and a question, followed to the letter: two entries, and both go the whole way.

It runs in a copy of the tree, with processes of its own.
"""

import shutil

import pytest

from tests.architecture.rules import ROOT
from tests.contract.recipe import copy_tree, follow, read_blocks
from tests.contract.test_the_recipe import run

RECIPE = ROOT / "docs/howto/add-a-resource.md"
ENTRIES = ["campaign/events/resources.py", "campaign/events/questions.py", "tests/actions/test_endings.py"]
WALK = "tests/events/test_desk_walk.py"
PROMISES = (
    WALK,
    "tests/events/test_questions.py",
    "tests/architecture/test_personal_columns.py",
    "tests/actions/test_endings.py",
)
"""The walk, what every entry has to say, and that no ending forgets the new answer."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the tree in which the recipe was followed."""
    made = tmp_path_factory.mktemp("desk")
    copy_tree(made)
    follow(read_blocks(RECIPE), made)
    shutil.copy(ROOT / "tests/contract/desk_walk.py", made / WALK)
    return made


def test_it_is_one_entry_each_and_no_migration():
    blocks = read_blocks(RECIPE)
    assert [block.path for block in blocks] == ENTRIES
    assert all(block.is_change for block in blocks)


def test_both_go_the_whole_way_and_are_forgotten(folder):
    code, said = run(folder, "pytest", "-q", "-p", "no:cacheprovider", *PROMISES, "-k", "not says_nothing")
    assert code == 0, said[-6000:]


def test_its_style_is_ours(folder):
    code, said = run(folder, "ruff", "check", "--no-cache", "campaign/events")
    assert code == 0, said
    code, said = run(folder, "ruff", "format", "--no-cache", "--check", "campaign/events")
    assert code == 0, said
