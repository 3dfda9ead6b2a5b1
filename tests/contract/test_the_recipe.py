"""The recipe for a kind of action, followed to the letter with a kind that nobody keeps: it works, and no file is left out.

It runs in a copy of the tree, with processes of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT
from tests.contract.recipe import copy_tree, follow, read_blocks

RECIPE = ROOT / "docs/howto/add-an-action.md"
WHICH = "endorsement or every_route_stands or models_and_tables or go_down_and_up or nobody_but or leads_to_a_kind or layers"
"""Tests of the kind itself, of what all kinds promise, and of what a forgotten step would break."""
CHANGED = {"campaign/features.py", "campaign/tables.py", "pyproject.toml"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the tree in which the recipe was followed."""
    made = tmp_path_factory.mktemp("recipe")
    copy_tree(made)
    follow(read_blocks(RECIPE), made)
    return made


def run(folder, program, *arguments):
    """Run a program of ours in the copy; return what it said, and how it ended."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CAMPAIGN_TEST_"))
    }
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_changes_no_other_file_than_it_says():
    blocks = read_blocks(RECIPE)
    assert {block.path for block in blocks if block.is_change} == CHANGED
    mirrors = ("campaign/", "templates/", "templates/mail/", "tests/", "migrations/versions/NNNN_")
    for block in blocks:
        assert block.is_change or block.path.startswith(tuple(f"{mirror}endorsement" for mirror in mirrors)), block.path


def test_a_kind_made_by_it_keeps_every_promise(folder):
    places = ("endorsements", "migrations", "contract/test_every_kind.py", "contract/test_every_route.py")
    places += ("architecture/test_kinds.py",)
    code, said = run(
        folder, "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{place}" for place in places), "-k", WHICH
    )
    assert code == 0, said[-6000:]


def test_its_imports_go_down_and_its_style_is_ours(folder):
    code, said = run(folder, "lint-imports", "--no-logo", "--cache-dir", str(folder / "cache"))
    assert code == 0, said
    code, said = run(folder, "ruff", "check", "--no-cache", "campaign", "migrations", "tests/endorsements")
    assert code == 0, said
    code, said = run(folder, "ruff", "format", "--no-cache", "--check", "campaign/endorsements", "tests/endorsements")
    assert code == 0, said


def test_a_step_left_out_is_found(tmp_path):
    copy_tree(tmp_path)
    follow([block for block in read_blocks(RECIPE) if block.path != "pyproject.toml"], tmp_path)
    code, said = run(tmp_path, "lint-imports", "--no-logo", "--cache-dir", str(tmp_path / "cache"))
    assert code == 1
    assert "endorsements" in said
