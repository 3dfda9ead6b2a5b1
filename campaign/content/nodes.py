"""A YAML file as plain values, which remembers where each of them stands, so that what is wrong can be said there.

Values are read as they are written, not as YAML would guess: `country: NO` is Norway and `name: 1984` is a name. A
missing value and `null` are different: what a file leaves out stays as it is stored, `null` empties it.
"""

from typing import Any

import yaml

from campaign.content.errors import ContentError, LineProblem
from campaign.kernel.problems import Path

_NULL = "tag:yaml.org,2002:null"
_LONGEST_NAME = 64


class File:
    """What a file holds. `values`: mappings, lists, words and None. `twice`: the paths of keys that stand twice."""

    def __init__(self, root: yaml.MappingNode) -> None:
        self.twice: list[Path] = []
        self._root = root
        self._known: dict[yaml.Node, object] = {}
        self.values = self._mapping(root, ())

    def line(self, path: Path, *, of_key: bool = False) -> int:
        """Return the line, from 1, of the value at `path` or of its key; of what is not there, its holder's."""
        node: yaml.Node = self._root
        line = _line(node)
        for part in path:
            key, child = _child(node, part)
            if child is None:
                return _line(node)
            line, node = _line(key if of_key and key is not None else child), child
        return line

    def entry(self, path: Path) -> Path:
        """Return the path of the nearest member of a list that is a mapping, at or above `path`."""
        entries = self._entries(path)
        return entries[-1][0] if entries else ()

    def label(self, path: Path, singulars: dict[str, str]) -> str:
        """Return what the values at `path` belong to, such as ``campaign fair-food: company``; empty for the file."""
        return ": ".join(
            f"{singulars.get(str(found[-2]), str(found[-2]))}{_name(node)}" for found, node in self._entries(path)
        )

    def _entries(self, path: Path) -> list[tuple[Path, yaml.MappingNode]]:
        node: yaml.Node | None = self._root
        found: list[tuple[Path, yaml.MappingNode]] = []
        for depth, part in enumerate(path, 1):
            _, node = _child(node, part)
            if isinstance(part, int) and isinstance(node, yaml.MappingNode):
                found.append((path[:depth], node))
        return found

    def _plain(self, node: yaml.Node, path: Path) -> object:
        """Return the value of a node; of one that stands in several places (an alias) the same each time."""
        if node not in self._known:
            self._known[node] = None  # what holds itself holds nothing there
            self._known[node] = self._value(node, path)
        return self._known[node]

    def _value(self, node: yaml.Node, path: Path) -> object:
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*path, index)) for index, child in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return None if node.tag == _NULL else str(node.value)
        return self._mapping(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key, child in node.value:
            name = _key(key)
            if name in value:
                self.twice.append((*path, name))
            value[name] = self._plain(child, (*path, name))
        return value


def _key(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "?"


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """Return the key and the value of a part of a node; the last, where a key stands twice."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, child) for key, child in reversed(node.value) if _key(key) == part), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _name(entry: yaml.MappingNode) -> str:
    _, slug = _child(entry, "slug")
    return f" {slug.value}" if isinstance(slug, yaml.ScalarNode) and len(slug.value) < _LONGEST_NAME else ""


def read_yaml(raw: bytes) -> File:
    """Return the file.

    Raises:
        ContentError: it is not UTF-8, not YAML, or not a mapping; with the line.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _broken(raw[: error.start].count(b"\n") + 1, "this is not UTF-8 text") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(node, yaml.MappingNode):
            return File(node)
    except yaml.MarkedYAMLError as error:
        raise _broken(*_where(error, text)) from error
    except yaml.reader.ReaderError as error:
        raise _broken(text.count("\n", 0, error.position) + 1, "a character that YAML does not allow") from error
    except (RecursionError, ValueError, OverflowError) as error:  # too deep; \U beyond Unicode
        raise _broken(1, "this is not YAML that can be read") from error
    if node is None:
        raise _broken(1, "the file is empty")
    raise _broken(_line(node), "the file must hold sections such as campaigns: and companies:")


def _where(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Return the line of a mistake and what it is; what is never closed is told by the line it was opened at, too."""
    mark = error.problem_mark or error.context_mark
    line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
    begun = error.context_mark.line + 1 if error.context_mark else line
    since = f" (in what begins in line {begun})" if begun != line else ""
    return line, f"this is not YAML: {error.problem or error.context}{since}"


def _broken(line: int, text: str) -> ContentError:
    return ContentError([LineProblem(line, " ".join(text.split()))])
