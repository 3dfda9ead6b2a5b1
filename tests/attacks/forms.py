"""Finds every form and every query on the pages of a site, by walking its links."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from tests.attacks.asking import Ask

MOST_PAGES = 250
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Form:
    """A form as a page has it: where it leads, and its fields with the values a browser would send."""

    page: str
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[str, str, frozenset[str]]:
        """What makes two forms alike: the door, whatever campaign or language, and the fields."""
        parts = urlsplit(self.action).path.strip("/").split("/")
        parts = parts[1:] if parts[0] in ("es", "ur", "en") else parts
        door = "/".join(part if place % 2 == 0 or len(part) > 40 else "…" for place, part in enumerate(parts))
        return self.method, door, frozenset(_UUID.sub("…", name) for name in self.fields)

    @property
    def names(self) -> list[str]:
        """The names of its fields; of those that differ in an id alone, the first."""
        first: dict[str, str] = {}
        for name in self.fields:
            first.setdefault(_UUID.sub("…", name), name)
        return list(first.values())


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "form":
            action = urljoin(self.page, values.get("action") or self.page).partition("#")[0]
            self._form = Form(self.page, values.get("method", "get").upper(), action)
            self.forms.append(self._form)
        elif self._form is not None:
            self._handle_field(tag, values)

    def _handle_field(self, tag: str, values: Mapping[str, str]) -> None:
        fields, name = self._form.fields if self._form else {}, values.get("name", "")
        if tag == "textarea" and name:
            self._area, fields[name] = name, fields.get(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in values or self._select not in fields:
                fields[self._select] = values.get("value", "")
        elif tag in ("input", "button") and name:
            if values.get("type") in ("checkbox", "radio") and name in fields and "checked" not in values:
                return
            fields[name] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data


def read(page: str, body: bytes) -> tuple[list[str], list[Form]]:
    """Return the links of a page, as paths of its own site, and its forms."""
    reader = _Reader(page)
    reader.feed(body.decode("utf-8", "replace"))
    links = [urljoin(page, link) for link in reader.links if link and not link.startswith("#")]
    ours = [link for link in links if not urlsplit(link).netloc and not urlsplit(link).scheme]
    return ours, reader.forms


@dataclass
class Map:
    """What a walk found: shared pages, one form of each shape, the names in queries with an address each."""

    shared: list[str]
    forms: list[Form]
    queries: list[Form]


def walk(ask: Ask, starts: Iterable[str], most: int = MOST_PAGES) -> Map:
    """Walk from `starts` over all links; return what was found. Absolute links of other sites are left."""
    waiting, seen = deque(starts), set(starts)
    found = Map([], [], [])
    shapes: set[object] = set()
    while waiting and len(seen) <= most * 4 and most > 0:
        page = waiting.popleft()
        answer = ask("GET", page, (), b"")
        most -= 1
        if answer.status != 200 or "html" not in answer.header("Content-Type"):
            continue
        if answer.is_shared:
            found.shared.append(page)
        links, forms = read(page, answer.body)
        for form in forms:
            if form.shape not in shapes:
                shapes.add(form.shape)
                found.forms.append(form)
        for link in links:
            path = link.partition("#")[0]
            query = Form(page, "GET", urlsplit(path).path, dict(parse_qsl(urlsplit(path).query)))
            if query.fields and query.shape not in shapes:
                shapes.add(query.shape)
                found.queries.append(query)
            if path not in seen:
                seen.add(path)
                waiting.append(path)
    return found
