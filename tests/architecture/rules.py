"""Rules about the whole that no type checker knows, as functions over a tree of sources: each lists what breaks it.

Tests run them over `campaign/`, and over copies with a violation planted, to see that they bite.
"""

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from tests.architecture.sources import parse, said

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "campaign"

_QUERY_CALLS = {"select", "text", "insert", "update", "delete"}
_QUERY_METHODS = {"execute", "scalar", "scalars", "query", "flush", "add", "add_all", "get_one", "merge", "refresh"}
_CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "localtime", "gmtime"}
_WEB_ROOMS = ("views", "panels", "forms", "webhook", "pages")


def views_that_query(package: Path = PACKAGE) -> list[str]:
    """List where a view (or form, or panel) talks to the database by itself instead of asking a query or a rule."""
    return [
        f"{path.relative_to(package.parent)}:{node.lineno} calls {name}"
        for path in _sources(package)
        if path.stem in _WEB_ROOMS or path.parent.name == "views"
        for node in ast.walk(parse(path.read_text()))
        if isinstance(node, ast.Call)
        for name in _queries(node)
    ]


def _queries(call: ast.Call) -> Iterator[str]:
    match call.func:
        case ast.Name(id=name) if name in _QUERY_CALLS:
            yield name
        case ast.Attribute(value=ast.Name(id="db" | "session"), attr=name) if name in _QUERY_METHODS:
            yield name
        case ast.Attribute(value=ast.Call(func=ast.Attribute(attr="session")), attr=name) if name in _QUERY_METHODS:
            yield name
        case ast.Attribute(attr="execute" | "scalars" | "query" as name):
            yield name


def topics_without_composer(known: set[str], package: Path = PACKAGE) -> list[str]:
    """List outbox messages made with a topic that nobody composes, or with one that cannot be read off the code."""
    found = []
    for path in _sources(package):
        if "NewMessage" not in (source := path.read_text()):
            continue
        tree = parse(source)
        constants = _constants(path, tree, package)
        place = path.relative_to(package.parent)
        found += [
            f"{place}:{call.lineno} {topic or 'a topic made elsewhere'}"
            for function, call in _calls_of(tree, "NewMessage")
            for topic in _topics(tree, function, call, constants)
            if topic not in known
        ]
    return found


def _topics(tree, function, call, constants) -> list[str | None]:
    """The topics a call may carry: a literal, a constant, or what the callers of its function hand in."""
    values = [keyword.value for keyword in call.keywords if keyword.arg == "topic"]
    if not values:
        return [None]
    value = values[0]
    if isinstance(value, ast.Name) and function is not None:
        names = [argument.arg for argument in function.args.args]
        if value.id in names:
            place = names.index(value.id)
            handed = [c.args[place] for _, c in _calls_of(tree, function.name) if len(c.args) > place]
            return [_value(item, constants) for item in handed] or [None]
    return [_value(value, constants)]


def _value(node, constants) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def _constants(path: Path, tree: ast.Module, package: Path) -> dict[str, str]:
    """Names of texts in a module: its own, and those it imports from other modules of the package."""
    found = _own_constants(tree)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package.name}."):
            source = package.parent / f"{node.module.replace('.', '/')}.py"
            if source.exists() and source != path:
                theirs = _own_constants(parse(source.read_text()))
                found |= {name.asname or name.name: theirs[name.name] for name in node.names if name.name in theirs}
    return found


def _own_constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _calls_of(tree: ast.AST, name: str, function=None) -> Iterator[tuple]:
    """Yield (the function it stands in, the call) for each call of `name`, or of one of its methods."""
    for node in ast.iter_child_nodes(tree):
        inside = node if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.Call):
            called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(called, ast.Name) and called.id == name:
                yield inside, node
        yield from _calls_of(node, name, inside)


def indexes_that_stop_writers(versions: Path, since: int = 13) -> list[str]:
    """List where a migration builds an index on a table that may be large without letting people write meanwhile.

    A table that the same migration creates is empty. Migrations before `since` were run when nobody had large tables.
    """
    found = []
    for path in sorted(versions.glob("*.py")):
        tree = parse(path.read_text())
        new = {_first(call) for _, call in _calls_of(tree, "op") if call.func.attr == "create_table"}
        found += [
            f"{path.name}:{call.lineno}"
            for _, call in _calls_of(tree, "op")
            if int(path.name[:4]) >= since and _builds_index(call) and _indexed_table(call) not in new
        ]
    return found


