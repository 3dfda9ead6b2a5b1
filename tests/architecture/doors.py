"""What a door may not do by itself, as functions over a tree of sources: each lists what breaks it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import PACKAGE
from tests.architecture.sources import parse

_ROOMS = ("views", "panels", "forms", "webhook", "pages")
_TRANSACTIONS = {"commit", "rollback", "begin", "begin_nested", "transact", "run_again", "sessionmaker"}


def rooms_of_the_web(package: Path = PACKAGE) -> Iterator[Path]:
    """Yield the sources of views, and of what stands beside them."""
    yield from (path for path in sorted(package.rglob("*.py")) if path.stem in _ROOMS or path.parent.name == "views")


def views_that_commit(package: Path = PACKAGE) -> list[str]:
    """List where a door opens or ends a transaction by itself, not by its unit of work or a coalescer."""
    return [
        f"{path.relative_to(package.parent)}:{node.lineno} calls {name}"
        for path in rooms_of_the_web(package)
        for node in ast.walk(parse(path.read_text()))
        if isinstance(node, ast.Call) and (name := _called(node)) in _TRANSACTIONS
    ]


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
