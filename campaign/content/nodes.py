"""A YAML file as entries that know their line, so that whatever is wrong can be said where it stands.

Values are read as they are written, not as YAML would guess: `country: NO` is Norway and `name: 1984` is a name. A
missing value and `null` are different: what a file leaves out stays as it is stored, `null` empties it.
"""

from collections.abc import Iterator

import yaml

from campaign.content.errors import ContentError, Problem

_NULL = "tag:yaml.org,2002:null"


def line_of(node: yaml.Node) -> int:
    """Return the line a value begins at, from 1."""
    return node.start_mark.line + 1


def is_null(node: yaml.Node) -> bool:
    """Whether the value is `null`, `~` or nothing at all (in quotes they are words)."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


class Entry:
    """One mapping of the file. Whoever takes a key knows it; what nobody took is unknown and told by `finish`."""

    def __init__(self, node: yaml.MappingNode, label: str, problems: list[Problem]) -> None:
        self.label = label
        self.line = line_of(node)
        self.problems = problems
        self._nodes: dict[str, tuple[int, yaml.Node]] = {}
        self._known: set[str] = set()
        self._twice: list[tuple[int, str]] = []
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in self._nodes:
                self._twice.append((line_of(key), name))
            self._nodes[name] = (line_of(key), value)

    def wrong(self, where: yaml.Node | int, text: str) -> None:
        """Note that something is wrong at a node or a line."""
        line = where if isinstance(where, int) else line_of(where)
        self.problems.append(Problem(line, f"{self.label}: {text}" if self.label else text))

    def is_given(self, key: str) -> bool:
        """Whether the file says anything about `key`, be it `null`."""
        self._known.add(key)
        return key in self._nodes

    def take(self, key: str, *, required: bool = False) -> yaml.Node | None:
        """Return the value of `key`; None where it is missing or null (a problem when required)."""
        self._known.add(key)
        line, node = self._nodes.get(key, (self.line, None))
        if node is not None and not is_null(node):
            return node
        if required:
            self.wrong(line, f"{key} is missing")
        return None

    def entry(self, key: str, *, required: bool = False) -> "Entry | None":
        """Return the mapping under `key`."""
        node = self.take(key, required=required)
        return None if node is None else self._entry(node, f"{key} must be a mapping, such as {{name: value}}")

    def entries(self, key: str, singular: str) -> Iterator["Entry"]:
        """Yield the mappings of the list under `key`, each labelled by `singular` and its slug, where it has one."""
        for node in self.nodes(key):
            entry = self._entry(node, f"each of {key} must be a mapping, such as {{slug: …}}")
            if entry is not None:
                _, slug = entry._nodes.get("slug", (0, None))  # noqa: SLF001 - our own kind
                name = f" {slug.value}" if isinstance(slug, yaml.ScalarNode) and len(slug.value) < 64 else ""
                entry.label = f"{self.label}: {singular}{name}" if self.label else f"{singular}{name}"
                yield entry

    def nodes(self, key: str) -> list[yaml.Node]:
        """Return the members of the list under `key`; empty where it is missing."""
        node = self.take(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{key} must be a list")
            return []
        return list(node.value)

    def names(self) -> list[tuple[str, yaml.Node]]:
        """Return all keys with their values, and count them as known (for texts by language)."""
        self._known.update(self._nodes)
        return [(name, node) for name, (_, node) in self._nodes.items()]

    def finish(self) -> None:
        """Note every key that nobody took, and every one that stands twice."""
        for line, name in self._twice:
            self.wrong(line, f"{name[:60]!r} stands twice")
        for name, (line, _) in self._nodes.items():
            if name not in self._known:
                self.wrong(line, f"unknown key {name[:60]!r}")

    def _entry(self, node: yaml.Node, otherwise: str) -> "Entry | None":
        if isinstance(node, yaml.MappingNode):
            return Entry(node, self.label, self.problems)
        self.wrong(node, otherwise)
        return None


def read_yaml(raw: bytes) -> Entry:
    """Return the file's top mapping.

    Raises:
        ContentError: it is not UTF-8, not YAML, or not a mapping; with the line.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _broken(raw[: error.start].count(b"\n") + 1, "this is not UTF-8 text") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _broken(*_where(error, text)) from error
    except yaml.reader.ReaderError as error:
        raise _broken(text.count("\n", 0, error.position) + 1, "a character that YAML does not allow") from error
    except (RecursionError, ValueError, OverflowError) as error:  # too deep; \U beyond Unicode
        raise _broken(1, "this is not YAML that can be read") from error
    if node is None:
        raise _broken(1, "the file is empty")
    if not isinstance(node, yaml.MappingNode):
        raise _broken(line_of(node), "the file must hold sections such as campaigns: and companies:")
    return Entry(node, "", [])


def _where(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Return the line of a mistake and what it is; what is never closed is told by the line it was opened at, too."""
    mark = error.problem_mark or error.context_mark
    line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
    begun = error.context_mark.line + 1 if error.context_mark else line
    since = f" (in what begins in line {begun})" if begun != line else ""
    return line, f"this is not YAML: {error.problem or error.context}{since}"


def _broken(line: int, text: str) -> ContentError:
    return ContentError([Problem(line, " ".join(text.split()))])
