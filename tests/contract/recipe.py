"""Does what a recipe says, in a copy of the tree: its blocks of code name the file they are, or that they change."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.rules import ROOT

_BLOCK = re.compile(
    r"^```(?P<language>\w+)\n(?:# (?P<path>\S+)|\{# (?P<template>\S+) #\})\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COPIED = ("campaign", "templates", "migrations", "tests")
_SHARED = ("static", "docs")


@dataclass(frozen=True)
class Block:
    """A block of a recipe: a new file, or (`is_change`) lines to take out and to put in."""

    path: str
    text: str
    is_change: bool


def read_blocks(recipe: Path) -> list[Block]:
    """Return the blocks of a recipe that name a file, in order."""
    return [
        Block(found["path"] or found["template"], found["text"], found["language"] == "diff")
        for found in _BLOCK.finditer(recipe.read_text())
    ]


def copy_tree(folder: Path) -> None:
    """Copy what a recipe may change; what it does not is linked."""
    ignore = shutil.ignore_patterns("__pycache__", "*.po")
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in _SHARED:
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "pyproject.toml", folder)


def follow(blocks: list[Block], folder: Path) -> None:
    """Do what the blocks say. NNNN in a migration is the next number, MMMM the one before."""
    last = max(int(path.name[:4]) for path in (folder / "migrations/versions").glob("[0-9]*.py"))
    for block in blocks:
        numbered = block.text.replace("NNNN", f"{last + 1:04}").replace("MMMM", f"{last:04}")
        path = folder / block.path.replace("NNNN", f"{last + 1:04}")
        if block.is_change:
            path.write_text(_changed(path.read_text(), block))
        else:
            assert not path.exists(), f"{block.path} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(numbered)


def _changed(text: str, block: Block) -> str:
    """Put each run of `+` lines where the run of `-` lines before it stands: once, or the recipe is out of date."""
    for run in re.finditer(r"(?P<old>(?:^-.*\n)+)(?P<new>(?:^\+.*\n)+)", block.text, re.MULTILINE):
        old, new = ("\n".join(line[1:] for line in run[part].splitlines()) for part in ("old", "new"))
        assert text.count(old) == 1, f"{block.path} does not hold once: {old}"
        text = text.replace(old, new)
    return text
