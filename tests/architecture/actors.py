"""Rules about who acts, as functions over a tree of sources: each lists what breaks it."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.architecture.rules import PACKAGE
from tests.architecture.sources import parse

# What a command may call with a session and no actor, and why.
NEEDS_NO_ACTOR = {
    "campaign.kernel.installation.installation_of": "reads no table",
    "campaign.actions.queries.has_actions": "asked by a service about a campaign that it found in scope",
    "campaign.revisions.previewing.attempt": "asks nothing itself: what it makes is a service's change",
    "kind.load_demo": "made-up rows of the demonstration, after `load_demo` let the operator in",
    "kind.clear_demo": "as above, before `clear_demo`: both are one transaction",
}

# Commands that look at the installation as a whole, and at nobody's campaign.
OF_THE_INSTALLATION = {
    "campaign/doctor.py": "switches, brakes and versions, before there may be any organization",
    "campaign/limit_checks.py": "counts of limits, in memory",
    "campaign/database_logs.py": "PostgreSQL's settings",
    "campaign/loading.py": "whether a campaign has actions, for the loader; how many are made up",
}


def services_without_actor(package: Path = PACKAGE) -> list[str]:
    """List what commands use with a session, and could use without saying who acts."""
    found = []
    for path in sorted(package.rglob("*.py")):
        tree = parse(path.read_text())
        place = str(path.relative_to(package.parent))
        if not _has_commands(tree) or (place in OF_THE_INSTALLATION and not _uses_registry(tree)):
            continue
        names = _imported(tree, package)
        for node in ast.walk(tree):
            name = _name(node, names)
            if name is None or name in NEEDS_NO_ACTOR:
                continue
            function = _function(name, package)
            if function is None and isinstance(node, ast.Call):
                found.append(f"{place}:{node.lineno} {name}: nobody knows what it is")
            elif function is not None and _takes_session(function) and not _takes_actor(function):
                found.append(f"{place}:{node.lineno} {name}")
    return sorted(set(found))


def commands_that_query(package: Path = PACKAGE) -> list[str]:
    """List where a module of commands makes statements of its own, which no rule about actors would look at."""
    return [
        f"{place}:{node.lineno}"
        for path in sorted(package.rglob("*.py"))
        if (place := str(path.relative_to(package.parent))) not in OF_THE_INSTALLATION
        and _has_commands(tree := parse(path.read_text()))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"select", "text", "insert", "update", "delete"}
    ]


def looks_past_a_tenant(owned: Collection[str], package: Path = PACKAGE) -> list[str]:
    """List statements on organization-owned tables, in functions that take an actor, which `scoped` does not narrow.

    `owned`: the names of these tables, and of their models. A function for the operator alone may look everywhere. What
    is narrowed by ids that a scoped statement found says so: `# narrowed: …`.
    """
    found = []
    for path in sorted(package.rglob("*.py")):
        source = path.read_text()
        if "Actor" not in source:
            continue
        tree = parse(source)
        lines = source.splitlines()
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef) or not _takes_actor(function) or _is_overload(function):
                continue
            place = f"{path.relative_to(package.parent)}:{function.lineno} {function.name}"
            if not any(isinstance(node, ast.Name) and node.id == "actor" for node in ast.walk(function)):
                found.append(f"{place} ignores its actor")
            if _is_for_operator(function):
                continue
            found += [
                f"{place} line {call.lineno}: {', '.join(sorted(tables))}"
                for call in _statements(function)
                if (tables := _words(call, function, tree).intersection(owned)) and not _is_excused(call, lines)
            ]
    return found


def _has_commands(tree: ast.Module) -> bool:
    decorators = (one for node in tree.body if isinstance(node, ast.FunctionDef) for one in node.decorator_list)
    return any(ast.unparse(one).partition("(")[0].endswith((".command", ".group")) for one in decorators)


def _uses_registry(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "KINDS" for node in ast.walk(tree))


def _imported(tree: ast.Module, package: Path) -> dict[str, str]:
    """Names that a module has from the package, with what they stand for."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package.name}.")
        for alias in node.names
    }


def _name(node: ast.AST, names: dict[str, str]) -> str | None:
    """What of the package a node stands for; of anything else, what is called with a session by its attribute."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            return names[name]
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in names:
            return f"{names[name]}.{attribute}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[ast.Name(id="session"), *_]) if (
            name not in names
        ):
            return ast.unparse(node.func)
    return None


def _function(name: str, package: Path) -> ast.FunctionDef | None:
    module, _, function = name.rpartition(".")
    path = package.parent / f"{module.replace('.', '/')}.py"
    if not path.is_file():
        return None
    tree = parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return node
    passed_on = _imported(tree, package).get(function)
    return None if passed_on is None else _function(passed_on, package)


def _takes_session(function: ast.FunctionDef) -> bool:
    first = function.args.args[:1]
    return bool(first) and first[0].annotation is not None and ast.unparse(first[0].annotation) == "Session"


def _takes_actor(function: ast.FunctionDef) -> bool:
    second = function.args.args[1:2]
    return bool(second) and second[0].arg == "actor" and ast.unparse(second[0].annotation or second[0]) == "Actor"


def _is_overload(function: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in function.decorator_list)


def _is_for_operator(function: ast.FunctionDef) -> bool:
    """Whether it lets nobody but the operator past: said on its own line, whatever else happens."""
    return any(
        isinstance(node, ast.Expr) and ast.unparse(node).startswith("actor.require_operator(") for node in function.body
    )


def _statements(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            is_asked = node.func.attr in {"execute", "scalar", "scalars", "get", "get_one"}
            if is_asked and ast.unparse(node.func.value).endswith("session"):
                yield node


def _words(call: ast.Call, function: ast.FunctionDef, tree: ast.Module) -> set[str]:
    """The names and words a statement is made of, outside of `scoped`: also those of the names it is put together of."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in (*tree.body, *ast.walk(function)):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned.setdefault(target.id, []).append(node.value)
    words: set[str] = set()
    todo: list[ast.AST] = [call.args[0]]
    seen: set[str] = set()
    while todo:
        node = todo.pop()
        match node:
            case ast.Call(func=ast.Name(id="scoped")):
                continue
            case ast.Name(id=name):
                words.add(name)
                if name not in seen:
                    seen.add(name)
                    todo += assigned.get(name, [])
            case ast.Constant(value=str(text)):
                words |= set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())
        todo += ast.iter_child_nodes(node)
    return words


def _is_excused(call: ast.Call, lines: list[str]) -> bool:
    return any("# narrowed: " in line for line in lines[call.lineno - 1 : call.end_lineno])