def _builds_index(call: ast.Call) -> bool:
    if call.func.attr in (
        "create_index",
        "create_unique_constraint",
        "create_exclude_constraint",
        "create_primary_key",
    ):
        return True
    said = " ".join(str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant)).upper()
    return call.func.attr == "execute" and "CREATE" in said and " INDEX " in said


def _indexed_table(call: ast.Call) -> str | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "table_name"]
    node = named[0] if named else call.args[1] if len(call.args) > 1 else None
    return node.value if isinstance(node, ast.Constant) else None


def _first(call: ast.Call) -> str | None:
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None


def hidden_imports(package: Path = PACKAGE) -> list[str]:
    """List imports inside functions that give no reason: each hides a circle, or says why it does not."""
    found = []
    for path in _sources(package):
        lines = (source := path.read_text()).splitlines()
        for node in ast.walk(parse(source)):
            if isinstance(node, ast.FunctionDef):
                found += [
                    f"{path.relative_to(package.parent)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom)
                    and "noqa: PLC0415 - " not in lines[inner.lineno - 1]
                ]
    return found


def _sources(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def clocks_read_at_import(package: Path = ROOT / "tests") -> list[str]:
    """List where a module reads the clock as it is imported: hours may lie between that and the test, or midnight."""
    return [
        f"{path.relative_to(package.parent)}:{call.lineno} {ast.unparse(call.func)}()"
        for path in _sources(package)
        for call in _called_at_import(ast.parse(path.read_text()))
        if _is_clock(call)
    ]


def _is_clock(call: ast.Call) -> bool:
    name = ast.unparse(call.func).rpartition(".")[2]
    return name in _CLOCKS and not (name == "time" and call.args)  # which makes a time of the day


def _called_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that importing runs: outside of functions, and in their decorators and defaults."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            outside = [*child.args.defaults, *child.args.kw_defaults, *getattr(child, "decorator_list", ())]
            for part in filter(None, outside):
                yield from _called_at_import(ast.Expr(part))
        else:
            yield from _called_at_import(child)


_KNOW_NO_KIND = ("actions", "campaigns", "targets", "people", "content", "site", "operations", "app.py")
_OTHER_MEANINGS = {("events", "letter")}
"""A size of paper."""


def kinds_called_by_name(kinds: Mapping[str, str], lanes: Collection[str], package: Path = PACKAGE) -> list[str]:
    """List where a floor below or above the kinds, or another kind, names one of them: in a name, a key, a statement.

    `kinds`: folder by name. `lanes`: may be called as the kind whose mail they carry. Prose may name what it likes.
    """
    found = []
    for path in _sources(package):
        first = path.relative_to(package).parts[0]
        own = {name for name, folder in kinds.items() if folder == first}
        if own or first in _KNOW_NO_KIND:
            words = {word for name in kinds if name not in own for word in (name, f"{name}s")} - set(lanes)
            found += [
                f"{path.relative_to(package.parent)}:{line} {word}"
                for line, words_said in said(path.read_text())
                for word in sorted(words & set(re.split(r"[^a-z]+", words_said.lower())))
                if (first, word) not in _OTHER_MEANINGS
            ]
    return found


def templates_that_call_a_kind(kinds: Mapping[str, str], templates: Path = ROOT / "templates") -> list[str]:
    """List where a template of a face, of the spine or of another kind calls an endpoint or a template of a kind."""
    found = []
    for path in sorted(templates.rglob("*.*")):
        parts = path.relative_to(templates).parts
        for name, folder in kinds.items():
            if {name, folder}.isdisjoint(parts[:2]) and parts[0] != "mailbox":
                called = re.compile(rf"""["'](?:mail/)?(?:{folder}[./]|{name}/)""")
                for number, line in enumerate(path.read_text().splitlines(), 1):
                    found += [f"{path.relative_to(templates)}:{number} {said}" for said in called.findall(line)]
    return found


def kinds_without_layers(folders: Collection[str], pyproject: Path = ROOT / "pyproject.toml") -> list[str]:
    """List the kinds that the contract "Within a kind" does not look into, and what it looks into that is none."""
    contracts = tomllib.loads(pyproject.read_text())["tool"]["importlinter"]["contracts"]
    (within,) = [contract for contract in contracts if contract["id"] == "kinds"]
    return sorted(set(within["containers"]) ^ {f"campaign.{folder}" for folder in folders})
