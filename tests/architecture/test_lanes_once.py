"""Lanes are named once, and whoever runs an installation piece by piece is told of each."""

import ast
from pathlib import Path

import pytest

from campaign.embedded.programs import Programs
from campaign.kernel.lanes import LANES
from tests.architecture.sources import parse

ROOT = Path(__file__).parents[2]
NAMED_IN = ROOT / "campaign" / "kernel" / "lanes.py"
TOO_MANY = len(LANES) - 1
"""So many lanes side by side are the list of them, written down a second time."""


def lists_of_lanes(source):
    """Return the lines that write down a list, tuple, set or type of nearly all lanes."""
    found = []
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            names = {one.value for one in node.elts if isinstance(one, ast.Constant)}
            if len(names & set(LANES)) >= TOO_MANY:
                found.append(node.lineno)
    return found


def test_no_other_file_lists_the_lanes():
    files = [path for path in (ROOT / "campaign").rglob("*.py") if path != NAMED_IN]
    assert {str(path): lines for path in files if (lines := lists_of_lanes(path.read_text()))} == {}


@pytest.mark.parametrize("names", [LANES, LANES[1:], LANES[::-1]])
def test_a_second_list_would_be_found(names):
    assert lists_of_lanes(f"x = 1\nMINE = {tuple(names)!r}\n") == [2]


def test_every_lane_has_its_workers_and_is_told_of_in_the_docs():
    started = {program.command[-1] for program in Programs().behind(1) if "worker" in program.command}
    assert started == set(LANES)
    told = (ROOT / "docs/howto/deploy.md").read_text()
    assert [lane for lane in LANES if f"`campaign worker {lane}`" not in told] == []
