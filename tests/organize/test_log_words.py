"""The log says in words, in both languages of organizers, whatever any service writes down."""

import ast
from pathlib import Path

import pytest
from flask_babel import force_locale

from campaign.organize.log_words import THINGS, VERBS
from tests.architecture.sources import parse

CODE = Path(__file__).parents[2] / "campaign"
SOURCES = {path: parse(path.read_text()) for path in sorted(CODE.rglob("*.py"))}
Function = ast.FunctionDef | None


def _calls(tree, name):
    """Calls of a function in a tree, each with the function that it stands in."""
    within = {
        id(call): function
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node, within.get(id(node))


def _words_of(value: ast.expr, tree: ast.Module, function: Function) -> set[str]:
    """The texts that an expression can be: its own, those that its name is given, those that callers pass."""
    match value:
        case ast.Constant(value=str(word)):
            return {word}
        case ast.IfExp(body=one, orelse=other):
            return _words_of(one, tree, function) | _words_of(other, tree, function)
        case ast.Subscript(value=ast.Dict(values=values)):
            return set().union(*(_words_of(one, tree, function) for one in values))
        case ast.Name(id=name):
            return _given(name, tree, function)
    raise AssertionError(f"no telling what {ast.unparse(value)} is")


def _given(name: str, tree: ast.Module, function: Function) -> set[str]:
    found: set[str] = set()
    for value in _assigned(name, [*tree.body, *(ast.walk(function) if function else ())]):
        found |= _words_of(value, tree, function)
    names = [one.arg for one in function.args.args] if function else []
    if function and name in names:
        for elsewhere in [one for one in SOURCES.values() if one is tree or _imports(one, function)]:
            for call, caller in _calls(elsewhere, function.name):
                found |= _words_of(call.args[names.index(name)], elsewhere, caller)
    assert found, f"no telling what {name} is"
    return found


def _assigned(name, nodes):
    """What a name is given, alone or side by side with others."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                yield from (value for one, value in zip(targets, values, strict=True) if ast.unparse(one) == name)


def _imports(tree, function) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and function.name in [one.name for one in node.names] for node in tree.body
    )


def _written(path: Path) -> tuple[set[str], set[str]]:
    """The verbs and the things that a source writes into the log."""
    tree, verbs, things = SOURCES[path], set[str](), set[str]()
    imported = {
        one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("campaign.audit.service", "campaign.revisions.service")
        for one in node.names
    }
    if "record" in imported:
        for call, function in _calls(tree, "record"):
            verbs |= _words_of(call.args[2], tree, function)
    if "write_down" in imported:
        for call, function in _calls(tree, "write_down"):
            verbs |= {"change"}.union(
                *(_words_of(one.value, tree, function) for one in call.keywords if one.arg == "verb")
            )
    if "Thing" in imported:
        for call, function in _calls(tree, "Thing"):
            things |= _words_of(call.args[0], tree, function)
    return verbs, things


def test_whatever_is_written_down_has_words():
    written = [_written(path) for path in SOURCES if path.parts[-2:] != ("revisions", "service.py")]
    verbs, things = (set().union(*words) for words in zip(*written, strict=True))
    assert {"take_back", "propose", "refuse", "print_link"} <= verbs, "the reading itself lost some"
    assert {"passkey", "update_draft", "brake"} <= things
    assert sorted(verbs - VERBS.keys()) == []
    assert sorted(things - THINGS.keys()) == []
    assert sorted(VERBS.keys() - verbs) == [], "words for what is never done"
    assert sorted(THINGS.keys() - things) == []


@pytest.mark.parametrize("words", [VERBS, THINGS], ids=["verbs", "things"])
def test_the_words_are_there_in_spanish(app, words):
    said = {}
    for language in ("en", "es"):
        with app.test_request_context(), force_locale(language):
            said[language] = {name: str(word) for name, word in words.items()}
    assert [name for name in words if said["en"][name] == said["es"][name]] == []
