"""Copies of the tree to plant violations in."""

import shutil

import pytest

from tests.architecture.rules import PACKAGE, ROOT


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources and of the contracts: `copy.plant("letters/x.py", "…")` adds to a file."""
    ignore = shutil.ignore_patterns("__pycache__", "*.po", "*.mo", "*.yml")
    shutil.copytree(PACKAGE, tmp_path / "campaign", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return Copy(tmp_path)


class Copy:
    def __init__(self, folder):
        self.folder = folder
        self.package = folder / "campaign"

    def plant(self, name, source):
        path = self.package / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n\n{source}\n")
