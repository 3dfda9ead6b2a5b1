"""Sources as trees, parsed once a process: the rules read them many times, and a planted copy differs in one file."""

import ast
import re
from functools import cache

_IDENTIFIER = re.compile(r"[\w.:/-]+")
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|FROM)\b")


@cache
def parse(source: str) -> ast.Module:
    """Return the tree of a source. All who ask have the same one, so nobody may change it."""
    return ast.parse(source)


@cache
def said(source: str) -> tuple[tuple[int, str], ...]:
    """Return what code says, with its line: names, and texts that are no prose; not what documents it."""
    tree = parse(source)
    documented = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                found.append((node.lineno, name))
            case ast.keyword(arg=str(name)):
                found.append((node.value.lineno, name))
            case ast.Constant(value=str(text)) if id(node) not in documented and _is_no_prose(text):
                found.append((node.lineno, text))
    return tuple(found)


def _is_no_prose(text: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(text) or _SQL.search(text))
