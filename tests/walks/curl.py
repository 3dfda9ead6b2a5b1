"""`curl` and nothing else: pages fetched, forms read, what they hold posted back. No cookies, no JavaScript."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin


@dataclass
class Form:
    """A form as the page has it: what a browser would send if nobody touched it. `choices`: its boxes to tick."""

    action: str = ""
    kind: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, *, press: str = "", **values: str | list[str]) -> list[tuple[str, str]]:
        """Return what is sent with `values` typed in and the button of value `press` pressed."""
        sent = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            sent += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return sent + [button for button in self.buttons if press and button[1] == press]


class _Reader(HTMLParser):
    """Reads forms, links and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.language = ""
        self.heading = ""
        self._in_form = self._in_heading = False
        self._select = self._textarea = ""
        self._options: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = values.get("lang", "")
        elif tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "h1":
            self._in_heading = True
        elif tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("data-action-kind", "")))
            self._in_form = True
        elif self._in_form:
            self._start_in_form(tag, values, values.get("name", ""))

    def _start_in_form(self, tag: str, values: dict[str, str], name: str) -> None:
        if tag == "button":
            self.forms[-1].buttons.append((name, values.get("value", "")))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select and ("selected" in values or not self._options):
            self._options = [values["value"]]
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1].fields.append((name, ""))
        elif tag == "input" and name:
            is_choice = values.get("type") in ("checkbox", "radio")
            if is_choice:
                self.forms[-1].choices.append((name, values.get("value", "")))
            if not is_choice or "checked" in values:
                self.forms[-1].fields.append((name, values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self.forms[-1].fields += [(self._select, value) for value in self._options]
            self._select = ""
        self._in_form = self._in_form and tag != "form"
        self._in_heading = self._in_heading and tag != "h1"
        self._textarea = "" if tag == "textarea" else self._textarea

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += data
        elif self._textarea:
            name, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, (value + data).removeprefix("\n"))


@dataclass
class Page:
    """An answer, read."""

    url: str
    status: int
    headers: str
    html: str
    forms: list[Form]
    links: list[str]
    language: str
    heading: str

    def form(self, kind: str = "") -> Form:
        """Return the one form of a kind (or the one form)."""
        found = [form for form in self.forms if not kind or form.kind == kind]
        assert len(found) == 1, f"{len(found)} forms on {self.url}"
        return found[0]

    def link(self, part: str) -> str:
        """Return the first link that holds `part`, whole."""
        return urljoin(self.url, next(link for link in self.links if part in link))


def get(url: str, language: str = "en") -> Page:
    """Fetch a page as a browser of that language would, following redirects."""
    return _curl(url, "--header", f"Accept-Language: {language}", "--location")


def post(page: Page, form: Form, sent: list[tuple[str, str]]) -> Page:
    """Send a form; where the answer leads elsewhere, go there."""
    arguments = [part for name, value in sent for part in ("--data-urlencode", f"{name}={value}")]
    answer = _curl(urljoin(page.url, form.action), *(arguments or ["--data", ""]))
    if answer.status == 303:
        location = next(line for line in answer.headers.splitlines() if line.lower().startswith("location:"))
        return _curl(urljoin(answer.url, location.split(":", 1)[1].strip()))
    return answer


def _curl(url: str, *arguments: str) -> Page:
    with tempfile.TemporaryDirectory() as folder:
        headers, body = Path(folder) / "headers", Path(folder) / "body"
        command = ["curl", "--silent", "--show-error", "--max-time", "60", "--dump-header", str(headers)]
        command += ["--output", str(body), "--write-out", "%{http_code} %{url_effective}", *arguments, url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        status, _, effective = done.stdout.partition(" ")
        html = body.read_text() if body.exists() else ""
        told = headers.read_text()
    assert "set-cookie" not in told.lower()
    return read(html, url=effective, status=int(status), headers=told)


def read(html: str, *, url: str = "", status: int = 200, headers: str = "") -> Page:
    """Return an answer with its forms, links and heading."""
    reader = _Reader()
    reader.feed(html)
    heading = " ".join(reader.heading.split())
    return Page(url, status, headers, html, reader.forms, reader.links, reader.language, heading)
